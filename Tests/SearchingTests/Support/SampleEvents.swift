import EventModel
import Matching
import Searching

/// An event for tests: its time in seconds, and values by path.
struct SampleEvent {
    var seconds: Int64
    var fields: [(path: String, value: FieldValue)]
    /// Whether the fields are the vendor's; else they are OCSF's.
    var isVendor = false

    init(_ seconds: Int64, _ fields: KeyValuePairs<String, FieldValue>, isVendor: Bool = false) {
        self.seconds = seconds
        self.fields = fields.map { ($0.key, $0.value) }
        self.isVendor = isVendor
    }

    /// The values of a path, in their order.
    func values(_ path: String) -> [FieldValue] { fields.filter { $0.path == path }.flatMap(\.value.members) }
}

enum SampleEvents {
    static func batch(_ events: [SampleEvent], _ catalog: FieldCatalog) -> EventBatch {
        let span = RecordSpan(offset: 0, length: 0)
        let records = RecordBatch(
            source: Source(id: 0, name: "test"), receivedAt: Timestamp(seconds: 0), bytes: Arena(capacity: 16),
            records: events.map { _ in span })
        let builder = EventBuilder(records)
        for (number, event) in events.enumerated() {
            var row = EventRow(record: number, raw: span, receivedAt: Timestamp(seconds: event.seconds))
            let start = UInt32(builder.fieldCount)
            for (path, value) in event.fields {
                let id = catalog.intern(path)
                if value.isNull { builder.append(id, derived: "null", kind: .null) }
                value.forEach { builder.append(id, derived: $0.text, kind: kind($0)) }
            }
            let end = UInt32(builder.fieldCount)
            (row.vendorStart, row.vendorEnd) = event.isVendor ? (start, end) : (end, end)
            (row.ocsfStart, row.ocsfEnd) = event.isVendor ? (end, end) : (start, end)
            builder.append(row)
        }
        return builder.finish()
    }

    private static func kind(_ value: FieldValue) -> FieldKind {
        switch value {
        case .null: .null
        case .bool(let flag): flag ? .true : .false
        case .integer: .integer
        case .double: .float
        case .string, .time, .list: .string
        }
    }
}

/// Runs queries over events in memory.
struct TestSearch {
    var events: [SampleEvent]
    var fields = QueryFields.any
    var tables: [String: LookupTable] = [:]
    var limits = SearchLimits()
    var span: Range<Timestamp>?

    init(_ events: [SampleEvent]) { self.events = events }

    /// The rows of the result, each as `name=text` of its columns with values; for events, their numbers and their columns.
    /// Numbers are those of the events in their order, from 1; the newest comes first, as in a store.
    func rows(_ query: String) throws -> [String] {
        let plan = try SearchParser.parse(query, fields: fields, tables: tables)
        return try rows(plan, catalog: FieldCatalog())
    }

    func rows(_ plan: SearchPlan, catalog: FieldCatalog) throws -> [String] {
        let batch = SampleEvents.batch(events, catalog)
        let program = MatchingEvents(plan.filter, catalog)
        let output = Output()
        let run = SearchRun(plan, catalog: catalog, span: span, limits: limits) { output.rows.append($0) }
        let newest = events.indices.sorted { (events[$0].seconds, $0) > (events[$1].seconds, $1) }
        for index in newest where program.matches(batch[index]) {
            if try !run.add(batch[index], sequence: Int64(index + 1)) { break }
        }
        try run.finish()
        return output.rows.map { Self.text($0, plan) }
    }

    static func text(_ row: SearchRow, _ plan: SearchPlan) -> String {
        let columns: [SearchColumn]
        var parts: [String] = []
        switch plan.output {
        case .events(let extras):
            columns = extras
            parts.append("#\(row.sequence)")
        case .rows(let all): columns = all
        }
        for column in columns where !row.values[column.slot].isNull { parts.append("\(column.name)=\(row.values[column.slot].text)") }
        return parts.joined(separator: " ")
    }

    final class Output {
        var rows: [SearchRow] = []
    }
}
