import EventModel

/// The records of an export of logs, and how many of it could not be taken.
package struct OTLPRecords: Sendable {
    package private(set) var cuts: RecordCuts
    /// Log records that are not stored; the sender is told.
    private(set) var rejected = 0
    private(set) var firstReason: String?
    private let maximumBytes: Int

    /// - Parameter maximumBytes: of all records: each carries its resource, so that few bytes could become many.
    init(maximumRecordBytes: Int, maximumBytes: Int) {
        cuts = RecordCuts(Arena(capacity: 64 * 1024), maximumRecordBytes: maximumRecordBytes)
        self.maximumBytes = maximumBytes
    }

    /// - Parameter offset: where in the body it was, for errors.
    mutating func append(_ record: [UInt8], at offset: Int) throws(FormatError) {
        guard cuts.bytes.count + record.count <= maximumBytes else {
            throw FormatError("with their resource each, the log records are too large together; send fewer at once", at: offset)
        }
        cuts.append(copying: record)
    }

    mutating func reject(_ error: FormatError) {
        rejected += 1
        firstReason = firstReason ?? error.description
    }
}
