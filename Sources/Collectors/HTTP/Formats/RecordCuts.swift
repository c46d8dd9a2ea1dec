package import EventModel

/// The records that a body holds: where each stands in `bytes`, which is the body itself wherever nothing had to be added.
package struct RecordCuts: Sendable {
    package let bytes: Arena
    package private(set) var spans: [RecordSpan] = []
    /// Longer records are cut here, and flagged.
    let maximumRecordBytes: Int

    init(_ bytes: Arena, maximumRecordBytes: Int) {
        self.bytes = bytes
        self.maximumRecordBytes = maximumRecordBytes
    }

    /// Bytes of all records.
    var totalBytes: Int { spans.reduce(0) { $0 + Int($1.length) } }

    /// One more record, its bytes put after those that are there.
    mutating func append(copying record: [UInt8]) {
        let start = bytes.count
        record.withUnsafeBytes { _ = bytes.append($0) }
        append(start..<start + record.count)
    }

    /// Another text for a record, put after the bytes that are there: slices taken of them before are no longer valid.
    mutating func replace(_ index: Int, by record: [UInt8]) {
        append(copying: record)
        spans.swapAt(index, spans.count - 1)
        spans.removeLast()
    }

    mutating func append(_ range: Range<Int>) {
        let isLong = range.count > maximumRecordBytes
        spans.append(
            RecordSpan(
                offset: UInt32(range.lowerBound), length: UInt32(min(range.count, maximumRecordBytes)),
                flaw: isLong ? .truncated : .none))
    }
}
