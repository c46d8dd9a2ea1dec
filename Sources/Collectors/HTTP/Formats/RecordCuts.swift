import EventModel

/// The records that a body holds: where each stands in `bytes`, which is the body itself wherever nothing had to be added.
struct RecordCuts: Sendable {
    private(set) var bytes: Arena
    private(set) var spans: [RecordSpan] = []
    /// Longer records are cut here, and flagged.
    let maximumRecordBytes: Int

    init(_ bytes: Arena, maximumRecordBytes: Int) {
        self.bytes = bytes
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Bytes of all records.
    var totalBytes: Int { spans.reduce(0) { $0 + Int($1.length) } }

    mutating func append(_ range: Range<Int>) {
        let isLong = range.count > maximumRecordBytes
        spans.append(
            RecordSpan(
                offset: UInt32(range.lowerBound), length: UInt32(min(range.count, maximumRecordBytes)),
                flaw: isLong ? .truncated : .none))
    }
}
