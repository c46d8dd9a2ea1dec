import Alerting
import EventModel
import Testing

@Suite struct NotificationGroupsTests {
    private typealias Event = Timeline.Event

    @Test(arguments: [
        // The first notification waits for what comes with it.
        ([Event(0, .found, "a"), Event(20, .found, "b.critical")], 100, ["30 firing b a"]),
        // A later one waits for the next look, 5 min after the first; without one there is none.
        ([Event(0, .found, "a"), Event(40, .found, "b")], 900, ["30 firing a", "330 firing b a"]),
        ([Event(0, .found, "a"), Event(331, .found, "b")], 900, ["30 firing a", "630 firing b a"]),
        // Other groups have times of their own.
        ([Event(0, .found, "a"), Event(10, .found, "b.high.bob")], 900, ["30 firing a", "40 firing b"]),
        // What is extended is not new.
        ([Event(0, .found, "a"), Event(100, .found, "a"), Event(400, .found, "a")], 3_000, ["30 firing a"]),
        // Reminders, counted from the last notification whatever it was.
        ([Event(0, .found, "a")], 8_000, ["30 firing a", "3630 reminder a", "7230 reminder a"]),
        ([Event(0, .found, "a"), Event(1_000, .found, "b")], 6_000, ["30 firing a", "1230 firing b a", "4830 reminder b a"]),
        // Closed: told once all are.
        ([Event(0, .found, "a"), Event(100, .closed, "a")], 9_000, ["30 firing a", "330 resolved [a]"]),
        ([Event(0, .found, "a"), Event(1, .found, "b"), Event(100, .closed, "a"), Event(400, .closed, "b")], 9_000,
            ["30 firing b a", "630 resolved [b] [a]"]),
        ([Event(0, .found, "a"), Event(1, .found, "b"), Event(100, .closed, "a")], 4_000,
            ["30 firing b a", "3630 reminder b [a]"]),
        ([Event(0, .found, "a"), Event(100, .closed, "a"), Event(200, .found, "b")], 4_500,
            ["30 firing a", "330 firing b [a]", "3930 reminder b"]),
        // Closed before it was told: nobody hears of it.
        ([Event(0, .found, "a"), Event(10, .closed, "a")], 9_000, []),
        ([Event(0, .found, "a"), Event(40, .found, "b"), Event(50, .closed, "b")], 1_000, ["30 firing a"]),
        ([Event(0, .closed, "a")], 9_000, []),
        // Opened again: before the end was told, nothing has changed; after it, it is new.
        ([Event(0, .found, "a"), Event(100, .closed, "a"), Event(200, .found, "a")], 3_000, ["30 firing a"]),
        ([Event(0, .found, "a"), Event(100, .closed, "a"), Event(400, .found, "a")], 3_000,
            ["30 firing a", "330 resolved [a]", "430 firing a"]),
        // Acknowledged: told once all open ones are.
        ([Event(0, .found, "a"), Event(100, .acknowledged, "a")], 4_000, ["30 firing a", "330 acknowledged a", "3930 reminder a"]),
        ([Event(0, .found, "a"), Event(1, .found, "b"), Event(100, .acknowledged, "a"), Event(400, .closed, "b")], 1_000,
            ["30 firing b a", "630 acknowledged a [b]"]),
        ([Event(0, .found, "a"), Event(10, .acknowledged, "a")], 1_000, ["30 acknowledged a"]),
        ([Event(0, .found, "a"), Event(100, .acknowledged, "a"), Event(400, .found, "b")], 1_000,
            ["30 firing a", "330 acknowledged a", "630 firing b a"]),
        ([Event(0, .found, "a"), Event(100, .acknowledged, "a"), Event(400, .found, "a")], 1_000,
            ["30 firing a", "330 acknowledged a", "630 firing a"]),
        ([Event(0, .found, "a"), Event(100, .acknowledged, "a"), Event(400, .closed, "a")], 1_000,
            ["30 firing a", "330 acknowledged a", "630 resolved [a]"]),
    ] as [([Timeline.Event], Int, [String])])
    private func tells(events: [Event], end: Int, expected: [String]) throws {
        var timeline = Timeline(try .simple())
        timeline.run(events, until: end)
        #expect(timeline.told == expected)
    }

    @Test func tellsNoEndToWhoWantsNone() throws {
        var timeline = Timeline(try .simple(sendsResolved: false))
        timeline.run(
            [Event(0, .found, "a"), Event(100, .closed, "a"), Event(400, .found, "b"), Event(500, .closed, "b")], until: 9_000)
        #expect(timeline.told == ["30 firing a", "430 firing b"])
        #expect(timeline.groups.rows.isEmpty && timeline.groups.nextWake() == nil && timeline.rows.isEmpty)
    }

    @Test func doesNotWaitWhereTheWaitIsNothing() throws {
        var timeline = Timeline(try .simple(wait: 0))
        timeline.run([Event(5, .found, "a"), Event(5, .found, "b.high.bob"), Event(6, .found, "c")], until: 400)
        #expect(timeline.told.sorted() == ["305 firing c a", "5 firing a", "5 firing b"])
    }

    @Test func tellsEveryRouteThatMatches() throws {
        let pager = RouteConfiguration(receiver: "pager", matchers: try LabelMatcher.parse("level=critical"), continues: true, groupWait: 0)
        let all = RouteConfiguration()
        var timeline = Timeline(try .simple(routes: [pager, all]))
        timeline.run([Event(0, .found, "a.critical"), Event(0, .found, "b.low")], until: 200)
        #expect(timeline.told == ["0 firing a @pager", "30 firing a b"])
        #expect(Set(timeline.notifications.map(\.key)).count == 2)
        #expect(timeline.notifications[0].labels == [Label("identity", "ana")])
    }

    @Test func followsTheRoutesTimes() throws {
        // 1970-01-01, from 00:05 to 00:20.
        let night = [CalendarInterval(times: [5..<20])]
        let muted = RouteConfiguration(matchers: try LabelMatcher.parse("level=low"), muteTimeIntervals: ["night"])
        let active = RouteConfiguration(matchers: try LabelMatcher.parse("level=medium"), activeTimeIntervals: ["night"])
        var timeline = Timeline(try .simple(wait: 60, interval: 240, routes: [muted, active], intervals: ["night": night]))
        timeline.run(
            [Event(0, .found, "l.low"), Event(0, .found, "m.medium"), Event(100, .found, "n.low"), Event(100, .closed, "l")], until: 1_400)
        // The end of what was told, and what has come up since, wait for the interval's end.
        #expect(timeline.told == ["60 firing l", "300 firing m", "1260 firing n [l]"])
    }

    @Test(arguments: [
        // Not told while it lasts; afterwards at the next look.
        ([Event(0, .found, "a")], 0, 1_000, 1_500, ["1230 firing a"]),
        // What was told is not told again when it ends.
        ([Event(0, .found, "a")], 100, 1_000, 2_000, ["30 firing a"]),
        // Others of the group are told, and the end of the silence then is news.
        ([Event(0, .found, "a"), Event(0, .found, "b.low")], 0, 400, 1_000, ["30 firing b", "630 firing a b"]),
        // Closed and silenced: the end is told as soon as it can be.
        ([Event(0, .found, "a"), Event(200, .closed, "a")], 100, 1_000, 2_000, ["30 firing a", "1230 resolved [a]"]),
        ([Event(0, .found, "a"), Event(200, .closed, "a")], 0, 1_000, 2_000, []),
        // Of those that are not silenced all are closed.
        ([Event(0, .found, "a"), Event(0, .found, "b.low"), Event(200, .closed, "b.low")], 100, 1_000, 2_000,
            ["30 firing a b", "330 resolved [b]", "1230 firing a"]),
    ] as [([Timeline.Event], Int, Int, Int, [String])])
    private func keepsToSilences(events: [Event], from start: Int, to end: Int, until: Int, expected: [String]) throws {
        var timeline = Timeline(try .simple())
        timeline.silences = [
            try Silence(
                id: "s", matchers: LabelMatcher.parse("level=high"), startsAt: Timestamp(seconds: Int64(start)),
                endsAt: Timestamp(seconds: Int64(end)), createdBy: "ana", comment: "pentest")
        ]
        timeline.run(events, until: until)
        #expect(timeline.told == expected)
    }

    @Test(arguments: [
        // The critical one keeps the others of the same identity from being told, until it is closed.
        ([Event(0, .found, "a"), Event(0, .found, "c.critical")], 100, ["30 firing c"]),
        ([Event(0, .found, "a"), Event(0, .found, "c.critical.bob")], 100, ["30 firing a", "30 firing c"]),
        ([Event(0, .found, "a"), Event(0, .found, "c.critical"), Event(100, .closed, "c.critical")], 700,
            ["30 firing c", "330 firing a [c]"]),
        ([Event(0, .found, "a"), Event(100, .found, "c.critical"), Event(100, .found, "b")], 700, ["30 firing a", "330 firing c"]),
        // Acknowledged is open.
        ([Event(0, .acknowledged, "c.critical"), Event(0, .found, "a")], 100, ["30 acknowledged c"]),
        // It matches both sides of the second rule, and does not inhibit itself; nor do two of them each other.
        ([Event(0, .found, "m.medium")], 100, ["30 firing m"]),
        ([Event(0, .found, "m.medium"), Event(0, .found, "n.medium")], 100, ["30 firing m n"]),
        ([Event(0, .found, "m.medium"), Event(0, .found, "l.low")], 100, ["30 firing m"]),
    ] as [([Timeline.Event], Int, [String])])
    private func inhibits(events: [Event], end: Int, expected: [String]) throws {
        func matchers(_ text: String) throws -> [LabelMatcher] { try LabelMatcher.parse(text) }
        let rules = [
            InhibitionRule(
                sourceMatchers: try matchers("level=critical"), targetMatchers: try matchers("level=high"), equal: ["identity", "absent"]),
            InhibitionRule(sourceMatchers: try matchers("level=medium"), targetMatchers: try matchers(#"level=~"medium|low""#)),
        ]
        var timeline = Timeline(try .simple(rules: rules))
        timeline.run(events, until: end)
        #expect(timeline.told.sorted() == expected.sorted())
    }

    @Test func whatADrillRaisesIsToldApart() throws {
        var groups = NotificationGroups(try .simple(wait: 0))
        groups.update([.ofDrill("one", uid: "a"), .ofDrill("two", uid: "b"), .ofDrill("one", uid: "c")], now: Timestamp(seconds: 0))
        groups.update([NotifiedFinding(.make(uid: "d"))], now: Timestamp(seconds: 0))
        let told = groups.flush(now: Timestamp(seconds: 0), silences: [])
        let stories = told.map { ($0.findings.map(\.finding.uid).sorted().joined() + ($0.isDrill ? " drill" : "")) }
        #expect(stories.sorted() == ["ac drill", "b drill", "d"])
    }

    @Test(arguments: [("d1", "r1", ["d1", "r1"]), ("r1", "d1", ["r1", "d1"]), ("r1", "r2", ["r1"])])
    func drillsInhibitNothingAndAreNotInhibited(source: String, target: String, expected: [String]) throws {
        let rule = InhibitionRule(
            sourceMatchers: try LabelMatcher.parse("level=critical"), targetMatchers: try LabelMatcher.parse("level=low"))
        var groups = NotificationGroups(try .simple(wait: 0, rules: [rule]))
        for (uid, level) in [(source, Level.critical), (target, .low)] {
            let finding: NotifiedFinding = uid.hasPrefix("d") ? .ofDrill("one", uid: uid, level) : .init(.make(uid: uid, level: level))
            groups.update([finding], now: Timestamp(seconds: 0))
        }
        let told = groups.flush(now: Timestamp(seconds: 0), silences: []).flatMap { $0.findings.map(\.finding.uid) }
        #expect(told.sorted() == expected.sorted())
    }

    @Test func asksSomebodyElseWhatIsMuted() throws {
        var groups = NotificationGroups(try .simple(wait: 0))
        groups.update([NotifiedFinding(.make(uid: "a")), NotifiedFinding(.make(uid: "b"))], now: Timestamp(seconds: 0))
        let told = groups.flush(now: Timestamp(seconds: 0), isMuted: { $0.finding.uid == "a" })
        #expect(told.map { $0.findings.map(\.finding.uid) } == [["b"]])
    }
}
