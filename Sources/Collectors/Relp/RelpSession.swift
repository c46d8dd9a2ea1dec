package import EventModel

/// The server's side of one RELP connection's conversation, without its socket: what is answered, and when.
///
/// A message is answered only when the batch with it is stored, and answers go out in the order of the commands. A batch that was
/// lost is answered never: the session ends, and the sender repeats what it has no answer for.
package struct RelpSession {
    /// Commands without an answer beyond this many make the connection wait: 128 is what librelp's senders keep open.
    package static let maximumUnanswered = 16 * 1_024

    private enum Phase {
        case unopened
        case open
        /// Nothing more is taken; answers that are due still go out.
        case closing
        /// Nothing more goes out.
        case ended
    }

    /// Answers that go out together, after those before them.
    private struct Entry {
        /// The batch that must be stored first; nil: none.
        var batch: Int?
        var transactions: [Int32] = []
        /// In place of `transactions`: an answer to something else.
        var answer: [UInt8] = []
    }

    private var phase = Phase.unopened
    /// In the order of the commands.
    private var waiting: [Entry] = []
    private var firstWaiting = 0
    /// The number of the batch that is being gathered.
    private var gathering = 0
    private var isGathering = false
    private var stored: Set<Int> = []
    private var output: [UInt8] = []
    private let software: String
    /// Commands that have no answer yet.
    package private(set) var unanswered = 0
    /// Commands that wait for the batch that is being gathered.
    package private(set) var gathered = 0

    /// - Parameter software: our name, as `open` answers it.
    package init(software: String = "perimeter") {
        self.software = software
    }

    /// Whether commands may be taken now.
    package var hasRoom: Bool { unanswered < Self.maximumUnanswered }
    package var isTaking: Bool { phase == .unopened || phase == .open }
    /// Whether the connection is to be closed once the output is written.
    package var isOver: Bool { phase == .ended || (phase == .closing && firstWaiting == waiting.count) }

    /// Takes one frame. A message becomes a record of the batch.
    package mutating func take(
        _ frame: RelpFraming.Frame, _ data: UnsafeRawBufferPointer, into builder: inout RecordBatchBuilder, at time: Timestamp
    ) throws(RelpViolation) {
        guard isTaking else { throw .phase }
        if frame.transaction == 0, frame.command != .abort { throw .transactionNumber }
        switch frame.command {
        case .open:
            // Some versions of librelp send it twice, and go on with either answer.
            guard phase == .unopened else { return answer(frame, "200 OK") }
            let offers = RelpOffers(data)
            guard offers.hasSyslog else {
                answer(frame, "500 the command syslog is required")
                throw .offers
            }
            phase = .open
            answer(frame, "200 OK\nrelp_version=\(offers.version)\nrelp_software=\(software)\ncommands=syslog")
        case .syslog:
            guard phase == .open else { throw .phase }
            let record = frame.isCut ? data : Terminators.trimmed(data)
            if record.count > 0 { builder.append(record, flaw: frame.isCut ? .truncated : .none, at: time) }
            gather(frame.transaction)
        case .close:
            answer(frame, "200 OK")
            phase = .closing
        case .abort: phase = .ended
        case .other: answer(frame, "500 the command is not supported")
        }
    }

    /// The number to call `stored` or `lost` with, for the batch that is handed over now; nil if no command waits for one.
    package mutating func sealBatch() -> Int? {
        guard isGathering else { return nil }
        defer {
            gathering += 1
            isGathering = false
            gathered = 0
        }
        return gathering
    }

    /// The batch is committed: what waits for it and for nothing before it is answered.
    package mutating func stored(_ batch: Int) {
        stored.insert(batch)
        flush()
    }

    /// The batch never came to a commit.
    package mutating func lost(_ batch: Int) {
        phase = .ended
    }

    /// No more commands are taken; the session is over once those that were taken are answered.
    package mutating func close() {
        if isTaking { phase = .closing }
    }

    /// The bytes to send now. The last ones tell the client that the server hangs up.
    package mutating func takeOutput() -> [UInt8] {
        defer { output = [] }
        if phase == .closing, isOver {
            output += Array("0 serverclose 0\n".utf8)
            phase = .ended
        }
        return output
    }

    // MARK: - Answers

    private mutating func gather(_ transaction: Int) {
        unanswered += 1
        gathered += 1
        isGathering = true
        let number = Int32(transaction)
        if firstWaiting < waiting.count, waiting[waiting.count - 1].batch == gathering {
            waiting[waiting.count - 1].transactions.append(number)
        } else {
            waiting.append(Entry(batch: gathering, transactions: [number]))
        }
    }

    private mutating func answer(_ frame: RelpFraming.Frame, _ text: String) {
        unanswered += 1
        waiting.append(Entry(answer: Array("\(frame.transaction) rsp \(text.utf8.count) \(text)\n".utf8)))
        flush()
    }

    private mutating func flush() {
        guard phase != .ended else { return }
        while firstWaiting < waiting.count {
            let entry = waiting[firstWaiting]
            if let batch = entry.batch {
                guard stored.contains(batch) else { break }
                for transaction in entry.transactions { appendAcknowledgement(transaction) }
                unanswered -= entry.transactions.count
            } else {
                output += entry.answer
                unanswered -= 1
            }
            waiting[firstWaiting] = Entry()
            firstWaiting += 1
        }
        // Of one batch several entries may wait, with answers between them.
        if firstWaiting == waiting.count {
            stored.removeAll()
        } else if let next = waiting[firstWaiting].batch, !stored.isEmpty {
            stored = stored.filter { $0 > next }
        }
        if firstWaiting == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.capacity <= 64)
            firstWaiting = 0
        } else if firstWaiting > 64, firstWaiting > waiting.count / 2 {
            waiting.removeFirst(firstWaiting)
            firstWaiting = 0
        }
    }

    /// `TXNR rsp 6 200 OK` and LF.
    private mutating func appendAcknowledgement(_ transaction: Int32) {
        var divisor: Int32 = 1
        while transaction / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            output.append(UInt8(0x30 + transaction / divisor % 10))
            divisor /= 10
        }
        output += Self.acknowledgement
    }

    private static let acknowledgement = Array(" rsp 6 200 OK\n".utf8)
}

/// What a client's `open` offers: lines `name=value[,value…]` (RELP, "offers").
package struct RelpOffers: Equatable {
    /// The version to speak: the client's, or ours if that is lower.
    package private(set) var version = 0
    package private(set) var hasSyslog = false

    private static let ourVersion = 1

    package init(_ data: UnsafeRawBufferPointer) {
        for line in data.split(separator: 0x0A) {
            let text = String(decoding: line, as: UTF8.self)
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            let values = parts[1].split(separator: ",").map { $0.filter { $0 != " " && $0 != "\r" } }
            switch parts[0] {
            case "relp_version": version = min(values.first.flatMap { Int($0) }.map { max(0, $0) } ?? 0, Self.ourVersion)
            case "commands": hasSyslog = values.contains("syslog")
            default: break
            }
        }
    }
}
