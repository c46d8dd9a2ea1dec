import EventModel
import Normaliser
import Testing

/// What events teach of the names of accounts, through the shipped mappings.
@Suite struct LearnedIdentityTests {
    /// Slack: id and address.
    private static func slack(
        _ id: String, _ email: String? = nil, team: String = "T1", at time: Int = 1_795_161_600, name: String = "Ana"
    ) -> String {
        let address = email.map { #","email":"\#($0)""# } ?? ""
        return #"{"id":"e","date_create":\#(time),"action":"file_shared","actor":{"type":"user","user":{"id":"\#(id)""#
            + #","name":"\#(name)"\#(address)}},"entity":{"type":"file","file":{"id":"F1","name":"f"}},"#
            + #""context":{"location":{"type":"workspace","id":"\#(team)"},"ip_address":"203.0.113.9"}}"#
    }

    /// GitHub: login, id, address of the external identity.
    private static func github(_ fields: String, org: Int = 1) -> String {
        #"{"@timestamp":1795161600000,"_document_id":"d","action":"git.clone","org_id":\#(org),\#(fields)}"#
    }

    private static func okta(id: String, alternateId: String, result: String = "SUCCESS") -> String {
        #"{"uuid":"u","published":"2026-11-20T08:00:00.000Z","eventType":"user.session.start","version":"0","#
            + #""displayMessage":"m","severity":"INFO","actor":{"id":"\#(id)","type":"User","alternateId":"\#(alternateId)","#
            + #""displayName":"Ana"},"outcome":{"result":"\#(result)"},"client":{},"target":[]}"#
    }

    private static func identities(
        _ records: [String], _ learned: LearnedIdentities = LearnedIdentities(),
        _ resolver: IdentityResolver = IdentityResolver(), teachers: Set<String>? = nil
    ) throws -> [String] {
        let normaliser = Normaliser(
            mappings: try NormaliserFixture.mappings(), identities: resolver, learned: learned, teachers: teachers)
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        return batch.rows.indices.map { batch[$0].text(.identity) ?? "none" }
    }

    @Test func anIdIsWhoseAddressItCameWith() throws {
        let found = try Self.identities([
            Self.slack("U1"), Self.slack("U1", "Ana+slack@Example.com"), Self.slack("U1"), Self.slack("U2"),
        ])
        #expect(found == ["slack:u1", "ana@example.com", "ana@example.com", "slack:u2"])
    }

    @Test func aLoginLeadsToTheAddressByTheId() throws {
        let found = try Self.identities([
            Self.github(#""actor":"ana-s","actor_id":41"#),
            Self.github(#""actor":"ana-s","actor_id":41,"external_identity_nameid":"ana@example.com""#),
            Self.github(#""actor":"ana-s""#), Self.github(#""actor_id":41"#), Self.github(#""actor":"Ana-S","actor_id":41"#),
            // Somebody else who took the login later.
            Self.github(#""actor":"ana-s","actor_id":99"#),
            // A login, and a short id, are one account's within a tenant alone.
            Self.github(#""actor":"ana-s""#, org: 2), Self.github(#""actor_id":41"#, org: 2),
        ])
        #expect(
            found == [
                "github:41", "ana@example.com", "ana@example.com", "ana@example.com", "ana@example.com", "github:99",
                "github:ana-s", "github:41",
            ])
    }

    /// The external identity of an event about another user can be that user's.
    @Test func namesOfTwoAccountsAreNotJoined() throws {
        let found = try Self.identities([
            Self.github(#""actor":"boss","actor_id":7,"user":"ana-s","user_id":41,"external_identity_nameid":"ana@example.com""#),
            Self.github(#""actor":"boss","actor_id":7"#), Self.github(#""actor":"ana-s","actor_id":41"#),
        ])
        #expect(Array(found.dropFirst()) == ["github:7", "github:41"])
    }

    @Test func aDisplayNameTeachesNothing() throws {
        let found = try Self.identities([
            Self.slack("U1", "ana@example.com", name: "boss"), Self.slack("U2", name: "boss"), Self.slack("U3", name: "ana"),
        ])
        #expect(found == ["ana@example.com", "slack:u2", "slack:u3"])
    }

    @Test func anIdGoesToTheLatestAddress() throws {
        let (old, new) = (Self.slack("U1", "ana@example.com"), Self.slack("U1", "eva@example.com", at: 1_795_165_300))
        let learned = LearnedIdentities()
        _ = try Self.identities([new, old], learned)
        #expect(try Self.identities([Self.slack("U1")], learned) == ["eva@example.com"], "in any order")
    }

    /// An event cannot make its word the last one for all time.
    @Test func theFutureCountsAsNow() throws {
        let learned = LearnedIdentities()
        _ = try Self.identities([Self.slack("U1", "eva@example.com", at: 4_000_000_000)], learned)
        let received = Int(NormaliserFixture.receivedAt.microseconds / 1_000_000)
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(), learned: learned)
        let later = NormaliserFixture.batch([Self.slack("U1", "ana@example.com", at: received + 7_200)])
        let batch = RecordBatch(
            source: later.source, receivedAt: Timestamp(seconds: Int64(received + 7_200)), bytes: later.bytes,
            records: later.records)
        let lessons = normaliser.normalise(batch).lessons
        #expect(lessons.map(\.target) == ["ana@example.com"])
        #expect(lessons.map(\.replaced) == ["eva@example.com"])
        #expect(try Self.identities([Self.slack("U1")], learned) == ["ana@example.com"])
    }

    @Test(arguments: [
        (#"{"id":"admin","email":"ana@example.com"}"#, #"{"id":"admin"}"#, "slack:admin"),
        (#"{"id":"U5","email":"noreply@example.com"}"#, #"{"id":"U5"}"#, "slack:u5"),
        (#"{"id":"U5","email":"4711+ana@users.noreply.github.com"}"#, #"{"id":"U5"}"#, "slack:u5"),
        (#"{"id":"U5","email":"no address"}"#, #"{"id":"U5"}"#, "slack:u5"),
        (#"{"id":"U8","email":"ana@example.com"}"#, #"{"id":"U8"}"#, "slack:u8"),
        (#"{"id":"U9","email":"ana@example.com"}"#, #"{"id":"U9"}"#, "dana@example.com"),
        (#"{"id":"U5","email":"root.of.all@example.com"}"#, #"{"id":"U5"}"#, "slack:u5"),
        (#"{"id":"U5","email":"d.reyes@example.com"}"#, #"{"id":"U5"}"#, "dana@example.com"),
    ])
    func someNamesAreNeverJoined(teaching: String, asking: String, expected: String) throws {
        let resolver = IdentityResolver(
            [
                .init(canonical: "dana@example.com", aliases: ["slack:U9", "d.reyes@example.com"]),
                .init(canonical: "root.of.all@example.com", aliases: [], learns: false),
            ], neverJoined: ["slack:U8"])
        func record(_ user: String) -> String {
            #"{"id":"e","date_create":1795161600,"action":"file_shared","actor":{"type":"user","user":\#(user)},"#
                + #""entity":{"type":"file","file":{"id":"F1","name":"f"}},"context":{"ip_address":"203.0.113.9"}}"#
        }
        #expect(try Self.identities([record(teaching), record(asking)], LearnedIdentities(), resolver).last == expected)
    }

    /// What an attempt claims that failed is not believed.
    @Test func failuresTeachNothing() throws {
        let id = "00u1abcd2efgh3ijkl45"
        let failure = Self.okta(id: id, alternateId: "ana@example.com", result: "FAILURE")
        let success = Self.okta(id: id, alternateId: "ana@example.com")
        let bare = Self.okta(id: id, alternateId: "unknown")
        #expect(try Self.identities([failure, bare]).last == "okta:\(id)")
        #expect(try Self.identities([success, bare]).last == "ana@example.com")
    }

    @Test func onlyTheSourcesNamedTeach() throws {
        let records = [Self.slack("U1", "ana@example.com"), Self.slack("U1")]
        #expect(try Self.identities(records, teachers: ["other"]).last == "slack:u1")
        #expect(try Self.identities(records, teachers: ["test"]).last == "ana@example.com")
    }

    /// The account acted on teaches as well, and only names of one element of a list belong together.
    @Test func targetsTeach() throws {
        func event(_ actor: String, _ targets: String) -> String {
            #"{"uuid":"u","published":"2026-11-20T08:00:00.000Z","eventType":"user.account.update_profile","version":"0","#
                + #""displayMessage":"m","severity":"INFO","actor":\#(actor),"outcome":{"result":"SUCCESS"},"client":{},"#
                + #""target":[\#(targets)]}"#
        }
        let boss = #"{"id":"00uboss","type":"User","alternateId":"boss@example.com"}"#
        let found = try Self.identities([
            event(
                boss,
                #"{"id":"G1","type":"UserGroup","alternateId":"g@example.com"},"#
                    + #"{"id":"00ueva","type":"User","alternateId":"eva@example.com"}"#),
            event(boss, #"{"id":"00uben","type":"User"},{"id":"00uzoe","type":"User","alternateId":"zoe@example.com"}"#),
            event(#"{"id":"00ueva","type":"User","alternateId":"x"}"#, ""),
            event(#"{"id":"00uben","type":"User","alternateId":"x"}"#, ""),
            event(#"{"id":"G1","type":"User","alternateId":"x"}"#, ""),
        ])
        #expect(Array(found.dropFirst(2)) == ["eva@example.com", "okta:00uben", "okta:g1"])
    }

    @Test func lessonsSayWhatTaughtThem() throws {
        let learned = LearnedIdentities()
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(), learned: learned)
        func lessons(_ records: [String]) -> [IdentityLesson] { normaliser.normalise(NormaliserFixture.batch(records)).lessons }
        let records = [Self.slack("U7"), Self.slack("U1", "ana@example.com"), Self.slack("U1", "ana@example.com")]
        let expected = [
            IdentityLesson(
                row: 1, product: "slack", tenant: "T1", kind: .id, name: "u1", target: "ana@example.com",
                time: Timestamp(seconds: 1_795_161_600))
        ]
        #expect(lessons(records) == expected, "once a batch")
        #expect(lessons(records) == expected, "and again until it is stored")
        learned.confirm(expected)
        #expect(lessons(records).isEmpty)
        #expect(lessons([Self.slack("U1", "ana@example.com", at: 1_795_165_300)]).count == 1, "another hour")
    }

    /// What the store knows is known after a restart; what it forgets is forgotten by lanes that remember.
    @Test func theStoreIsTheMemory() throws {
        let learned = LearnedIdentities()
        let teacher = LearnedAlias.Teacher(time: Timestamp(seconds: 1_795_161_600), source: "test", sequence: 4)
        let alias = LearnedAlias(
            product: "slack", tenant: "T1", kind: .id, name: "u1", target: "ana@example.com", first: teacher, last: teacher)
        learned.load([alias])
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(), learned: learned)
        func identity() -> String? { normaliser.normalise(NormaliserFixture.batch([Self.slack("U1")]))[0].text(.identity) }
        #expect(identity() == "ana@example.com")
        #expect(normaliser.normalise(NormaliserFixture.batch([Self.slack("U1", "ana@example.com")])).lessons.isEmpty)
        learned.forget([alias])
        #expect(identity() == "slack:u1")
        #expect(normaliser.normalise(NormaliserFixture.batch([Self.slack("U1", "ana@example.com")])).lessons.count == 1)
    }

    /// Lanes that work at the same time come to the same end.
    @Test func lanesLearnTogether() async throws {
        let learned = LearnedIdentities()
        let mappings = try NormaliserFixture.mappings()
        await withTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    let normaliser = Normaliser(mappings: mappings, learned: learned)
                    for round in 0..<50 {
                        let records = (0..<20).map { number in
                            let account = (number * 7 + lane * 3 + round) % 60
                            return Self.slack("U\(account)", "user\(account)@example.com")
                        }
                        _ = normaliser.normalise(NormaliserFixture.batch(records))
                    }
                }
            }
        }
        #expect(learned.count == 60)
        let found = try Self.identities((0..<60).map { Self.slack("U\($0)") }, learned)
        #expect(found == (0..<60).map { "user\($0)@example.com" })
    }

    @Test func theNumberOfNamesIsBounded() throws {
        let learned = LearnedIdentities(capacity: 100)
        for start in stride(from: 0, to: 1_000, by: 50) {
            _ = try Self.identities((start..<(start + 50)).map { Self.slack("U\($0)", "user\($0)@example.com") }, learned)
            #expect(learned.count <= 100)
        }
    }
}
