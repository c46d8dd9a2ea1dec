public import EventModel

// Hot path. Unsafe: the bytes given to `consume` are borrowed for the call; what must outlive it is copied to `pending`.

/// Cuts a TCP byte stream into syslog messages (RFC 6587), telling octet counting from newlines frame by frame.
///
/// A frame is octet-counted when it starts with a count (`[1-9][0-9]*`), a space and the `<` of a PRI; the count is above
/// `maximumCount` or has more digits than any: the line is kept, flagged `badFrameLength`. Anything else ends at LF or NUL.
/// CR, LF and NUL are trimmed off a record's end, and empty records are skipped. The result does not depend on how the stream
/// was cut into reads. At most `maximumFrameBytes` are buffered.
public struct SyslogFraming: Sendable {
    /// How frames are told apart.
    public enum Mode: String, Sendable, CaseIterable {
        /// Octet counting or newline, decided for each frame.
        case auto
        /// Octet counting only (RFC 5425): a frame without a count is kept up to the newline and flagged.
        case octetCounting = "octet-counting"
        /// The whole input is one message, as in a datagram.
        case none
    }

    /// A longer count, in bytes, is not believed: it would swallow the stream for minutes.
    public static let maximumCount = 128 << 20
    /// More digits than this are no count, and not looked through for one.
    private static let maximumDigits = 20

    private enum State {
        /// At the first byte of a frame, or within a count (`pending` holds its digits).
        case start
        case line
        /// Within a line whose first part was handed on.
        case discardingLine
        case counted(remaining: Int)
        /// Within a counted frame whose first part was handed on.
        case discardingCount(remaining: Int)
    }

    private enum Beginning {
        case undecided
        case line
        case counted(Int, headerBytes: Int)
        case badCount
    }

    public let mode: Mode
    public let maximumFrameBytes: Int
    private var state = State.start
    /// The flaw of the line being read: set when it began with a count that cannot be.
    private var lineFlaw = RecordFlaw.none
    /// The part of the current frame that came with earlier reads.
    private var pending: [UInt8] = []

    /// - Parameter maximumFrameBytes: a longer frame's first bytes are kept, flagged `truncated`; the rest is skipped.
    public init(mode: Mode = .auto, maximumFrameBytes: Int = 1 << 20) {
        self.mode = mode
        self.maximumFrameBytes = max(1, maximumFrameBytes)
        if mode == .none { state = .line }
    }

    /// Bytes held between calls.
    public var bufferedBytes: Int { pending.count }
    /// How many frames have ended.
    public private(set) var endedFrames = 0
    /// Bytes taken of the frame that has begun and not ended, its count and what was cut off of it included; 0 if there is none.
    public private(set) var openBytes = 0

    /// Takes frames until the bytes or the room in the batch are used up, and returns how many bytes were taken.
    public mutating func consume(
        _ bytes: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) -> Int {
        var terminators = TerminatorSearch(bytes)
        var position = 0
        while position < bytes.count, !builder.isFull {
            let before = position
            defer { noteProgress(position - before) }
            switch state {
            case .start:
                position = begin(bytes, from: position)
            case .line:
                let end = mode == .none ? nil : terminators.next(from: position)
                position = takeLine(bytes, from: position, end: end, into: &builder, at: time)
            case .discardingLine:
                guard mode != .none, let end = terminators.next(from: position) else { return bytes.count }
                state = .start
                position = end + 1
            case .counted(let remaining):
                position = takeCounted(bytes, from: position, remaining: remaining, into: &builder, at: time)
            case .discardingCount(let remaining):
                let skipped = min(remaining, bytes.count - position)
                state = skipped == remaining ? .start : .discardingCount(remaining: remaining - skipped)
                position += skipped
            }
        }
        return position
    }

    @inline(__always)
    private mutating func noteProgress(_ taken: Int) {
        openBytes += taken
        if case .start = state, pending.isEmpty {
            openBytes = 0
            endedFrames += 1
        }
    }

    /// The stream has ended: what there is of the last frame becomes a record.
    public mutating func finish(into builder: inout RecordBatchBuilder, at time: Timestamp) {
        let flaw: RecordFlaw
        switch state {
        case .start: flaw = mode == .octetCounting ? .badFrameLength : .none
        case .line: flaw = lineFlaw
        case .counted: flaw = .incompleteFrame
        case .discardingLine, .discardingCount: flaw = .none
        }
        emitPending(into: &builder, flaw: flaw, at: time)
        state = mode == .none ? .line : .start
    }

    // MARK: - The beginning of a frame

    private mutating func begin(_ bytes: UnsafeRawBufferPointer, from position: Int) -> Int {
        let first = bytes[position]
        if pending.isEmpty {
            if first == Terminators.lineFeed || first == Terminators.nul { return position + 1 }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[position...])
            switch beginning(of: rest) {
            case .undecided:
                pending.append(contentsOf: rest)
                return bytes.count
            case .line:
                startLine(flaw: mode == .octetCounting ? .badFrameLength : .none)
                return position
            case .badCount:
                startLine(flaw: .badFrameLength)
                return position
            case .counted(let count, let headerBytes):
                state = .counted(remaining: count)
                return position + headerBytes
            }
        }
        // A count cut in two by the reads: one more byte at a time, so that nothing after the decision is taken.
        let known = pending.count
        pending.append(first)
        switch pending.withUnsafeBytes({ beginning(of: $0) }) {
        case .undecided:
            return position + 1
        case .line:
            pending.removeLast()
            startLine(flaw: mode == .octetCounting ? .badFrameLength : .none)
            return position
        case .badCount:
            pending.removeLast()
            startLine(flaw: .badFrameLength)
            return position
        case .counted(let count, let headerBytes):
            pending.removeAll(keepingCapacity: true)
            state = .counted(remaining: count)
            return position + headerBytes - known
        }
    }

    private mutating func startLine(flaw: RecordFlaw) {
        lineFlaw = flaw
        state = .line
    }

    private func beginning(of bytes: UnsafeRawBufferPointer) -> Beginning {
        guard bytes[0] >= 0x31, bytes[0] <= 0x39 else { return .line }
        var digits = 0
        var count = 0
        while digits < bytes.count, bytes[digits] >= 0x30, bytes[digits] <= 0x39 {
            if digits == Self.maximumDigits { return .line }
            if count <= Self.maximumCount { count = count * 10 + Int(bytes[digits] - 0x30) }
            digits += 1
        }
        guard digits < bytes.count else { return .undecided }
        guard bytes[digits] == 0x20 else { return .line }
        if mode == .auto {
            // A line of text may well begin with a number: only the PRI after it makes it a count.
            guard digits + 1 < bytes.count else { return .undecided }
            guard bytes[digits + 1] == 0x3C else { return .line }
        }
        return count <= Self.maximumCount ? .counted(count, headerBytes: digits + 1) : .badCount
    }

    // MARK: - The body of a frame

    /// - Parameter end: where the line's terminator stands, nil when it is yet to come.
    private mutating func takeLine(
        _ bytes: UnsafeRawBufferPointer, from position: Int, end: Int?, into builder: inout RecordBatchBuilder,
        at time: Timestamp
    ) -> Int {
        let room = maximumFrameBytes - pending.count
        let available = (end ?? bytes.count) - position
        let next = end.map { $0 + 1 } ?? bytes.count
        guard available <= room else {
            let flaw = lineFlaw == .none ? .truncated : lineFlaw
            // The digits of what might have been a count may be more than a tiny limit.
            if room < 0 { pending.removeLast(-room) }
            emit(bytes, from: position, count: max(0, room), into: &builder, flaw: flaw, at: time)
            state = end == nil ? .discardingLine : .start
            return next
        }
        guard end != nil else {
            pending.append(contentsOf: bytes[position..<bytes.count])
            return next
        }
        emit(bytes, from: position, count: available, into: &builder, flaw: lineFlaw, at: time)
        state = .start
        return next
    }

    private mutating func takeCounted(
        _ bytes: UnsafeRawBufferPointer, from position: Int, remaining: Int, into builder: inout RecordBatchBuilder,
        at time: Timestamp
    ) -> Int {
        let room = maximumFrameBytes - pending.count
        let available = min(remaining, bytes.count - position)
        guard available <= room else {
            emit(bytes, from: position, count: room, into: &builder, flaw: .truncated, at: time)
            state = .discardingCount(remaining: remaining - room)
            return position + room
        }
        guard available == remaining else {
            pending.append(contentsOf: bytes[position..<position + available])
            state = .counted(remaining: remaining - available)
            return position + available
        }
        emit(bytes, from: position, count: available, into: &builder, flaw: .none, at: time)
        state = .start
        return position + available
    }

    // MARK: - Handing on

    private mutating func emit(
        _ bytes: UnsafeRawBufferPointer, from position: Int, count: Int, into builder: inout RecordBatchBuilder,
        flaw: RecordFlaw, at time: Timestamp
    ) {
        let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
        guard pending.isEmpty else {
            pending.append(contentsOf: piece)
            return emitPending(into: &builder, flaw: flaw, at: time)
        }
        append(piece, flaw, to: &builder, at: time)
    }

    private mutating func emitPending(into builder: inout RecordBatchBuilder, flaw: RecordFlaw, at time: Timestamp) {
        if pending.isEmpty { return }
        pending.withUnsafeBytes { append($0, flaw, to: &builder, at: time) }
        // An idle connection must not keep the memory of its largest frame.
        pending.removeAll(keepingCapacity: pending.capacity <= 64 << 10)
    }

    private func append(
        _ record: UnsafeRawBufferPointer, _ flaw: RecordFlaw, to builder: inout RecordBatchBuilder, at time: Timestamp
    ) {
        let record = flaw == .truncated ? record : Terminators.trimmed(record)
        if record.count > 0 { builder.append(record, flaw: flaw, at: time) }
    }
}
