/// One content of a source's files: where it is, how far it has been read, and what it waits for. Used by its reader alone.
///
/// A content is what a fingerprint knows again: it stays the same when its file is renamed, copied or compressed, and another one
/// begins when its file is truncated.
final class FollowedFile {
    enum Place {
        /// Known from a cursor, or closed and renamed: it has to be found.
        case unlocated
        case present
        /// Deleted, or truncated without a copy.
        case gone
    }

    let number: Int
    /// The path that it was written at: another file there means that it is complete.
    let home: FilePath
    /// Where it was found first, without symbolic links: its rotated siblings are there.
    let origin: FilePath
    let stem: String
    private let encodedOrigin: String
    /// Where it can be opened.
    var path: FilePath
    /// The path at which the patterns matched it last.
    var matchedPath: FilePath?
    /// The name of its cursor; nil until its first batch.
    var slot: String?
    var tail: FileTail
    var compression: CompressionFormat?
    /// Compressed bytes from which nothing more is to come.
    var consumed: Int?
    var bytes: ContentBytes?
    var place: Place
    /// Since when it has not been `present`.
    var missingSince: ContinuousClock.Instant?
    /// Whether a pattern matched it in the last look.
    var isMatched = false
    /// Another content has followed it at `home`, and it was read to its end.
    var isDone = false
    var hasReachedEnd = false
    /// Its checkpoint has changed since its last batch.
    var isDirty = false
    /// The content before it, which is read first: until another has followed, or once to its end.
    var predecessor: (number: Int, untilDone: Bool)?
    /// When it was last seen to have grown.
    var grownAt: ContinuousClock.Instant
    /// Bytes at the end that are no complete record.
    var rest = 0
    /// What the counter of unread bytes has of it.
    var countedUnread = 0
    var lastTurn = 0
    /// The last attempt to read it failed.
    var hasProblem = false

    init(
        number: Int, home: FilePath, origin: FilePath, tail: FileTail, compression: CompressionFormat?,
        place: Place, now: ContinuousClock.Instant
    ) {
        self.number = number
        self.home = home
        self.origin = origin
        stem = FileGenerations.stem(origin.name)
        encodedOrigin = origin.encoded
        path = origin
        self.tail = tail
        self.compression = compression
        self.place = place
        grownAt = now
    }

    convenience init(number: Int, home: FilePath, checkpoint: FileCheckpoint, now: ContinuousClock.Instant) {
        let facts = FileFacts(identity: checkpoint.identity, size: checkpoint.size, modified: checkpoint.modified)
        let cut = CutState(
            isSkipping: checkpoint.isSkipping, isContinued: checkpoint.isContinued ?? false,
            skippedValue: checkpoint.skippedValue)
        self.init(
            number: number, home: home, origin: checkpoint.path.flatMap(FilePath.init(encoded:)) ?? home,
            tail: FileTail(
                facts: facts, offset: checkpoint.offset, cut: cut, fingerprint: checkpoint.fingerprint, last: checkpoint.last),
            compression: checkpoint.compression.flatMap(CompressionFormat.init(rawValue:)), place: .unlocated, now: now)
        consumed = checkpoint.consumed
        missingSince = now
    }

    var identity: FileIdentity { tail.facts.identity }

    /// Bytes of the file that are not read yet; of a compressed one, compressed bytes.
    var unread: Int {
        if place == .gone { return 0 }
        if compression == nil { return max(0, tail.facts.size - tail.offset) }
        return max(0, tail.facts.size - (consumed ?? bytes?.consumed ?? 0))
    }

    /// The cursor after what has been handed on.
    func checkpoint() -> FileCheckpoint {
        var checkpoint = FileCheckpoint(
            identity: identity, offset: tail.offset,
            size: compression == nil ? max(tail.facts.size, tail.offset) : tail.facts.size, modified: tail.facts.modified,
            fingerprint: tail.fingerprint, isSkipping: tail.cut.isSkipping)
        checkpoint.last = tail.last
        checkpoint.isContinued = tail.cut.isContinued ? true : nil
        checkpoint.skippedValue = tail.cut.skippedValue
        checkpoint.path = encodedOrigin
        checkpoint.compression = compression?.rawValue
        checkpoint.consumed = consumed
        return checkpoint
    }
}
