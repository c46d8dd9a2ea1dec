import EventModel
import Normaliser
import Testing

@Suite struct IdentityTests {
    private static let aliases = IdentityResolver([
        IdentityResolver.Entry(
            canonical: "Dana.Reyes@example.com", aliases: ["dana@corp.example.org", "slack:W2", "slack:dreyes"]),
        IdentityResolver.Entry(canonical: "robot:ci", aliases: ["slack:W9"]),
    ])

    @Test(arguments: [
        (#"{"id":"W1","email":"Eva.Kim@Example.COM","name":"Eva"}"#, "eva.kim@example.com"),
        (#"{"id":"W1","email":"Dana@Corp.example.org"}"#, "dana.reyes@example.com"),
        (#"{"id":"W2","name":"somebody"}"#, "dana.reyes@example.com"),
        (#"{"id":"W3","name":"DReyes"}"#, "dana.reyes@example.com"),
        (#"{"id":"W9","email":"ci@example.com"}"#, "robot:ci"),
        (#"{"id":"W4","name":"no address"}"#, "slack:w4"),
        (#"{"name":"only a name"}"#, "slack:only a name"),
        (#"{"id":"W4","email":"not an address"}"#, "slack:w4"),
    ])
    func identity(user: String, expected: String) throws {
        let record = #"{"id":"e","date_create":1795161600,"action":"file_shared","actor":{"type":"user","user":\#(user)},"#
            + #""entity":{"type":"file","file":{"id":"F1","name":"f"}},"context":{"ip_address":"203.0.113.9"}}"#
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(), identities: Self.aliases)
        let batch = normaliser.normalise(NormaliserFixture.batch([record, record]))
        #expect(batch[0].text(.identity) == expected)
        #expect(batch[1].text(.identity) == expected)
    }

    @Test func theActorComesBeforeTheUserActedOn() throws {
        let record = #"{"id":"e","date_create":1795161600,"action":"user_created","actor":{"type":"user","user":{"id":"A","#
            + #""email":"a@example.com"}},"entity":{"type":"user","user":{"id":"B","email":"b@example.com"}}}"#
        let batch = Normaliser(mappings: try NormaliserFixture.mappings()).normalise(NormaliserFixture.batch([record]))
        #expect(batch[0].text(.identity) == "a@example.com")
        #expect(batch[0].text(.userEmail) == "b@example.com")
    }

    /// Different parts, different hashes; the same parts, the same.
    @Test func hashesTellPartsApart() {
        func hash(_ parts: [String], key: (UInt64, UInt64) = (1, 2)) -> [UInt64] {
            var hash = SipHash128(key: key)
            for var part in parts { part.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) } }
            let bits = hash.finish()
            return [bits.high, bits.low]
        }
        let inputs = [
            ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], [], [""], ["12345678"], ["12345678", ""],
            ["1234567", "8"],
        ]
        #expect(Set(inputs.map { hash($0) }).count == inputs.count)
        #expect(hash(["abc"]) == hash(["abc"]))
        #expect(hash(["abc"]) != hash(["abc"], key: (1, 3)))
    }
}
