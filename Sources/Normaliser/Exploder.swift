import EventModel

// Hot path.

/// Makes one event of each element of a list (`events` in Google Workspace's activities).
///
/// Each part has the fields around the list and those of its own element, so it reads as a record with one event.
final class Exploder {
    private let list: FieldID
    private let prefix: String
    private let path: String
    private let catalog: FieldCatalog
    /// 1: a field of the list, 2: none; 0: not yet known. By field number.
    private var membership: [UInt8] = []
    /// A record with more is mapped up to here; the last part keeps the fields of the rest.
    static let maximumParts = 1_000

    init(_ list: FieldID, catalog: FieldCatalog) {
        self.list = list
        path = catalog.path(of: list)
        prefix = path + "."
        self.catalog = catalog
    }

    /// Where the fields of each part stand, copied behind the others; empty for a record with at most one element.
    func parts(_ builder: EventBuilder, _ start: Int, _ end: Int) -> [Range<Int>] {
        let marks = marks(builder, start, end)
        guard let first = marks.first, let last = marks.last else { return [] }
        var listEnd = last + 1
        while listEnd < end, isMember(builder.fields[listEnd].id) { listEnd += 1 }
        var parts: [Range<Int>] = []
        for (number, mark) in marks.enumerated() {
            let markEnd = number + 1 < marks.count ? marks[number + 1] : listEnd
            let partStart = builder.fieldCount
            for index in start..<first { builder.append(builder.fields[index]) }
            for index in mark..<markEnd { builder.append(builder.fields[index]) }
            for index in listEnd..<end { builder.append(builder.fields[index]) }
            parts.append(partStart..<builder.fieldCount)
        }
        return parts
    }

    /// Where the elements begin, if there are several: most records have one, which costs no array.
    private func marks(_ builder: EventBuilder, _ start: Int, _ end: Int) -> [Int] {
        var only: Int?
        var marks: [Int] = []
        for index in start..<end where builder.fields[index].id == list && builder.fields[index].kind == .element {
            guard let first = only else {
                only = index
                continue
            }
            if marks.isEmpty { marks.append(first) }
            if marks.count < Self.maximumParts { marks.append(index) }
        }
        return marks
    }

    private func isMember(_ id: FieldID) -> Bool {
        if id.index >= membership.count {
            membership += [UInt8](repeating: 0, count: id.index + 64 - membership.count)
        }
        if membership[id.index] == 0 {
            let text = catalog.path(of: id)
            membership[id.index] = text == path || text.hasPrefix(prefix) ? 1 : 2
        }
        return membership[id.index] == 1
    }
}
