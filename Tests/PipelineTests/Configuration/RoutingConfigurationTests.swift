import Alerting
import EventModel
import Foundation
import LocatedYAML
import Pipeline
import TestSupport
import Testing

struct RoutingConfigurationTests {
    private func read(
        _ text: String, receivers: [String: RoutingConfiguration.Receiver] = ["soc": .init(), "pager": .init(sendsResolved: false)]
    ) throws -> (RoutingConfiguration?, [Diagnostic]) {
        let file = YAMLFile(text: text, path: "perimeter.yml")
        let log = DiagnosticLog(file.diagnostics)
        let root = YAMLSection(try #require(file.documents.first), log: log)
        let routing = ConfigurationFile.routing(root, receivers: receivers)
        root.finish()
        return (log.hasErrors ? nil : routing, log.sorted)
    }

    @Test func `nothing configured is nothing`() throws {
        let (routing, diagnostics) = try read("{}")
        #expect(routing == nil && diagnostics.isEmpty)
    }

    @Test func `everything is read`() throws {
        let (read, diagnostics) = try read(#"""
            routing:
              route:
                receiver: soc
                group_by: [rule, identity]
                group_wait: 0s
                group_interval: 1m
                repeat_interval: 12h
                routes:
                  - matchers: ['level=~"high|critical"', product=okta]
                    receiver: pager
                    continue: true
                    mute_time_intervals: [office]
                    routes:
                      - {matchers: '{technique!="T1621"}', group_by: ['...'], active_time_intervals: [office, holidays]}
                  - group_by: []
              inhibit_rules:
                - {source_matchers: [level=critical], target_matchers: ['level!=critical'], equal: [identity]}
              time_intervals:
                - name: office
                  time_intervals:
                    - times: [{start_time: '09:00', end_time: '17:00'}]
                      weekdays: ['monday:friday']
                      days_of_month: [1, '-3:-1']
                      months: [january, '3:5']
                      years: [2026, '2028:2030']
                      location: Australia/Sydney
                - {name: holidays, time_intervals: [{months: [december], days_of_month: ['24:26']}, {weekdays: []}]}
            """#)
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let routing = try #require(read)
        let root = routing.route
        #expect(root.receiver == "soc" && root.groupBy == ["rule", "identity"] && root.groupWait == 0)
        #expect(root.groupInterval == 60_000_000 && root.repeatInterval == 43_200_000_000)
        let first = try #require(root.routes.first)
        #expect(first.matchers.map(\.description) == [#"level=~"high|critical""#, #"product="okta""#])
        #expect(first.receiver == "pager" && first.continues && first.muteTimeIntervals == ["office"])
        #expect(first.routes.map(\.groupBy) == [["..."]] && first.routes[0].activeTimeIntervals == ["office", "holidays"])
        #expect(root.routes[1].groupBy == [] && root.routes.count == 2)
        #expect(routing.inhibitionRules.map(\.equal) == [["identity"]])
        #expect(
            routing.timeIntervals["office"] == [
                CalendarInterval(
                    times: [540..<1_020], weekdays: [1...5], daysOfMonth: [.init(1, 1), .init(-3, -1)], months: [1...1, 3...5],
                    years: [2026...2026, 2028...2030], location: "Australia/Sydney")
            ])
        #expect(routing.timeIntervals["holidays"]?.map(\.weekdays) == [nil, nil])
        // Summer in Sydney: eleven hours ahead.
        let offset = ConfigurationFile.zoneOffset(routing)
        #expect(offset("Australia/Sydney", Timestamp(seconds: 1_795_521_600)) == 39_600)
        #expect(offset("Elsewhere", Timestamp(seconds: 0)) == 0)
        #expect(try Router(routing, offset: offset).routes.count == 4)
    }

    @Test(arguments: [
        ("routing: {}", "1:10", "required key \"route\" is missing"),
        ("routing:\n  route: {}", "2:10", "\"receiver\": the root must name a receiver"),
        ("routing:\n  route:\n    receiver: sock", "3:15", "there is no receiver \"sock\"; there are pager, soc"),
        ("routing:\n  route:\n    receiver: soc\n    routes:\n      - {}\n      - {group_interval: 0s}", "6:26", "longer than nothing"),
        ("routing:\n  route: {receiver: soc, matchers: [level=low]}", "2:36", "the root takes every finding"),
        ("routing:\n  route: {receiver: soc, group_by: [a, a]}", "2:36", "\"a\" stands there twice"),
        ("routing:\n  route: {receiver: soc, routes: [{matchers: ['level=~\"(\"']}]}", "2:47", "is no matcher: column 8"),
        ("routing:\n  route: {receiver: soc, routes: [{matchers: [yes]}]}", "2:47", "must be a matcher"),
        ("routing:\n  route: {receiver: soc, routes: [{mute_time_intervals: [x]}]}", "2:57", "no time interval \"x\""),
        ("routing:\n  route: {receiver: soc, wait: 1s}", "2:26", "unknown key \"wait\""),
        ("routing:\n  route: {receiver: soc}\n  inhibit_rules: [{equal: [a]}]", "3:19", "needs source_matchers or target_matchers"),
        ("routing:\n  route: {receiver: soc}\n  time_intervals: [{name: a}]", "3:20", "\"time_intervals\" is missing"),
        ("routing:\n  route: {receiver: soc}\n  time_intervals: [{name: a, time_intervals: [{weekdays: [mon]}]}]", "3:58", "\"mon\""),
        ("routing:\n  route: {receiver: soc}\n  time_intervals: [{name: a, time_intervals: [{location: Berlin}]}]", "3:58",
            "Europe/Berlin"),
        ("routing:\n  route: {receiver: soc}\n"
            + "  time_intervals: [{name: a, time_intervals: [{times: [{start_time: '9', end_time: '10:00'}]}]}]", "3:69", "the end later"),
    ])
    func `what is wrong is said with its place`(text: String, place: String, message: String) throws {
        let (routing, diagnostics) = try read(text)
        #expect(routing == nil)
        #expect(
            diagnostics.contains { $0.message.contains(message) && "\($0.location.line):\($0.location.column)" == place },
            "\(diagnostics)")
    }

    @Test func `the documentation's example is right`() throws {
        let page = try String(contentsOf: Programs.repository.appendingPathComponent("docs/routing.md"), encoding: .utf8)
        let example = try #require(page.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first)
        let names = ["soc-chat", "drills", "pager", "digest"]
        let (read, diagnostics) = try read(example, receivers: .init(uniqueKeysWithValues: names.map { ($0, .init()) }))
        #expect(diagnostics.isEmpty, "\(diagnostics)")
        let router = try Router(try #require(read))
        let cases = [
            ("drill=true,level=critical", ["drills"]), ("level=critical", ["pager", "soc-chat"]), ("level=low", ["digest"]),
            ("level=high", ["soc-chat"]),
        ]
        for (labels, receivers) in cases {
            let labels = FindingLabels(try LabelMatcher.parse(labels).map { Label($0.name, $0.value) })
            #expect(router.routes(for: labels).map(\.receiver) == receivers)
        }
    }

    @Test func `routes that are nested without end are an error`() throws {
        var text = "routing:\n  route: {receiver: soc, routes: ["
        text += String(repeating: "{routes: [", count: 30) + String(repeating: "]}", count: 30) + "]}"
        let (routing, diagnostics) = try read(text)
        #expect(routing == nil)
        #expect(diagnostics.contains { $0.message.contains("nested more than 16 deep") }, "\(diagnostics)")
    }
}
