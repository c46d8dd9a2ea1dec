import EventModel

// Hot path. Unsafe: the bytes given to `next` are borrowed for the call and for `withData` after it.

/// Why a RELP connection cannot go on.
package enum RelpViolation: Error, Equatable {
    /// TXNR is no number of 1 to 9 digits, or is 0 where an answer is due.
    case transactionNumber
    /// COMMAND is not 1 to 32 letters, or is none that a client sends.
    case command
    /// DATALEN is no number of 1 to 9 digits.
    case length
    /// More data than the command may have.
    case tooLong
    /// The frame does not end in LF where its length says.
    case trailer
    /// A message before the session was opened, or after it was closed.
    case phase
    /// `open` without the offers that are needed.
    case offers

    package var explanation: String {
        switch self {
        case .transactionNumber: "the transaction number is not one of 1 to 999,999,999"
        case .command: "the command is not one that a client sends"
        case .length: "the length of the data is no number of 1 to 9 digits"
        case .tooLong: "the data is longer than the command allows"
        case .trailer: "the frame does not end where its length says"
        case .phase: "a message outside of an open session"
        case .offers: "the client does not offer the command syslog"
        }
    }
}

/// The commands of the Reliable Event Logging Protocol.
package enum RelpCommand: Equatable, Sendable {
    case open
    case syslog
    case close
    case abort
    /// Any other word: an extension that we do not have.
    case other

    /// Nil for what only a server sends.
    init?(_ name: [UInt8]) {
        switch String(decoding: name, as: UTF8.self) {
        case "open": self = .open
        case "syslog": self = .syslog
        case "close": self = .close
        case "abort": self = .abort
        case "rsp", "serverclose": return nil
        default: self = .other
        }
    }
}

/// Cuts the bytes of a RELP connection into frames: `TXNR SP COMMAND SP DATALEN [SP DATA] LF` (RELP, version 1, "syntax").
///
/// The result does not depend on how the stream was cut into reads. At most `maximumDataBytes` are buffered.
package struct RelpFraming {
    /// One frame whose data `withData` has until `next` is called again.
    package struct Frame: Equatable {
        package var transaction: Int
        package var command: RelpCommand
        /// Whether the message was longer than `maximumDataBytes`; the rest was skipped.
        package var isCut: Bool

        package init(transaction: Int, command: RelpCommand, isCut: Bool) {
            self.transaction = transaction
            self.command = command
            self.isCut = isCut
        }
    }

    /// A message of more data ends the connection: to skip it would take minutes.
    package static let maximumLength = 128 << 20
    /// For commands other than `syslog`: offers are a few lines.
    package static let maximumOfferBytes = 4 << 10
    private static let maximumDigits = 9
    private static let maximumCommandBytes = 32

    private enum State {
        case transaction
        case command
        case length
        /// DATALEN was 0: LF comes next, or the space that some write nevertheless.
        case noData
        case data(remaining: Int)
        case trailer
    }

    private enum Data {
        case pending
        case range(Range<Int>)
    }

    private let maximumDataBytes: Int
    private var state = State.transaction
    private var number = 0
    private var digits = 0
    private var transaction = 0
    private var name: [UInt8] = []
    private var command = RelpCommand.other
    private var limit = 0
    private var isCut = false
    /// The part of the data that came with earlier reads.
    private var pending: [UInt8] = []
    private var data = Data.pending
    private var isTaken = true
    package private(set) var endedFrames = 0
    /// Bytes taken of the frame that has begun and not ended.
    package private(set) var openBytes = 0

    /// - Parameter maximumDataBytes: a longer message's first bytes are kept, and the frame says so.
    package init(maximumDataBytes: Int) {
        self.maximumDataBytes = max(1, maximumDataBytes)
    }

    package var bufferedBytes: Int { pending.count + name.count }

    /// The next frame that ends within the bytes; nil when they are used up. `position` goes on in either case.
    package mutating func next(in bytes: UnsafeRawBufferPointer, from position: inout Int) throws(RelpViolation) -> Frame? {
        if isTaken { begin() }
        let start = position
        defer { openBytes = isTaken ? 0 : openBytes + position - start }
        while position < bytes.count {
            let byte = bytes[position]
            switch state {
            case .transaction:
                position += 1
                if try readNumber(byte, .transactionNumber) { continue }
                guard byte == 0x20 else { throw .transactionNumber }
                transaction = number
                state = .command
            case .command:
                position += 1
                try readCommand(byte)
            case .length:
                try readLength(byte, &position)
            case .noData:
                if byte == 0x20 { position += 1 }
                state = .trailer
            case .data(let remaining):
                takeData(bytes, &position, remaining)
            case .trailer:
                guard byte == 0x0A else { throw .trailer }
                position += 1
                isTaken = true
                endedFrames += 1
                return Frame(transaction: transaction, command: command, isCut: isCut)
            }
        }
        // What is not copied now is gone with the read.
        if case .range(let range) = data, !isTaken {
            pending.append(contentsOf: bytes[range])
            data = .pending
        }
        return nil
    }

    /// The data of the frame that `next` gave out of these bytes.
    package func withData<Result>(of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch data {
        case .pending: pending.withUnsafeBytes(body)
        case .range(let range): body(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    private mutating func begin() {
        isTaken = false
        state = .transaction
        number = 0
        digits = 0
        name.removeAll(keepingCapacity: true)
        isCut = false
        data = .pending
        // An idle connection must not keep the memory of its largest frame.
        pending.removeAll(keepingCapacity: pending.capacity <= 64 << 10)
    }

    /// False when the byte is no digit and the number has one at least.
    private mutating func readNumber(_ byte: UInt8, _ violation: RelpViolation) throws(RelpViolation) -> Bool {
        guard byte &- 0x30 <= 9 else {
            if digits == 0 { throw violation }
            return false
        }
        digits += 1
        if digits > Self.maximumDigits { throw violation }
        number = number * 10 + Int(byte - 0x30)
        return true
    }

    private mutating func readCommand(_ byte: UInt8) throws(RelpViolation) {
        if (byte | 0x20) &- 0x61 <= 25 {
            if name.count == Self.maximumCommandBytes { throw .command }
            name.append(byte)
        } else {
            guard byte == 0x20, let known = RelpCommand(name), !name.isEmpty else { throw .command }
            command = known
            number = 0
            digits = 0
            state = .length
        }
    }

    private mutating func readLength(_ byte: UInt8, _ position: inout Int) throws(RelpViolation) {
        if try readNumber(byte, .length) {
            position += 1
            return
        }
        if number == 0 {
            state = .noData
            return
        }
        guard byte == 0x20 else { throw .length }
        let isMessage = command == .syslog
        if number > (isMessage ? Self.maximumLength : Self.maximumOfferBytes) { throw .tooLong }
        limit = isMessage ? maximumDataBytes : Self.maximumOfferBytes
        isCut = number > limit
        position += 1
        state = .data(remaining: number)
    }

    private mutating func takeData(_ bytes: UnsafeRawBufferPointer, _ position: inout Int, _ remaining: Int) {
        let available = min(remaining, bytes.count - position)
        let kept = min(available, limit - pending.count)
        if pending.isEmpty, available == remaining {
            data = .range(position..<position + kept)
        } else if kept > 0 {
            pending.append(contentsOf: bytes[position..<position + kept])
        }
        position += available
        state = available == remaining ? .trailer : .data(remaining: remaining - available)
    }
}
