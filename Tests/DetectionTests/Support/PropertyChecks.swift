import Detection
import TestSupport
import Testing

/// What must hold of every stream, whatever the rules: each check takes a case, and says in `comment` which one it is.
enum PropertyChecks {
    /// The findings are those of the sorted whole, and nothing is left behind.
    static func equalsSorted(
        _ test: CorrelatorPropertyTests.Case, _ generator: inout SeededGenerator, _ comment: Comment
    ) {
        var stream = Stream(test.collection, lateness: test.lateness)
        #expect(stream.ruleSet.diagnostics.isEmpty, comment)
        stream.feed(test.arrivals, using: &generator)
        stream.end()
        #expect(stream.correlator.liveGroups == 0, comment)
        #expect(stream.outcome == ReferenceCorrelation.outcome(test.collection, test.events), comment)
    }

    /// One event at a time, each several times, gives what the whole at once gives, ids included.
    static func isCutAsOneLikes(_ test: CorrelatorPropertyTests.Case, _ comment: Comment) {
        var whole = Stream(test.collection, lateness: test.lateness)
        whole.feed(test.arrivals)
        whole.end()
        var twice = Stream(test.collection, lateness: test.lateness)
        for event in test.arrivals {
            var duplicate = event
            duplicate.sequence = 0
            twice.feed([event, duplicate])
            twice.feed([duplicate])
        }
        twice.end()
        #expect(whole.findings == twice.findings, comment)
    }

    /// A snapshot restored before each event goes on as the original, in every change and count.
    /// - Parameter isFedTwice: each event comes to the restored one a second time.
    static func survivesRestoring(
        _ test: CorrelatorPropertyTests.Case, lateness: Int64, limits: CorrelatorLimits, isFedTwice: Bool = false,
        _ comment: String
    ) throws {
        var original = Stream(test.collection, lateness: lateness, limits: limits)
        var restored = original
        for event in test.arrivals {
            let expected = original.feed([event])
            try restored.restore()
            var duplicate = event
            duplicate.sequence = 0
            let changes = restored.feed(isFedTwice ? [event, duplicate] : [event])
            #expect(changes == expected, "\(comment), sequence \(event.sequence)")
        }
        #expect(original.end() == restored.end(), "\(comment)")
        #expect(original.correlator.statistics.map(\.statistics) == restored.correlator.statistics.map(\.statistics))
    }
}
