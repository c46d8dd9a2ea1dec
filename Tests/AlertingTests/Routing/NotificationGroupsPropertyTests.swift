import Alerting
import EventModel
import Foundation
import Testing
import TestSupport

@Suite struct NotificationGroupsPropertyTests {
    private typealias Event = Timeline.Event

    /// Two receivers, mutes, inhibition; short times, so that much happens.
    private static func router() throws -> Router {
        let pager = RouteConfiguration(
            receiver: "pager", matchers: try LabelMatcher.parse("level=critical"), continues: true, groupBy: ["..."], groupWait: 5_000_000)
        let muted = RouteConfiguration(matchers: try LabelMatcher.parse("level=low"), groupBy: [], muteTimeIntervals: ["early"])
        let rule = InhibitionRule(
            sourceMatchers: try LabelMatcher.parse("level=critical"), targetMatchers: try LabelMatcher.parse("level=medium"),
            equal: ["identity"])
        return try .simple(
            wait: 10, interval: 30, repeating: 90, routes: [pager, muted, RouteConfiguration()], rules: [rule],
            intervals: ["early": [CalendarInterval(times: [0..<3])]])
    }

    private static func silences() throws -> [Silence] {
        [
            try Silence(
                id: "s", matchers: LabelMatcher.parse("identity=bob"), startsAt: Timestamp(seconds: 50), endsAt: Timestamp(seconds: 200),
                createdBy: "ana", comment: "pentest")
        ]
    }

    private static func events(_ random: inout SeededGenerator) -> [Event] {
        let names = [
            "a.high.ana", "b.critical.ana", "c.medium.ana", "d.low.bob", "e.high.bob", "f.critical.bob", "g.low.ana", "h.medium.eve",
        ]
        var second = 0
        return (0..<Int.random(in: 1...30, using: &random)).map { _ in
            second += Int.random(in: 0...15, using: &random)
            let what = [Event.What.found, .found, .acknowledged, .closed].randomElement(using: &random) ?? .found
            return Event(second, what, names.randomElement(using: &random) ?? names[0])
        }
    }

    /// A crash anywhere changes nothing of what is told: not when, not under which id, and nothing is told twice.
    @Test func survivesCrashes() throws {
        let router = try Self.router()
        for seed in 0..<UInt64(fuzzRounds(150)) {
            var random = SeededGenerator(seed: seed)
            let events = Self.events(&random)
            var steady = Timeline(router)
            steady.silences = try Self.silences()
            steady.run(events, until: 600)
            var shaken = Timeline(router)
            shaken.silences = steady.silences
            for event in events {
                // Also at times at which nothing happens.
                let time = Timestamp(seconds: Int64(event.second))
                shaken.advance(to: shaken.now + Int64.random(in: 0...max(0, time - shaken.now), using: &random))
                if Bool.random(using: &random) { shaken.restart() }
                shaken.advance(to: time)
                shaken.update([shaken.finding(event)])
                if Bool.random(using: &random) { shaken.restart() }
            }
            for second in stride(from: 500, through: 600, by: 7) {
                shaken.advance(to: max(shaken.now, Timestamp(seconds: Int64(second))))
                shaken.restart()
            }
            shaken.advance(to: Timestamp(seconds: 600) + 1)
            #expect(shaken.told == steady.told, "seed \(seed)")
            #expect(shaken.notifications == steady.notifications, "seed \(seed)")
            #expect(Set(steady.notifications.map(\.id)).count == steady.notifications.count)
        }
    }

    @Test func computesTheSameAgainAfterACrash() throws {
        let router = try Self.router()
        var count = 0
        for seed in 0..<UInt64(fuzzRounds(100)) {
            var random = SeededGenerator(seed: seed)
            var timeline = Timeline(router)
            let end = Int.random(in: 0...400, using: &random)
            timeline.run(Self.events(&random).filter { $0.second < end }, until: end)
            let lost = timeline.crashWhileTelling()
            let before = timeline.notifications.count
            timeline.restart()
            guard let wake = timeline.groups.nextWake() else { continue }
            timeline.advance(to: wake + 1)
            #expect(Array(timeline.notifications[before...]) == lost, "seed \(seed)")
            count += lost.count
        }
        #expect(count > 5)
    }

    /// Between two looks the order of what comes does not matter, nor in how many updates.
    @Test func isIndifferentToOrder() throws {
        let router = try Self.router()
        for seed in 0..<UInt64(fuzzRounds(100)) {
            var random = SeededGenerator(seed: seed)
            let findings = (0..<60).map { number in
                let level = Level.allCases.randomElement(using: &random) ?? .low
                let identity = Bool.random(using: &random) ? "ana" : "bob"
                return Timeline(router).finding(Event(number, .found, "f\(number).\(level).\(identity)"))
            }
            var limits = NotificationGroups.Limits()
            limits.findingsPerGroup = 10
            var results: [[Alerting.Notification]] = []
            var rows: [[NotificationGroupRow]] = []
            for _ in 0..<2 {
                var timeline = Timeline(router, limits: limits)
                timeline.advance(to: Timestamp(seconds: 400))
                var rest = findings.shuffled(using: &random)[...]
                while !rest.isEmpty {
                    let count = Int.random(in: 1...rest.count, using: &random)
                    timeline.update(Array(rest.prefix(count)))
                    rest = rest.dropFirst(count)
                }
                timeline.advance(to: Timestamp(seconds: 1_000))
                results.append(timeline.notifications)
                rows.append(timeline.groups.rows)
            }
            #expect(results[0] == results[1] && !results[0].isEmpty, "seed \(seed)")
            #expect(rows[0] == rows[1], "seed \(seed)")
        }
    }

    /// At the end nothing is open that its receiver does not know of.
    @Test func tellsEveryOpenFinding() throws {
        let router = try Self.router()
        for seed in 0..<UInt64(fuzzRounds(150)) {
            var random = SeededGenerator(seed: seed)
            var timeline = Timeline(router)
            timeline.silences = try Self.silences()
            timeline.run(Self.events(&random), until: 900)
            let open = timeline.stored.values.filter { $0.status != .closed }
            let isInhibited = { (finding: NotifiedFinding) in
                let labels = FindingLabels(finding)
                return labels["level"] == "medium"
                    && open.contains { FindingLabels($0)["level"] == "critical" && FindingLabels($0)["identity"] == labels["identity"] }
            }
            for finding in open where !isInhibited(finding) {
                let last = timeline.notifications.last { $0.findings.contains { $0.finding.uid == finding.finding.uid } }
                #expect(last?.findings.contains { $0.finding.uid == finding.finding.uid && $0.status == finding.status } ?? false
                    || timeline.groups.rows.contains { $0.told?.firing.contains(finding.finding.uid) ?? false }, "seed \(seed)")
                #expect(last != nil, "seed \(seed) \(finding.finding.uid)")
            }
            // Groups without open findings are gone once that was told.
            for row in timeline.rows.values { #expect(row.members.contains { $0.status != .closed }, "seed \(seed)") }
            // What was committed is what there is, but for the times of looks at which there was nothing to tell.
            let rows = timeline.groups.rows.map { row in
                var row = row
                row.due = timeline.rows[row.key]?.due ?? row.due
                return row
            }
            #expect(timeline.rows.values.sorted { $0.key < $1.key } == rows, "seed \(seed)")
        }
    }

    @Test func survivesStorms() throws {
        var groups = NotificationGroups(try .simple())
        var finding = Finding.make(uid: "storm", group: [.init(field: "identity", value: "ana")], evidence: 100)
        let start = ContinuousClock.now
        for number in 0..<100_000 {
            finding.count = number
            groups.update([NotifiedFinding(finding)], now: Timestamp(microseconds: Int64(number)))
        }
        #expect(groups.takeChanges().written.count == 1)
        #expect(groups.rows.map(\.members.count) == [1])
        let told = groups.flush(now: Timestamp(seconds: 31), silences: [])
        #expect(told.map { $0.findings.map(\.finding.count) } == [[99_999]])
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func keepsTheWorstAndLatestOfAGroup() throws {
        var limits = NotificationGroups.Limits()
        limits.findingsPerGroup = 40
        var timeline = Timeline(try .simple(), limits: limits)
        timeline.run((0..<200).map { Event(0, .found, "f\($0)." + ($0 == 3 ? "critical" : $0 < 100 ? "high" : "low")) }, until: 1_000)
        #expect(timeline.notifications.count == 1)
        let told = try #require(timeline.notifications.first)
        #expect(told.findings.count == 25 && told.omitted == 175 && told.level == .critical)
        #expect(told.findings.first?.finding.uid == "f3")
        #expect(timeline.groups.rows.map(\.members.count) == [40])
        #expect(timeline.groups.rows.map(\.omitted) == [160])
        timeline.restart()
        timeline.advance(to: Timestamp(seconds: 3_000))
        #expect(timeline.notifications.count == 1)
        #expect(timeline.groups.rows.map(\.omitted) == [160])
    }

    @Test func putsWhatHasNoGroupOfItsOwnTogether() throws {
        var limits = NotificationGroups.Limits()
        limits.groups = 3
        limits.findings = 8
        var timeline = Timeline(try .simple(), limits: limits)
        timeline.run((0..<20).map { Event(0, .found, "f\($0).high.user\($0)") }, until: 100)
        // Three groups, and one for all others; eight findings, and the rest counted.
        #expect(timeline.groups.rows.count == 4)
        #expect(timeline.groups.rows.map(\.members.count).reduce(0, +) == 8)
        #expect(timeline.notifications.map { $0.findings.count + $0.omitted }.reduce(0, +) == 20)
        #expect(timeline.notifications.filter(\.labels.isEmpty).count == 1)
        let before = timeline.groups.rows
        timeline.restart()
        #expect(timeline.groups.rows.map(\.key) == before.map(\.key))
        #expect(timeline.groups.rows.map(\.told) == before.map(\.told))
    }

    @Test func tellsAnotherReceiverWhenTheConfigurationChanges() throws {
        var timeline = Timeline(try .simple())
        timeline.run([Event(0, .found, "a")], until: 100)
        // The same tree: nothing is told again.
        timeline.restart(try .simple(interval: 60))
        timeline.advance(to: Timestamp(seconds: 1_000))
        #expect(timeline.told == ["30 firing a"])
        timeline.restart(try .simple(routes: [RouteConfiguration(receiver: "pager")]))
        timeline.advance(to: Timestamp(seconds: 1_100))
        #expect(timeline.told == ["30 firing a", "1030 firing a @pager"])
        #expect(timeline.rows.count == 1)
    }

    @Test func givesAGroupThatComesUpAgainOtherIDs() throws {
        var timeline = Timeline(try .simple())
        timeline.run([Event(0, .found, "a"), Event(100, .closed, "a"), Event(500, .found, "a")], until: 600)
        #expect(timeline.told == ["30 firing a", "330 resolved [a]", "530 firing a"])
        #expect(Set(timeline.notifications.map(\.id)).count == 3 && Set(timeline.notifications.map(\.key)).count == 1)
        #expect(timeline.notifications.allSatisfy { $0.id.hasPrefix("msg_") && !$0.id.contains(".") && $0.id.utf8.count == 36 })
    }

    @Test func storesRowsAsJSON() throws {
        var timeline = Timeline(try .simple())
        timeline.run([Event(0, .found, "a"), Event(100, .acknowledged, "b")], until: 200)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(timeline.groups.rows)
        #expect(try JSONDecoder().decode([NotificationGroupRow].self, from: data) == timeline.groups.rows)
        #expect(try encoder.encode(timeline.groups.rows) == data)
    }
}
