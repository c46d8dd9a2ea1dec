import Collectors
import Testing

struct CursorSlotsTests {
    @Test func numbersAreUsedAgain() {
        var slots = CursorSlots(prefix: "file:audit:")
        #expect((0..<3).map { slots.giveNumbered(to: $0) } == ["file:audit:#0", "file:audit:#1", "file:audit:#2"])
        slots.free("file:audit:#1")
        #expect(slots.giveNumbered(to: 7) == "file:audit:#1")
        #expect(slots.giveNumbered(to: 8) == "file:audit:#3")
        #expect(slots.holder(of: "file:audit:#1") == 7)
        #expect(slots.holder(of: "file:audit:/a.log") == nil)
    }

    @Test(arguments: [
        ("file:audit:/a.log", FilePath??.some(FilePath("/a.log"))), ("file:audit:#12", .some(nil)),
        ("file:audit:#x", .some(FilePath("#x"))),
        ("file:other:/a.log", nil), ("file:audit2:/a.log", nil),
    ])
    func names(name: String, expected: FilePath??) {
        #expect(CursorSlots(prefix: "file:audit:").path(ofCursor: name) == expected)
    }
}
