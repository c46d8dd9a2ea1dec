import EventModel
import Searching
import TestSupport
import Testing

@Suite struct ColumnBatchTests {
    private typealias Column = ColumnBatch.Column

    static let misfits: [(count: Int, column: ColumnBatch.Column)] = [
        (2, .init(values: ["a"], codes: [0])),
        (1, .init(values: ["a"], codes: [1])),
        (1, .init(values: [], codes: [0])),
        (2, .init(values: ["a"], codes: [0], starts: [0, 1])),
        (1, .init(values: ["a"], codes: [0], starts: [1, 1])),
        (2, .init(values: ["a"], codes: [0], starts: [0, 2, 1])),
        (1, .init(values: ["a"], codes: [.max], starts: [0, 1])),
    ]

    @Test(arguments: misfits.indices)
    func refusesWhatDoesNotFit(index: Int) {
        let (count, column) = Self.misfits[index]
        #expect(ColumnBatch(count: count, columns: [column]) == nil)
        #expect(ColumnBatch(count: 1, columns: [.init(values: ["a"], codes: [0])], times: [], sequences: [1, 2]) == nil)
    }

    /// The columns of events for a plan, as a block would have them.
    private static func columns(_ events: [(number: Int, event: SampleEvent)], _ plan: SearchPlan) throws -> ColumnBatch {
        let columns = plan.fields.map { field in
            var values: [FieldValue] = []
            var places: [String: UInt32] = [:]
            var codes: [UInt32] = []
            var starts: [UInt32] = [0]
            for (_, event) in events {
                for value in event.values(field.name) {
                    if places[value.text] == nil {
                        places[value.text] = UInt32(values.count)
                        values.append(value)
                    }
                    codes.append(places[value.text] ?? 0)
                }
                starts.append(UInt32(codes.count))
            }
            let isSingle = zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 <= 1 }
            guard isSingle else { return Column(values: values, codes: codes, starts: starts) }
            return Column(values: values, codes: zip(starts, starts.dropFirst()).map { $0 == $1 ? Column.missing : codes[Int($0)] })
        }
        return try #require(
            ColumnBatch(
                count: events.count, columns: columns, times: events.map { Timestamp(seconds: $0.event.seconds) },
                sequences: events.map { Int64($0.number) }))
    }

    static let queries = [
        "* | stats count by a", "* | stats count by list", "* | stats count, count as n by a", "* | stats count", "* | top 3 a",
        "* | rare a", "* | top list", "* | stats count by a, b", "* | stats sum(n), dc(a), first(b), last(a), p50(n) by list",
        "* | stats sum(n), dc(a), values(b), min(n), count(b), first(b), last(b), p50(n) by a",
        "* | stats sum(n), count by a, b", "* | stats dc(a), max(n), first(n)", "* | top 5 a, b",
        "* | timechart span=1m count by a", "* | timechart span=1m count", "* | timechart span=1h sum(n)", "* | sessions gap=5s by a",
        "* | fields a, list, n | sort n, a | head 5", "* | fields time, a | tail 3", "* | eval x=n*2 | stats max(x) by a",
        "* | fields a, b | dedup a", "* | fields a, b | where a:x | stats count", "* | stats count by a | where count>2 | eval x=1",
        "* | stats count by time", "* | fields a | head 2",
    ]

    /// Whether a block's columns or its events come, the result is the same.
    @Test(arguments: queries)
    func columnsGiveWhatEventsGive(query: String) throws {
        var generator = SeededGenerator(seed: 11)
        let texts: [FieldValue] = ["x", "y", "z", 1, "1", 2.5, true, .null]
        let events = (0..<200).map { number in
            SampleEvent(Int64.random(in: 0..<300, using: &generator), [
                "a": texts.randomElement(using: &generator) ?? "x", "b": texts.randomElement(using: &generator) ?? "x",
                "n": .integer(Int64.random(in: -5...5, using: &generator)),
                "list": .several((0..<Int.random(in: 0...3, using: &generator)).map { _ in texts.randomElement(using: &generator) ?? 1 }),
            ])
        }
        let search = TestSearch(events)
        let plan = try SearchParser.parse(query)
        let expected = try search.rows(plan, catalog: FieldCatalog())
        let output = TestSearch.Output()
        let run = SearchRun(plan, catalog: FieldCatalog()) { output.rows.append($0) }
        let numbered = events.enumerated().map { (number: $0 + 1, event: $1) }
            .sorted { ($0.event.seconds, $0.number) > ($1.event.seconds, $1.number) }
        for start in stride(from: 0, to: numbered.count, by: 37) {
            let part = Array(numbered[start..<min(start + 37, numbered.count)])
            if try !run.add(Self.columns(part, plan)) { break }
        }
        try run.finish()
        #expect(output.rows.map { TestSearch.text($0, plan) } == expected, "\(query)")
        #expect(!expected.isEmpty)
    }
}
