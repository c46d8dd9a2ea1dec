import EventModel

/// A cold block as the writer hands it over: a head to be read first, and segments to be read one by one.
struct SealedBlock {
    /// Header and directory.
    var head: UnsafeRawBufferPointer
    /// The segments that do not stand in the directory, by number: 0 to 2 are the rows', the columns' follow.
    var segments: [(number: Int, bytes: UnsafeRawBufferPointer)]
    var filter: UnsafeRawBufferPointer
    var summary: BlockSummary
    var firstSequence: Int64
    var lastSequence: Int64

    var storedBytes: Int { head.count + filter.count + segments.reduce(0) { $0 + $1.bytes.count } }
}

/// The segments that every cold block has.
enum RowSegment: Int, CaseIterable {
    case templates = 0
    case shapes = 1
    case rows = 2

    static let firstColumn = 3
}
