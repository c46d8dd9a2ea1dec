package import EventModel

// Hot path. Unsafe: the bytes given are borrowed for the call.

/// Cuts a file's bytes into lines. It buffers nothing: a line that is not complete is given again, with more bytes.
///
/// LF and NUL end a line (a writer that keeps its offset over a copytruncate leaves a run of NULs), CR before them is trimmed,
/// empty lines are skipped.
package struct FileLines {
    package let maximumLineBytes: Int
    package private(set) var state: CutState

    package init(maximumLineBytes: Int, state: CutState = CutState()) {
        self.maximumLineBytes = maximumLineBytes
        self.state = state
    }

    /// Takes complete lines until the bytes or the room in the batch are used up, and returns how many bytes were taken.
    /// Takes nothing only if the bytes are a line's beginning, of at most `maximumLineBytes`.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) -> Int {
        var terminators = TerminatorSearch(bytes)
        var position = 0
        while position < bytes.count, !builder.isFull {
            let first = bytes[position]
            if first == Terminators.lineFeed || first == Terminators.nul {
                state = CutState()
                position += 1
                continue
            }
            let end = terminators.next(from: position)
            let length = (end ?? bytes.count) - position
            if state.isSkipping {
                state.isSkipping = end == nil
            } else if length > maximumLineBytes {
                let kept = UnsafeRawBufferPointer(rebasing: bytes[position..<position + maximumLineBytes])
                builder.append(kept, flaw: .truncated, at: time)
                state = CutState(isSkipping: end == nil)
            } else if let end {
                append(bytes[position..<end], to: &builder, at: time)
                state.isContinued = false
            } else {
                return position
            }
            position = end.map { $0 + 1 } ?? bytes.count
        }
        return position
    }

    /// The rest, which `consume` did not take, is a line, too. What comes after it is its continuation.
    package mutating func finish(
        _ rest: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) {
        append(rest[...], to: &builder, at: time)
        if !rest.isEmpty { state = CutState(isContinued: true) }
    }

    private func append(_ line: Slice<UnsafeRawBufferPointer>, to builder: inout RecordBatchBuilder, at time: Timestamp) {
        let record = Terminators.trimmed(UnsafeRawBufferPointer(rebasing: line))
        if record.count > 0 { builder.append(record, flaw: state.isContinued ? .fragment : .none, at: time) }
    }
}
