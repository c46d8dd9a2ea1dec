import EventModel

// Unsafe: the segment is owned, and the lists lie within it.

/// The numbers that every row of a cold block has. A list is unpacked and checked when it is first asked for: a search needs two
/// or three of the eight.
final class RowLists {
    /// The lists, in the order in which they are stored.
    private enum Name: Int, CaseIterable {
        case kinds, times, sequences, sources, received, parts, bodies, places
    }

    private let segment: Arena
    private let integers: IntegerList
    private let layout: ColdLayout
    private let directory: ColdDirectory
    /// Where each list begins, and how many numbers it has.
    private var places: [(offset: Int, count: Int)] = []

    private var knownKinds: [UInt32]?
    private var knownTimes: [Int64]?
    private var knownSequences: [Int64]?

    /// - Parameter segment: that of the rows, unpacked.
    init(_ segment: Arena, _ layout: ColdLayout, _ directory: ColdDirectory, _ integers: IntegerList) throws(BlockError) {
        self.segment = segment
        self.layout = layout
        self.directory = directory
        self.integers = integers
        defer { withExtendedLifetime(segment) {} }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: segment.contents[layout.listsOffset...]))
        for name in Name.allCases {
            let count =
                switch name {
                case .bodies: layout.bodyCount
                case .places: layout.placeCount
                default: directory.header.rowCount
                }
            places.append((segment.count - reader.remaining, count))
            try IntegerList.skip(&reader, count: count)
        }
        guard reader.remaining == 0 else { throw .damaged("bytes after the rows") }
    }

    private func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
        _ name: Name, as type: Number.Type = Number.self
    ) throws(BlockError) -> [Number] {
        defer { withExtendedLifetime(segment) {} }
        let (offset, count) = places[name.rawValue]
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: segment.contents[offset...]))
        return try integers.read(&reader, count: count)
    }

    /// Each row's kind: an index of the layout's `kindList`.
    func kinds() throws(BlockError) -> [UInt32] {
        if let knownKinds { return knownKinds }
        let kinds = try numbers(.kinds, as: UInt32.self)
        let limit = UInt32(truncatingIfNeeded: layout.kindList.count)
        guard (kinds.max() ?? 0) < limit, layout.kindList[Int(kinds[0])].template > 0 else {
            throw .damaged("a row contradicts the block")
        }
        knownKinds = kinds
        return kinds
    }

    /// Event times, in microseconds.
    func times() throws(BlockError) -> [Int64] {
        if let knownTimes { return knownTimes }
        let times = try numbers(.times, as: Int64.self)
        knownTimes = times
        return times
    }

    /// Sequence numbers, ascending.
    func sequences() throws(BlockError) -> [Int64] {
        if let knownSequences { return knownSequences }
        let sequences = try numbers(.sequences, as: Int64.self)
        var before: Int64 = 0
        var isAscending = true
        for sequence in sequences {
            if sequence <= before { isAscending = false }
            before = sequence
        }
        guard isAscending, before < 1 << 60, sequences[0] == directory.header.firstSequence else {
            throw .damaged("a row contradicts the block")
        }
        knownSequences = sequences
        return sequences
    }

    /// All lists: what it takes to put events together.
    func rows() throws(BlockError) -> ColdRows {
        let rows = try ColdRows(
            layout: layout, kinds: kinds(), times: times(), sequences: sequences(), sources: numbers(.sources),
            received: numbers(.received), parts: numbers(.parts), bodies: numbers(.bodies), places: numbers(.places))
        let limit = Int64(directory.sources.count)
        for row in rows.sources.indices {
            guard rows.sources[row] >= 0, rows.sources[row] < limit, rows.parts[row] >= 0, rows.parts[row] <= Int64(UInt16.max)
            else { throw .damaged("a row contradicts the block") }
        }
        let fields = rows.kinds.reduce(0) { $0 + layout.shapes[layout.kindList[Int($1)].shape].count }
        guard fields <= StoreLimits.coldBlockFields else { throw .damaged("its rows have more fields than any block") }
        return rows
    }
}
