import EventModel
import Matching

/// `where` behind other stages: the same tests as before the first `|`, on columns and, while rows are events, on those.
final class FilterOperator: RowOperator {
    /// The expression, cut into parts that are decided by the event alone or by the columns alone.
    private indirect enum Part {
        case all([Part])
        case any([Part])
        case not(Part)
        case event(MatchProgram)
        case columns(MatchProgram)
    }

    private let columns: [SearchColumn]
    private let catalog = FieldCatalog()
    private let ids: [FieldID]
    private let root: Part
    private let scratch = MatchScratch()
    private static let source = Source(id: 0, name: "search")

    /// - Parameter catalog: of the events that come with the rows; nil if there are columns only.
    init(_ expression: MatchExpression, columns: [SearchColumn], events catalog: FieldCatalog?) {
        self.columns = columns
        ids = columns.map { [catalog = self.catalog] in catalog.intern($0.name) }
        let names = Set(columns.map { FieldCatalog.fold($0.name) })
        root = catalog.map { [own = self.catalog] in Self.part(expression, names, own: own, events: $0) }
            ?? .columns(MatchProgram(expression, catalog: self.catalog))
    }

    private static func part(
        _ expression: MatchExpression, _ names: Set<String>, own: FieldCatalog, events: FieldCatalog
    ) -> Part {
        if !names.contains(where: { expression.mentions($0) }) { return .event(MatchProgram(expression, catalog: events)) }
        switch expression {
        case .all(let members): return .all(members.map { part($0, names, own: own, events: events) })
        case .any(let members): return .any(members.map { part($0, names, own: own, events: events) })
        case .not(let inner): return .not(part(inner, names, own: own, events: events))
        case .test, .constant: return .columns(MatchProgram(expression, catalog: own))
        }
    }

    override func add(_ row: SearchRow) throws {
        if holds(root, row) { try next?.add(row) }
    }

    private func holds(_ part: Part, _ row: SearchRow) -> Bool {
        switch part {
        case .all(let members): return members.allSatisfy { holds($0, row) }
        case .any(let members): return members.contains { holds($0, row) }
        case .not(let inner): return !holds(inner, row)
        case .columns(let program): return program.matches(event(of: row), scratch: scratch)
        case .event(let program): return row.event.map { program.matches($0, scratch: scratch) } ?? false
        }
    }

    /// The row's columns as an event of their own.
    private func event(of row: SearchRow) -> Event {
        let span = RecordSpan(offset: 0, length: 0)
        let builder = EventBuilder(
            RecordBatch(source: Self.source, receivedAt: row.time, bytes: Arena(capacity: 16), records: [span]))
        var made = EventRow(record: 0, raw: span, receivedAt: row.time)
        for (id, column) in zip(ids, columns) {
            let value = row.values[column.slot]
            if id == .time, case .time(let time) = value { made.time = time }
            value.forEach { builder.append(id, derived: $0.text, kind: $0.kind) }
        }
        made.ocsfEnd = UInt32(builder.fieldCount)
        made.vendorStart = made.ocsfEnd
        made.vendorEnd = made.ocsfEnd
        builder.append(made)
        return builder.finish()[0]
    }
}

extension FieldValue {
    /// What JSON would call it.
    var kind: FieldKind {
        switch self {
        case .null: .null
        case .bool(let value): value ? .true : .false
        case .integer: .integer
        case .double: .float
        case .string, .time, .list: .string
        }
    }
}

extension MatchExpression {
    /// Whether a test asks for the field of this folded name.
    func mentions(_ name: String) -> Bool {
        switch self {
        case .constant: return false
        case .not(let inner): return inner.mentions(name)
        case .all(let members), .any(let members): return members.contains { $0.mentions(name) }
        case .test(let test):
            if case .named(let path) = test.field { return FieldCatalog.fold(path) == name }
            return false
        }
    }
}
