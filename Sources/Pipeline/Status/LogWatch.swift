package import Storage

/// When to warn of a write-ahead log that cannot be emptied: first when it is too large, then each time it has doubled.
package struct LogWatch {
    /// What to say now.
    package enum Message: Equatable {
        case warning(String)
        /// It is small again.
        case recovered
    }

    /// While the log is too large: what to do about it.
    package private(set) var advice: String?
    private var next = 0

    package init() {}

    /// Takes note of the log as it is, and says what is to be logged.
    package mutating func look(_ log: WriteAheadLog) -> Message? {
        guard log.isTooLarge else {
            guard advice != nil else { return nil }
            advice = nil
            next = 0
            return .recovered
        }
        let text = Self.advice(log)
        advice = text
        guard log.bytes >= next else { return nil }
        next = log.bytes * 2
        return .warning(text)
    }

    private static func advice(_ log: WriteAheadLog) -> String {
        let names = log.readers.map(\.description).joined(separator: ", ")
        let readers = names.isEmpty ? "nobody that can be seen from here" : names
        return "a program keeps a read transaction of siem.db open; until it ends the write-ahead log grows, "
            + "which has \(log.bytes >> 20) MiB; end that program; reading now: \(readers)"
    }
}
