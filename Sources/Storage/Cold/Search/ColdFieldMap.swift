import EventModel
import Matching

/// Which columns of a block have the values of a field, by the kind of row.
struct ColdFieldMap {
    /// A value of a field in rows of one kind.
    struct Place {
        var column: Int
        /// The row takes the value of the row whose record it shares.
        var isShared: Bool
        /// The kind of a value that is not written as JSON has it; nil where the text tells.
        var kind: FieldKind?
        /// Which part of the value it is; nil for the whole.
        var part: Range<Int>?
    }

    /// In the order of an event's fields: OCSF's, then the vendor's.
    private(set) var places: [[Place]]
    /// Kinds of row that may have more values of the field than their places say.
    private(set) var isUnclear: [Bool]
    /// Of each column that occurs, as what its values are taken.
    private(set) var sources: [Int: [Source]] = [:]

    struct Source: Equatable {
        var kind: FieldKind?
        var part: Range<Int>?
    }

    /// Every column that occurs.
    private(set) var columns: [Int] = []

    /// - Parameters:
    ///   - selector: with `anyValue`, every value that a search for any value looks at.
    ///   - prefersOCSF: kinds of row that have an OCSF value of that name have no place for the vendor's.
    init(
        _ selector: FieldSelector, _ block: OpenColdBlock, catalog: FieldCatalog, prefersOCSF: Bool = false
    ) throws(BlockError) {
        let layout = try block.layout()
        places = [[Place]](repeating: [], count: layout.kindList.count)
        isUnclear = [Bool](repeating: false, count: layout.kindList.count)
        var path: FieldID?
        var takesOCSF = true
        switch selector {
        case .named(let name): path = catalog.intern(name)
        case .vendor(let name):
            path = catalog.intern(name)
            takesOCSF = false
        case .anyValue: break
        }
        let columns = block.directory.columns
        // Of each template, and of each shape, once.
        let scalars = layout.templates.map { template in
            layout.columns[template.firstColumn..<template.firstColumn + template.count].map(Int.init).filter {
                columns[$0].key.role == .scalar && (path == nil || columns[$0].key.path == path)
            }
        }
        for (index, kind) in layout.kindList.enumerated() {
            let shape = layout.shapes[kind.shape]
            let shares = kind.template == 0
            let hasOCSF = prefersOCSF && takesOCSF && layout.entries[shape.start..<shape.start + shape.ocsfCount].contains {
                $0.entry.id == path && $0.entry.flags & 0x0f < FieldKind.null.rawValue
            }
            for place in 0..<(hasOCSF ? shape.ocsfCount : shape.count) where takesOCSF || place >= shape.ocsfCount {
                add(layout.entries[shape.start + place], path, index, shares: shares)
            }
            if hasOCSF { continue }
            if shape.rescans {
                // Sharing rows that were scanned may follow records of several templates.
                if shares {
                    isUnclear[index] = true
                } else {
                    for column in scalars[kind.template - 1] { places[index].append(Place(column: column, isShared: false)) }
                }
            } else if path == nil && shape.vendorCount == 0 {
                addBody(layout, index, kind.template, columns)
            }
        }
        for place in places.joined() {
            let source = Source(kind: place.kind, part: place.part)
            if sources[place.column]?.contains(source) != true { sources[place.column, default: []].append(source) }
        }
        self.columns = sources.keys.sorted()
    }

    private mutating func add(_ entry: ColdShapeEntry, _ path: FieldID?, _ kind: Int, shares: Bool) {
        guard path == nil || entry.entry.id == path else { return }
        let fieldKind = FieldKind(rawValue: entry.entry.flags & 0x0f) ?? .string
        guard fieldKind.rawValue <= FieldKind.null.rawValue else { return }
        guard entry.column != ColdShapeEntry.explicit else {
            isUnclear[kind] = true
            return
        }
        var place = Place(column: Int(entry.column), isShared: shares && !entry.entry.isDerived)
        switch entry.relation {
        case .whole: if entry.entry.isDerived { place.kind = fieldKind }
        case .within(let start):
            place.kind = fieldKind
            place.part = Int(start)..<Int(start) + Int(entry.length)
        case .before:
            isUnclear[kind] = true
            return
        }
        places[kind].append(place)
    }

    /// Of an event without vendor fields the body counts, and the record.
    private mutating func addBody(_ layout: ColdLayout, _ kind: Int, _ template: Int, _ columns: [ColumnInfo]) {
        guard template > 0 else {
            isUnclear[kind] = true
            return
        }
        let known = layout.templates[template - 1]
        guard known.count == 1, known.headRest == 0, !known.hasTail,
            columns[Int(layout.columns[known.firstColumn])].key.role == .text, known.headCount == 0
        else {
            isUnclear[kind] = true
            return
        }
        places[kind].append(Place(column: Int(layout.columns[known.firstColumn]), isShared: false, kind: .string))
    }
}
