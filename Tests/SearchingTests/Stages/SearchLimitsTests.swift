import EventModel
import Searching
import Testing

@Suite struct SearchLimitsTests {
    private static let events = (0..<20).map { number in
        SampleEvent(Int64(number) * 3_600, [
            "n": .integer(Int64(number)), "text": .string("value \(number)"), "list": .list((0..<10).map { .integer($0) }),
        ])
    }

    private static var limits: SearchLimits {
        var limits = SearchLimits()
        limits.groups = 10
        limits.distinctValues = 15
        limits.listedValues = 8
        limits.heldRows = 10
        limits.exactNumbers = 4
        limits.percentileCells = 12
        limits.combinations = 50
        limits.timeBuckets = 10
        return limits
    }

    static let refused: [(query: String, message: String)] = [
        ("* | stats count by n", "stats has more than 10 groups"),
        ("* | top n", "top has more than 10 groups"),
        ("* | timechart span=1h count", "timechart has more than 10 groups"),
        ("n<5 OR n>15 | timechart span=1h count", "timechart has 20 buckets, more than 10"),
        ("* | sessions gap=1m by n", "more than 10 sessions"),
        ("* | dedup n", "dedup has more than 10 combinations"),
        ("* | stats dc(n)", "more than 15 distinct values"),
        ("* | stats values(n)", "values has more than 8 in one group; count them with dc"),
        ("* | sort n", "sort would have to hold more than 10 rows; put \"| head n\" behind it"),
        ("* | tail 15", "tail would have to hold more than 10 rows"),
        ("n<10 | stats p50(n) by n", "too many groups for percentiles"),
        ("* | stats count by list, list, list", "more than 50 combinations"),
    ]

    @Test(arguments: refused.indices)
    func boundsSayWhatToDo(index: Int) {
        let (query, message) = Self.refused[index]
        var search = TestSearch(Self.events)
        search.limits = Self.limits
        if index == 10 { search.limits.percentileCells = 5 }
        if index == 3 { search.limits.groups = 50 }
        let error = #expect(throws: SearchFailure.self) { try search.rows(query) }
        #expect(error?.description.contains(message) == true, "\(query): \(String(describing: error))")
    }

    @Test(arguments: [
        "* | sort n | head 3", "n<10 | sort n", "* | tail 10", "* | head 10 | stats count by n", "* | stats dc(list) by none",
    ])
    func withinBoundsAllGoesWell(query: String) throws {
        var search = TestSearch(Self.events)
        search.limits = Self.limits
        #expect(try !search.rows(query).isEmpty, "\(query)")
    }

    @Test func sortWithHeadHoldsFewRows() throws {
        let events = (0..<5_000).map { SampleEvent(Int64($0), ["n": .integer(Int64($0 * 7_919 % 5_000))]) }
        var search = TestSearch(events)
        search.limits.heldRows = 1_100
        #expect(try search.rows("* | sort -n | head 2 | fields n") == ["n=4999", "n=4998"])
    }

    @Test func percentilesOfManyNumbersAreNear() throws {
        let events = (1...20_000).map { SampleEvent(Int64($0), ["n": .integer(Int64($0) * Int64($0))]) }
        let search = TestSearch(events)
        let plan = try SearchParser.parse("* | stats p50(n), p95(n), p99(n)")
        let catalog = FieldCatalog()
        let output = TestSearch.Output()
        let run = SearchRun(plan, catalog: catalog) { output.rows.append($0) }
        let batch = SampleEvents.batch(search.events, catalog)
        for index in events.indices { try run.add(batch[index], sequence: Int64(index + 1)) }
        try run.finish()
        for (value, rank) in zip(try #require(output.rows.first).values, [10_000, 19_000, 19_800]) {
            let exact = Double(rank) * Double(rank)
            #expect(abs((value.number ?? 0) - exact) <= exact * 0.0101, "\(value.text) for \(exact)")
        }
        #expect(run.approximateCount == 3, "and it says so")
    }
}
