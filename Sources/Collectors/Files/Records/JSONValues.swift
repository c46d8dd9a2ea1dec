package import EventModel

// Hot path. Unsafe: the bytes given are borrowed for the call.

/// Cuts a file's bytes into JSON objects: one after the other, on one line or many, also as the elements of an array. It buffers
/// nothing: an object that is not complete is given again, with more bytes.
///
/// What stands between objects and is no comma, bracket or white space is kept line by line, and so is an object that ends in the
/// middle; both are flawed records.
package struct JSONValues {
    package let maximumValueBytes: Int
    package private(set) var state: CutState
    private var scan = JSONValueScan()

    package init(maximumValueBytes: Int, state: CutState = CutState()) {
        self.maximumValueBytes = maximumValueBytes
        self.state = state
    }

    /// As `FileLines.consume`.
    package mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) -> Int {
        var position = 0
        while position < bytes.count, !builder.isFull {
            if var place = state.skippedValue {
                let end = place.skip(bytes, from: position)
                state.skippedValue = end == nil ? place : nil
                position = end ?? bytes.count
                continue
            }
            let next: Int?
            switch bytes[position] {
            case UInt8(ascii: "\n"), 0:
                state = CutState()
                next = position + 1
            case _ where state.isSkipping || state.isContinued: next = text(bytes, position, &builder, time)
            // White space, and what stands between the elements of an array.
            case 0...0x20, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"): next = position + 1
            // The byte order mark, EF BB BF.
            case 0xEF where bytes.count - position >= 3 && bytes[position + 1] == 0xBB && bytes[position + 2] == 0xBF:
                next = position + 3
            case UInt8(ascii: "{"): next = object(bytes, position, &builder, time)
            default: next = text(bytes, position, &builder, time)
            }
            guard let next else { return position }
            position = next
        }
        return position
    }

    /// The rest, which `consume` did not take, is a record, too: an object that is not whole, or text that ends without a
    /// newline.
    package mutating func finish(_ rest: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp) {
        guard let first = rest.first else { return }
        append(rest[...], first == UInt8(ascii: "{") ? .incompleteFrame : .fragment, &builder, time)
        state = CutState(isContinued: true)
    }

    /// The position after the object that begins here; nil if it may yet be completed.
    private mutating func object(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ builder: inout RecordBatchBuilder, _ time: Timestamp
    ) -> Int? {
        switch scan.end(of: bytes, from: start) {
        case .complete(let end):
            append(bytes[start..<end], .none, &builder, time)
            return end
        case .broken(let place):
            // What is before the byte is kept, and the byte looked at anew: it may begin the next object.
            let end = max(place, start + 1)
            append(bytes[start..<end], .incompleteFrame, &builder, time)
            return end
        case .unfinished(let place):
            guard bytes.count - start > maximumValueBytes else { return nil }
            append(bytes[start...], .truncated, &builder, time)
            state.skippedValue = place
            return bytes.count
        }
    }

    /// The position after the line whose text begins here; nil if it may yet be completed.
    private mutating func text(
        _ bytes: UnsafeRawBufferPointer, _ start: Int, _ builder: inout RecordBatchBuilder, _ time: Timestamp
    ) -> Int? {
        var terminators = TerminatorSearch(bytes)
        let end = terminators.next(from: start)
        if !state.isSkipping {
            if end == nil, bytes.count - start <= maximumValueBytes { return nil }
            append(bytes[start..<(end ?? bytes.count)], .fragment, &builder, time)
        }
        state = CutState(isSkipping: end == nil)
        return end ?? bytes.count
    }

    private func append(
        _ record: Slice<UnsafeRawBufferPointer>, _ flaw: RecordFlaw, _ builder: inout RecordBatchBuilder, _ time: Timestamp
    ) {
        let record = Terminators.trimmed(UnsafeRawBufferPointer(rebasing: record))
        if record.isEmpty { return }
        let isTooLong = record.count > maximumValueBytes
        builder.append(
            UnsafeRawBufferPointer(rebasing: record.prefix(maximumValueBytes)), flaw: isTooLong ? .truncated : flaw, at: time)
    }
}
