import EventModel
import Matching

/// What names mean at a place in the pipe, and where their values stand.
///
/// The scope is open while rows are events: then every field of the events may be named, and is read when it is. Stages that make
/// rows of their own close it: then only their columns may.
struct SearchScope {
    private(set) var isOpen = true
    private let known: QueryFields
    private(set) var fields: [SearchField] = []
    private(set) var fieldSlots: [Int] = []
    /// Slots of event fields by folded name.
    private var eventSlots: [String: Int] = [:]
    /// The columns that stages made; all there are, once the scope is closed. Names are unique when folded.
    private(set) var columns: [SearchColumn] = []
    /// Names that `rename` took away.
    private var removed: Set<String> = []
    /// Values in a row, for each kind of rows since the beginning: events, then what each stage made of them.
    private(set) var widths = [0]

    init(known: QueryFields) { self.known = known }

    /// The names that a filter may use here.
    var queryFields: QueryFields {
        isOpen ? known.adding(columns: columns.map(\.name)) : QueryFields(columns: columns.map(\.name))
    }

    func column(named name: String) -> SearchColumn? {
        let folded = FieldCatalog.fold(name)
        return columns.first { FieldCatalog.fold($0.name) == folded }
    }

    /// The slot of a name that must be known.
    mutating func slot(of name: String, at offset: Int) throws(QueryError) -> Int {
        if let column = column(named: name) { return column.slot }
        let folded = FieldCatalog.fold(name)
        guard isOpen, !removed.contains(folded), known.contains(name) else {
            let nearest = queryFields.nearest(to: name).map { [$0] } ?? (isOpen ? [] : columns.map(\.name))
            throw QueryError(.unknownField, at: offset, "no \(isOpen ? "field" : "column") is named \(name)", expected: nearest)
        }
        if let slot = eventSlots[folded] { return slot }
        let slot = newSlot()
        eventSlots[folded] = slot
        fields.append(SearchField(name))
        fieldSlots.append(slot)
        return slot
    }

    private mutating func newSlot() -> Int {
        widths[widths.count - 1] += 1
        return widths[widths.count - 1] - 1
    }

    /// The slot of a column to be computed: that of the column of this name, or a new one at the end.
    mutating func define(_ name: String) -> Int {
        let slot = newSlot()
        let folded = FieldCatalog.fold(name)
        removed.remove(folded)
        if let place = columns.firstIndex(where: { FieldCatalog.fold($0.name) == folded }) {
            columns[place].slot = slot
        } else {
            columns.append(SearchColumn(name, slot: slot))
        }
        return slot
    }

    mutating func rename(_ old: String, to new: String, at offset: Int) throws(QueryError) {
        let slot = try slot(of: old, at: offset)
        let (from, to) = (FieldCatalog.fold(old), FieldCatalog.fold(new))
        if from != to { columns.removeAll { FieldCatalog.fold($0.name) == to } }
        if let place = columns.firstIndex(where: { FieldCatalog.fold($0.name) == from }) {
            columns[place].name = new
        } else {
            columns.append(SearchColumn(new, slot: slot))
        }
        removed.insert(from)
        removed.remove(to)
    }

    /// Nothing but these columns may be named from here on.
    mutating func close(to columns: [SearchColumn]) {
        isOpen = false
        self.columns = columns
    }

    /// Rows of another kind follow, with these columns in this order. Names that occur twice get a number.
    mutating func replace(with names: [String]) {
        isOpen = false
        widths.append(names.count)
        columns = []
        for (slot, name) in names.enumerated() {
            var unique = name
            var number = 2
            while column(named: unique) != nil {
                unique = "\(name)_\(number)"
                number += 1
            }
            columns.append(SearchColumn(unique, slot: slot))
        }
    }
}
