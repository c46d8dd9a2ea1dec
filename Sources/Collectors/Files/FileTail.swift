/// The file being read: how far, and what to do next. Pure: it is told what was seen, and says what follows.
package struct FileTail: Equatable {
    package var facts: FileFacts
    /// Bytes handed on; a line not yet complete begins here.
    package var offset: Int
    package var isSkipping: Bool
    package private(set) var fingerprint: FileFingerprint
    /// Since when another file has stood at the path.
    private var replacedSince: ContinuousClock.Instant?

    package init(facts: FileFacts, offset: Int = 0, isSkipping: Bool = false, fingerprint: FileFingerprint) {
        self.facts = facts
        self.offset = offset
        self.isSkipping = isSkipping
        self.fingerprint = fingerprint
    }

    /// What one look at the file gave. The order matters: the path first, then the bytes, then the file's facts and head.
    /// So bytes that belong to a content replaced meanwhile are recognised, and a writer that has begun the next file has
    /// ended this one.
    package struct Observation {
        /// The file at the path, nil if there is none.
        package var atPath: FileFacts?
        /// Bytes read at `offset`.
        package var bytesRead: Int
        /// The open file after the read.
        package var facts: FileFacts
        /// The first bytes of the open file, after the read.
        package var head: [UInt8]

        package init(atPath: FileFacts?, bytesRead: Int, facts: FileFacts, head: [UInt8]) {
            self.atPath = atPath
            self.bytesRead = bytesRead
            self.facts = facts
            self.head = head
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
        guard observation.facts.size >= end, fingerprint.matches(observation.head) else {
            return .replaced(unread: facts.size > offset)
        }
        facts = observation.facts
        fingerprint = FileFingerprint(of: observation.head)
        return .continues
    }

    package enum AtEnd: Equatable {
        case wait
        /// Nothing more will come: the rest is a record, the next file is due.
        case moveOn
    }

    /// What to do when all complete lines were read.
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

    package var checkpoint: FileCheckpoint {
        FileCheckpoint(
            identity: facts.identity, offset: offset, size: max(facts.size, offset), modified: facts.modified,
            fingerprint: fingerprint, isSkipping: isSkipping)
    }
}
