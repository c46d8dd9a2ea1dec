package import EventModel

/// Cuts a file's bytes into records of its format. It buffers nothing: a record that is not complete is given again, with more
/// bytes.
package struct RecordCutter {
    private let format: FileFormat
    private let maximumRecordBytes: Int
    package private(set) var state: CutState

    package init(_ format: FileFormat, maximumRecordBytes: Int, state: CutState = CutState()) {
        self.format = format
        self.maximumRecordBytes = maximumRecordBytes
        self.state = state
    }

    /// Takes complete records until the bytes or the room in the batch are used up, and returns how many bytes were taken. Takes
    /// nothing only if the bytes are a record's beginning, of at most `maximumRecordBytes`.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) -> Int {
        switch format {
        case .lines:
            var lines = FileLines(maximumLineBytes: maximumRecordBytes, state: state)
            defer { state = lines.state }
            return lines.consume(bytes, into: &builder, at: time)
        case .json:
            var values = JSONValues(maximumValueBytes: maximumRecordBytes, state: state)
            defer { state = values.state }
            return values.consume(bytes, into: &builder, at: time)
        }
    }

    /// The rest, which `consume` did not take, is a record, too: nothing has followed for long, or will.
    package mutating func finish(_ rest: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp) {
        switch format {
        case .lines:
            var lines = FileLines(maximumLineBytes: maximumRecordBytes, state: state)
            lines.finish(rest, into: &builder, at: time)
            state = lines.state
        case .json:
            var values = JSONValues(maximumValueBytes: maximumRecordBytes, state: state)
            values.finish(rest, into: &builder, at: time)
            state = values.state
        }
    }
}
