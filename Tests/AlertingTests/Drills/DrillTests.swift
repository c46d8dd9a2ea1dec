import Alerting
import EventModel
import Foundation
import Testing

@Suite struct DrillTests {
    private static let start = Timestamp(seconds: 1_795_521_600)

    private func drill(_ steps: [(Int64, Int, Int64, String)], id: String = "k7q2") throws -> Drill {
        let steps = try steps.map { at, count, every, json in
            DrillScenario.Step(at: at, product: "okta", count: count, every: every, record: try DrillTemplate(json: json))
        }
        let scenario = DrillScenario(name: "a", title: "A", description: "", rules: ["r"], budget: 1, steps: steps)
        return try #require(Drill(scenario, id: id, start: Self.start))
    }

    @Test func `records are filled in`() throws {
        let json = #"{"t":"{{ time }}","s":"{{time_seconds}}","ms":"{{ time_milliseconds }}","n":"{{ n }}","f":"file {{ n }}","#
            + #""who":"{{ actor }} {{ marker }}"}"#
        let who = #""who":"drill-k7q2@drill.invalid drill-k7q2"}"#
        let records = try drill([(10_000_000, 2, 1_500_000, json)]).records()
        #expect(records.map(\.json) == [
            #"{"t":"2026-11-24T12:00:10.000Z","s":1795521610,"ms":1795521610000,"n":1,"f":"file 1","# + who,
            #"{"t":"2026-11-24T12:00:11.500Z","s":1795521611,"ms":1795521611500,"n":2,"f":"file 2","# + who,
        ])
        #expect(records.map(\.time) == [Self.start + 10_000_000, Self.start + 11_500_000])
    }

    @Test func `steps that overlap come in the order of time`() throws {
        let records = try drill([(5, 3, 10, #"{"a":"{{ n }}"}"#), (0, 2, 15, #"{"b":"{{ n }}"}"#)]).records()
        #expect(records.map(\.json) == [#"{"b":1}"#, #"{"a":1}"#, #"{"a":2}"#, #"{"b":2}"#, #"{"a":3}"#])
    }

    @Test func `ids are unique, and the same for the same drill`() throws {
        let steps: [(Int64, Int, Int64, String)] = [(0, 50, 1, #"{"i":"{{ id }}"}"#), (0, 50, 1, #"{"i":"{{ id }}"}"#)]
        let one = try drill(steps).records()
        #expect(Set(one.map(\.json)).count == 100)
        #expect(try drill(steps).records() == one)
        #expect(try Set(drill(steps, id: "other").records().map(\.json)).isDisjoint(with: one.map(\.json)))
        let object = try JSONSerialization.jsonObject(with: Data(one[0].json.utf8)) as? [String: String]
        #expect(UUID(uuidString: try #require(object?["i"])) != nil)
    }

    @Test(arguments: ["", "abc", "ABCD", "a-b-c", "abcd@x", String(repeating: "a", count: 33)])
    func `what is no id`(id: String) {
        let scenario = DrillScenario(name: "a", title: "", description: "", rules: [], budget: 0, steps: [])
        #expect(Drill(scenario, id: id, start: Self.start) == nil)
    }

    @Test(arguments: [
        (#"{"a":"{{ tme }}"}"#, DrillTemplateError.unknown("tme")), (#"{"a":"{{ time }"}"#, .unterminated),
        (#"{"a":""# + String(repeating: "a", count: 20_000) + #""}"#, .tooLong),
    ])
    func `what is no template`(json: String, error: DrillTemplateError) {
        #expect(throws: error) { try DrillTemplate(json: json) }
    }

    @Test(arguments: [
        (#"{"a":{"b":{"c":"{{ actor }}"}}}"#, true), (#"{"a":"{{ marker }}"}"#, true), (#"{"a":"{{ time }}"}"#, false),
        (#"{"a":{"b":{}}}"#, false),
    ])
    func `whether records can be told from real ones`(json: String, isMarked: Bool) throws {
        #expect(try DrillTemplate(json: json).isMarked == isMarked)
    }

    @Test func `random ids are ids, and differ`() {
        let ids = (0..<100).map { _ in Drill.randomID() }
        #expect(ids.allSatisfy(Drill.isID))
        #expect(Set(ids).count == 100)
    }

    @Test func `a scenario is as long as its last record is late`() throws {
        #expect(try drill([(10, 3, 5, "{}"), (12, 1, 0, "{}")]).scenario.duration == 20)
    }
}
