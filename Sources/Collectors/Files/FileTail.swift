/// A content being read: how far, and what to do next. Pure: it is told what was seen, and says what follows.
package struct FileTail: Equatable {
    /// Of the file, whose bytes may be compressed ones.
    package var facts: FileFacts
    /// Bytes of the content handed on; a record not yet complete begins here.
    package var offset: Int
    package var cut: CutState
    package private(set) var fingerprint: FileFingerprint
    /// Of the bytes before the offset; nil where it is not known.
    package var last: FileFingerprint?
    /// Since when another file has stood at the path.
    private var replacedSince: ContinuousClock.Instant?

    package init(
        facts: FileFacts, offset: Int = 0, cut: CutState = CutState(), fingerprint: FileFingerprint, last: FileFingerprint? = nil
    ) {
        self.facts = facts
        self.offset = offset
        self.cut = cut
        self.fingerprint = fingerprint
        self.last = offset == 0 ? FileFingerprint(of: []) : last
    }

    /// What one look at the file gave. The order matters: the path first, then the bytes, then the file's facts and head.
    /// So bytes that belong to a content replaced meanwhile are recognised, and a writer that has begun the next file has
    /// ended this one.
    package struct Observation {
        /// Bytes read at `offset`.
        package var bytesRead: Int
        /// Whether `last` was found before `offset`, in the same read.
        package var isConnected: Bool
        /// The open file after the read.
        package var facts: FileFacts
        /// The first bytes of the content, after the read.
        package var head: [UInt8]
        /// Bytes that the content has at least; the file's size, if it is not compressed.
        package var length: Int

        package init(bytesRead: Int, isConnected: Bool = true, facts: FileFacts, head: [UInt8], length: Int? = nil) {
            self.bytesRead = bytesRead
            self.isConnected = isConnected
            self.facts = facts
            self.head = head
            self.length = length ?? facts.size
        }
    }

    package enum Verdict: Equatable {
        /// The bytes are the continuation of what was read.
        case continues
        /// The content was replaced (copytruncate). `unread`: something had been seen that was never read.
        case replaced(unread: Bool)
    }

    /// Whether the bytes read belong to the content known so far; remembers what was seen if so.
    package mutating func verify(_ observation: Observation) -> Verdict {
        let end = offset + observation.bytesRead
        guard observation.isConnected, observation.length >= end, fingerprint.matches(observation.head) else {
            return .replaced(unread: facts.size > offset)
        }
        facts = observation.facts
        // A full one covers all that it ever will.
        if fingerprint.length < FileFingerprint.maximumLength { fingerprint = FileFingerprint(of: observation.head) }
        return .continues
    }

    package enum AtEnd: Equatable {
        case wait
        /// Nothing more will come: the rest is a record, the next file is due.
        case moveOn
    }

    /// What to do when all complete records were read.
    /// - Parameter path: the file that stands now where this content was written.
    package mutating func atEnd(path: FileFacts?, now: ContinuousClock.Instant, rotateWait: Duration) -> AtEnd {
        guard let path else { return .wait }  // Renamed, and not created anew yet.
        guard path.identity != facts.identity else {
            replacedSince = nil
            return .wait
        }
        if path.size > 0 { return .moveOn }
        let since = replacedSince ?? now
        replacedSince = since
        return now - since >= rotateWait ? .moveOn : .wait
    }
}
