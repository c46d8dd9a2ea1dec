import Collectors
import Glibc
import Testing

struct InotifyEventTests {
    static func bytes(_ mask: Int, _ name: String, padding: Int = 0) -> [UInt8] {
        let words: [UInt32] = [1, UInt32(mask), 0, UInt32(name.utf8.count + padding)]
        return words.flatMap { word in withUnsafeBytes(of: word) { Array($0) } } + Array(name.utf8)
            + [UInt8](repeating: 0, count: padding)
    }

    @Test func eventsFollowEachOther() {
        let input = Self.bytes(Int(IN_MODIFY), "audit.log", padding: 7) + Self.bytes(Int(IN_IGNORED), "")
        let events = InotifyEvent.all(in: input[...])
        #expect(
            events == [
                InotifyEvent(watch: 1, mask: UInt32(IN_MODIFY), name: Array("audit.log".utf8)),
                InotifyEvent(watch: 1, mask: UInt32(IN_IGNORED), name: []),
            ])
        #expect(events.map(\.isWatchGone) == [false, true])
    }

    @Test func whatIsCutOffIsLeftOut() {
        let input = Self.bytes(Int(IN_MODIFY), "audit.log", padding: 7)
        for end in 0..<input.count { #expect(InotifyEvent.all(in: input[..<end]).isEmpty) }
    }

    @Test(arguments: [
        (Int(IN_MODIFY), "audit.log", true), (Int(IN_CLOSE_WRITE), "audit.log", true), (Int(IN_MODIFY), "", false),
        (Int(IN_CREATE), "audit.log", false), (Int(IN_MOVED_TO), "audit.log", false),
    ])
    func writes(mask: Int, name: String, expected: Bool) {
        #expect(InotifyEvent(watch: 1, mask: UInt32(mask), name: Array(name.utf8)).isWrite == expected)
    }
}
