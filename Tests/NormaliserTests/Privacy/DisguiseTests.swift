import EventModel
import Normaliser
import Testing

struct DisguiseTests {
    private let disguise = Disguise(secret: Secret("a secret of the tests"))

    @Test(arguments: [
        ("ana.silva@example.com", "*@example.com"),
        ("203.0.113.77", "203.0.113.0"),
        ("203.0.113.77:443", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("Ana Silva", "***"),
        ("", ""),
    ])
    func masksWhatTellsAPerson(text: String, masked: String) {
        #expect(disguise.text(text, .mask) == masked)
    }

    @Test(arguments: ["ana.silva@example.com", "203.0.113.77", "2001:db8::1", "Ana Silva", "00u1"])
    func aPseudonymIsAlwaysTheSameAndSaysNothing(text: String) throws {
        let pseudonym = try #require(disguise.text(text, .pseudonymise))
        #expect(disguise.text(text, .pseudonymise) == pseudonym)
        #expect(disguise.text(text.uppercased(), .pseudonymise) == pseudonym, "case does not tell people apart")
        #expect(!pseudonym.contains("ana") && !pseudonym.contains("203.0"))
        #expect(Disguise(secret: Secret("another")).text(text, .pseudonymise) != pseudonym)
        #expect(disguise.text(text + "x", .pseudonymise) != pseudonym)
    }

    /// So that events stay valid, and what goes by domain or address goes on.
    @Test func aPseudonymIsOfTheSameKind() throws {
        #expect(try #require(disguise.text("ana@example.com", .pseudonymise)).hasSuffix("@example.com"))
        #expect(IPAddress(try #require(disguise.text("203.0.113.77", .pseudonymise)))?.isV4 == false)
        #expect(try #require(disguise.text("Ana Silva", .pseudonymise)).hasPrefix("p-"))
    }

    @Test func ofWhatIsDroppedNothingIsLeft() {
        #expect(disguise.text("ana@example.com", .drop) == nil)
    }
}
