import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Testing

/// Tests that stand in mapping files: what they may say, and what is told when they fail.
@Suite struct MappingTestsTests {
    private func load(_ tests: String) -> (ProductMappings?, [String]) {
        let file = YAMLFile(text: MappingFileTests.valid + "\ntests:\n" + tests, path: "example.yml")
        let (mappings, diagnostics) = ProductMappings.load([file], catalog: FieldCatalog())
        return (mappings, diagnostics.map { "\($0)" })
    }

    private func run(_ tests: String) throws -> MappingTests.Outcome {
        let (mappings, diagnostics) = load(tests)
        return MappingTests(try #require(mappings, "\(diagnostics)")).run()
    }

    private static let record = "{kind: audit, who: D, what: user.made, list: [{type: user, name: U}], at: 2026-11-20T08:00:00Z}"

    @Test(arguments: [
        "class: account_change/create", "class: account_change", "event: {user.name: U}", "event: {user: {name: U}}",
        "event: {actor.user.name: D, status_id: 0, user.uid: null, time: 1795161600000}", "event: {group: null}",
        "event: {unmapped: {kind: audit, list: [{type: user}]}}", "event: {unmapped.list: [{type: user}]}",
        "event: {metadata.profiles: null}",
    ])
    func whatHoldsPasses(expectation: String) throws {
        let outcome = try run("  - record: \(Self.record)\n    \(expectation)")
        #expect(outcome.failures.map { "\($0)" } == [])
        #expect((outcome.passed, outcome.failed) == (1, 0))
        #expect(outcome.untested == [])
    }

    @Test(arguments: [
        ("class: account_change/delete", "12: error: test 1: the event is account_change/create, not account_change/delete"),
        ("event: {user.name: V}", "24: error: test 1: user.name is \"U\", not \"V\""),
        ("event: {user.uid: U}", "23: error: test 1: user.uid is not there, not \"U\"; it stands at user.name"),
        ("event: {user.name: null}", "24: error: test 1: user.name is \"U\"; nothing is expected there"),
        ("event: {user: null}", "19: error: test 1: user is user.name \"U\"; nothing is expected there"),
        ("event: {unmapped.list: []}", "28: error: test 1: unmapped.list.0 is unmapped.list.0.type \"user\"; nothing"),
    ])
    func whatDoesNotHoldIsToldWhereItIsExpected(expectation: String, expected: String) throws {
        let outcome = try run("  - record: \(Self.record)\n    \(expectation)")
        #expect(outcome.failed == 1)
        #expect(outcome.failures.map { "\($0)" }.first?.hasPrefix("example.yml:38:" + expected) == true, "\(outcome.failures)")
    }

    @Test func aRecordMayBeText() throws {
        let outcome = try run(
            """
              - name: as it was sent
                record: |
                  <14>1 2026-11-20T08:00:00Z host app - - - {"kind":"audit","who":"D","what":"x.read"}
                class: api_activity/read
                event: {unmapped.syslog.hostname: host, status: Success}
            """)
        #expect(outcome.failures == [])
    }

    @Test func aRecordThatIsNotTheProductsFails() throws {
        let outcome = try run("  - {name: alien, record: {a: 1}, class: api_activity/read}")
        #expect(outcome.failures.map(\.message) == ["alien: the record is taken for unknown's, not example's"])
        let configured = try run("  - {name: alien, record: {a: 1}, class: api_activity/other, configured: true}")
        #expect(configured.failures == [])
    }

    @Test func aRecordOfSeveralEventsHasSeveralExpectations() throws {
        let tests = """
            tests:
              - record: {kind: audit, who: D, parts: [{what: a.read}, {what: b}]}
                events:
                  - class: api_activity/read
                    event: {metadata.event_code: a.read}
                  - {class: api_activity/other}
              - record: {kind: audit, who: D, parts: [{what: a.read}, {what: b}]}
                class: api_activity/read
            """
        let text = MappingFileTests.valid.replacingOccurrences(of: "event_type: what", with: "event_type: parts.what\nexplode: parts")
        let file = YAMLFile(text: text + "\n" + tests, path: "example.yml")
        let outcome = MappingTests(try #require(ProductMappings.load([file], catalog: FieldCatalog()).0)).run()
        #expect((outcome.passed, outcome.failed) == (1, 1))
        #expect(outcome.failures.map(\.message) == ["test 2: the record has 2 events, not 1"])
    }

    @Test(arguments: [
        ("  - {class: api_activity/read}", "example.yml:37:5: error: required key \"record\" is missing"),
        ("  - {record: {a: 1}}", "example.yml:37:5: error: a test needs \"class\", or \"event\" with the fields that are expected"),
        ("  - {record: {a: 1}, event: x}", "example.yml:37:29: error: expected ocsf.path: value pairs, not text"),
        ("  - {record: \"\", class: a}", "example.yml:37:14: error: the record is empty"),
        ("  - {record: {a: 1}, clas: a}", "example.yml:37:22: error: unknown key \"clas\"; did you mean \"class\"?"),
        ("  - {record: {a: 1}, class: a, events: [{class: b}]}", "example.yml:37:40: error: write either"),
    ])
    func aTestThatSaysNothingSensibleIsAnError(tests: String, expected: String) {
        let (mappings, diagnostics) = load(tests)
        #expect(mappings == nil)
        #expect(diagnostics.contains { $0.hasPrefix(expected) }, "\(diagnostics)")
    }

    @Test func theTestsOfTheShippedMappingsPass() throws {
        let outcome = MappingTests(try NormaliserFixture.mappings()).run()
        #expect(outcome.failures.map { "\($0)" } == [])
        #expect(outcome.passed >= 14)
    }

    @Test(arguments: [
        (#"{"class_uid":6003}"#, "api_activity needs activity_id"), (#"{"class_uid":1}"#, "class_uid is that of no class"),
        (#"{"class_uid":6003,"nonsense":1}"#, "nonsense is no attribute of api_activity"),
        (#"{"class_uid":6003,"severity_id":7}"#, "severity_id must be one of [0, 1, 2, 3, 4, 5, 6, 99], not 7"),
        (#"{"class_uid":6003,"actor":{"user":{"type_id":1}}}"#, "user needs one of actor.user."),
        (#"{"class_uid":6003,"src_endpoint":{"ip":"x"}}"#, "src_endpoint.ip is of the wrong type: x"),
        (#"{"class_uid":6003,"resources":{}}"#, "resources must be a list"), (#"{"class_uid":6003,"actor":[]}"#, "actor must be"),
    ])
    func theValidatorTellsWhatIsWrong(document: String, expected: String) throws {
        let flaws = EventValidator().flaws(try #require(JSONTree(Array(document.utf8))))
        #expect(flaws.contains { $0.hasPrefix(expected) }, "\(flaws)")
    }
}
