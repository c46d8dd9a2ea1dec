import EventModel
import Logging

/// Reads a source's files, one step at a time, on a queue of its own: file systems block.
///
/// Files take turns, a chunk each. What files there are is looked at in `FileReader+Looking`, where a new file's content comes
/// from in `FileReader+Generations`, and which cursor it has in `FileReader+Cursors`.
actor FileReader {
    enum Step: Sendable {
        case batch(RecordBatch)
        /// At least so many records are gone: a file was truncated or removed before it was read to its end.
        case lost(records: Int)
        /// There is more to do at once.
        case again
        /// Nothing to read until something changes.
        case idle
    }

    /// One read: a batch's worth.
    private static let chunkBytes = RecordBatchBuilder.maximumBytes
    /// Kept before a read, to tell whether what was read last still stands there.
    private static let historyBytes = FileFingerprint.maximumLength

    private let executor: BlockingExecutor
    let source: Source
    let configuration: FileConfiguration
    let patterns: [GlobPattern]
    let excluded: [GlobPattern]
    let changes: FileChanges
    let metrics: CollectorMetrics
    let logger: Logger
    var watch: DirectoryWatch?

    /// By number.
    var files: [Int: FollowedFile] = [:]
    var nextNumber = 0
    /// The files that are not gone.
    var byIdentity: [FileIdentity: Set<Int>] = [:]
    /// Where they are, for what the watch tells.
    var byPath: [FilePath: Int] = [:]
    /// The content that was begun last at a path.
    var newest: [FilePath: Int] = [:]
    var names = FollowedNames()
    /// Those that have no file now, by stem: what appears may be their copies.
    var missing: [String: Set<Int>] = [:]
    /// Who waits for a file.
    var successors: [Int: Set<Int>] = [:]
    var slots: CursorSlots
    var queue = TurnQueue()
    /// Files for which time matters: they are looked at every poll interval.
    var attention: Set<Int> = []
    var open: Set<Int> = []
    /// Compressed files that may not be open yet.
    var waitingForRoom: Set<Int> = []
    var problems = ProblemLog()
    var looks = LookState()
    /// Batches that are made, in order.
    var outbox: [RecordBatch] = []
    var lost = 0

    private var turn = 0
    private var buffer: [UInt8]
    /// Bytes in `buffer` that stand in the content of `windowOwner` at its offset, verified and not taken yet.
    private var window = 0..<0
    private var windowOwner: FollowedFile?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        source: Source, configuration: FileConfiguration, patterns: [GlobPattern], excluded: [GlobPattern],
        cursors: [SourceCursor], changes: FileChanges, metrics: CollectorMetrics, logger: Logger
    ) throws {
        executor = BlockingExecutor(label: "file.\(source.name)")
        self.source = source
        self.configuration = configuration
        self.patterns = patterns
        self.excluded = excluded
        self.changes = changes
        self.metrics = metrics
        self.logger = logger
        slots = CursorSlots(prefix: FileCheckpoint.cursorPrefix(source: source))
        buffer = [UInt8](repeating: 0, count: Self.historyBytes + Self.chunkBytes)
        for cursor in cursors {
            guard let path = slots.path(ofCursor: cursor.name) else { continue }
            let checkpoint: FileCheckpoint
            do {
                checkpoint = try FileCheckpoint(cursor)
            } catch {
                throw CollectorError.badCursor(source: source.name, cursor: cursor.name, reason: "\(error)")
            }
            let home = path ?? checkpoint.path.flatMap(FilePath.init(encoded:)) ?? FilePath("/")
            let file = FollowedFile(number: nextNumber, home: home, checkpoint: checkpoint, now: .now)
            file.slot = cursor.name
            // What is remembered in a numbered cursor has been followed by another content.
            file.isDone = path == nil
            if path != nil { newest[home] = file.number }
            slots.give(cursor.name, to: file.number)
            files[file.number] = file
            byIdentity[file.identity, default: []].insert(file.number)
            names.add(file)
            missing[file.stem, default: []].insert(file.number)
            nextNumber += 1
        }
    }

    func attach(_ watch: DirectoryWatch) {
        self.watch = watch
    }

    /// Never throws: what the file system refuses now may work at the next look.
    func step() -> Step {
        look()
        if lost > 0 {
            defer { lost = 0 }
            return .lost(records: lost)
        }
        if !outbox.isEmpty { return .batch(outbox.removeFirst()) }
        if let windowOwner, !window.isEmpty, let batch = takeRecords(windowOwner) {
            queue.add(windowOwner.number)
            return handOver(batch)
        }
        guard let number = queue.next() else { return .idle }
        guard let file = files[number] else { return .again }
        do {
            let step = try advance(file)
            if file.hasProblem { problems.resolved(file.path, logger) }
            file.hasProblem = false
            return step
        } catch {
            return failed(file, error)
        }
    }

    private func failed(_ file: FollowedFile, _ error: any Error) -> Step {
        file.hasProblem = true
        dropWindow(of: file)
        if let error = error as? CompressionError {
            if (try? file.bytes?.isRewritten()) == true {
                closeFile(file)
                queue.add(file.number)
            } else {
                damaged(file, error)
            }
        } else {
            problems.report(file.path, (error as? FileError)?.reason ?? "\(error)", logger)
            attention.insert(file.number)
        }
        releaseSuccessors(of: file)
        return .again
    }

    /// Batches are handed over in the order in which they were made.
    private func handOver(_ batch: RecordBatch) -> Step {
        outbox.append(batch)
        return .batch(outbox.removeFirst())
    }

    // MARK: - A file's turn

    private func advance(_ file: FollowedFile, isEnlarged: Bool = false) throws -> Step {
        guard mayRead(file) else { return .again }
        turn += 1
        file.lastTurn = turn
        // The order matters, see `FileTail.Observation`.
        let atHome = FileFacts.at(file.home)
        if isConsumed(file) {
            leave(file, atHome: atHome)
            return .again
        }
        guard let bytes = try opened(file) else { return .again }
        takeBuffer(for: file, isEnlarged: isEnlarged)
        let offset = file.tail.offset
        let history = min(offset, Self.historyBytes)
        let filled = try buffer.withUnsafeMutableBytes { buffer in
            let free = UnsafeMutableRawBufferPointer(rebasing: buffer[(Self.historyBytes - history)...])
            return try bytes.read(into: free, at: offset - history)
        }
        let count = filled - history
        let facts = try bytes.facts()
        let observation = FileTail.Observation(
            bytesRead: max(0, count), isConnected: count >= 0 && isConnected(file, history: history), facts: facts,
            head: try bytes.head(), length: bytes.consumed.map { $0 <= facts.size ? offset + count : 0 })
        let sizeBefore = file.tail.facts.size
        let hadUnread = file.unread > 0
        if case .replaced = file.tail.verify(observation) {
            try replaced(file, hadUnread: hadUnread)
            return .again
        }
        if facts.size != sizeBefore { file.grownAt = .now }
        countUnread(file)
        window = Self.historyBytes..<Self.historyBytes + count
        if let batch = takeRecords(file) {
            queue.add(file.number)
            return handOver(batch)
        }
        guard file.tail.offset == offset else {
            queue.add(file.number)
            return .again
        }
        // The beginning of a record, or nothing.
        if count > 0, count == buffer.count - Self.historyBytes {
            guard !isEnlarged else { return .again }
            return try advance(file, isEnlarged: true)
        }
        return try atEnd(file, bytes, count: count, atHome: atHome)
    }

    private func isConnected(_ file: FollowedFile, history: Int) -> Bool {
        guard let last = file.tail.last else { return true }
        guard last.length <= history else { return false }
        return last.matches(buffer[(Self.historyBytes - last.length)..<Self.historyBytes])
    }

    /// All complete records have been read; `count` bytes are the beginning of one.
    private func atEnd(_ file: FollowedFile, _ bytes: ContentBytes, count: Int, atHome: FileFacts?) throws -> Step {
        let now = ContinuousClock.now
        file.rest = count
        let isReplaced = isFollowed(file, atHome: atHome, now: now)
        let isStill = now - file.grownAt >= configuration.unterminatedAfter
        if count > 0, isStill || isReplaced && !file.isDone {
            window = Self.historyBytes..<Self.historyBytes + count
            let batch = takeRecords(file, isEnd: true)
            file.rest = 0
            queue.add(file.number)
            return batch.map(handOver) ?? .again
        }
        if count == 0, bytes.consumed != nil, file.consumed != file.tail.facts.size, bytes.consumed == file.tail.facts.size {
            file.consumed = file.tail.facts.size
            file.isDirty = true
        }
        if count == 0, file.isDirty { sendProgress(of: file) }
        countUnread(file)
        file.hasReachedEnd = true
        if file.compression != nil { releaseRoom() }
        if isReplaced, !file.isDone { setDone(file) }
        releaseSuccessors(of: file)
        try settle(file, bytes, now: now, isDisplaced: atHome.map { $0.identity != file.identity } ?? true)
        return .again
    }

    /// A compressed file that says nothing new: to find that out by its bytes would mean to decompress all of it.
    private func isConsumed(_ file: FollowedFile) -> Bool {
        file.bytes == nil && file.place == .present && file.compression != nil && file.consumed == file.tail.facts.size
            && FileFacts.at(file.path) == file.tail.facts
    }

    private func leave(_ file: FollowedFile, atHome: FileFacts?) {
        file.hasReachedEnd = true
        if !file.isDone, isFollowed(file, atHome: atHome, now: .now) { setDone(file) }
        let isSettled = file.isDone || atHome?.identity == file.identity
        if isSettled { attention.remove(file.number) } else { attention.insert(file.number) }
        countUnread(file)
        releaseSuccessors(of: file)
    }

    /// Whether the file still needs to be looked at every poll interval, and be open.
    private func settle(_ file: FollowedFile, _ bytes: ContentBytes, now: ContinuousClock.Instant, isDisplaced: Bool) throws {
        let isWaiting = file.rest > 0 || isDisplaced && !file.isDone
        if isWaiting || !file.isMatched { attention.insert(file.number) } else { attention.remove(file.number) }
        guard !file.isMatched, file.rest == 0 else { return }
        let quiet = now - file.grownAt
        if try bytes.isUnlinked() {
            if quiet >= configuration.rotateWait { vanish(file) }
        } else if file.isDone, quiet >= configuration.lingerTime {
            closeFile(file)
            attention.remove(file.number)
        }
    }

    /// Whether another content was begun after this one, so that nothing more will come.
    private func isFollowed(_ file: FollowedFile, atHome: FileFacts?, now: ContinuousClock.Instant) -> Bool {
        let next = (successors[file.number] ?? []).compactMap { files[$0] }
        return next.contains { $0.predecessor?.untilDone == true }
            || file.tail.atEnd(path: atHome, now: now, rotateWait: configuration.rotateWait) == .moveOn
    }

    /// The next content of its path is due, also one that has been rotated away already.
    private func setDone(_ file: FollowedFile) {
        file.isDone = true
        looks.isListDue = true
    }

    // MARK: - Taking records

    /// - Parameter isEnd: what is left is a record, too.
    private func takeRecords(_ file: FollowedFile, isEnd: Bool = false) -> RecordBatch? {
        var cutter = RecordCutter(configuration.format, maximumRecordBytes: configuration.maximumLineBytes, state: file.tail.cut)
        var builder = RecordBatchBuilder(source: source)
        let window = self.window
        let taken = buffer.withUnsafeBytes { buffer in
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[window])
            guard isEnd else { return cutter.consume(bytes, into: &builder, at: .now()) }
            cutter.finish(bytes, into: &builder, at: .now())
            return bytes.count
        }
        if taken > 0 {
            let end = window.lowerBound + taken
            file.tail.cut = cutter.state
            file.tail.offset += taken
            file.tail.last = FileFingerprint(of: buffer[(end - min(file.tail.offset, Self.historyBytes))..<end])
            file.consumed = nil
            file.isDirty = true
            metrics.bytes.add(taken)
        }
        // What was not taken although there was room is a record's beginning, and is read again with what follows it.
        self.window = builder.isFull ? window.lowerBound + taken..<window.upperBound : 0..<0
        return builder.isEmpty ? nil : builder.finish(BatchProgress(cursor: cursor(of: file)))
    }

    /// A chunk is read into the buffer, or as much as the longest record.
    private func takeBuffer(for file: FollowedFile, isEnlarged: Bool) {
        let longest = Self.historyBytes + max(Self.chunkBytes, configuration.maximumLineBytes + 1)
        let normal = Self.historyBytes + Self.chunkBytes
        if isEnlarged, buffer.count < longest {
            buffer = [UInt8](repeating: 0, count: longest)
        } else if windowOwner !== file, buffer.count > normal {
            buffer = [UInt8](repeating: 0, count: normal)
        }
        window = 0..<0
        windowOwner = file
    }

    func dropWindow(of file: FollowedFile) {
        if windowOwner === file { window = 0..<0 }
    }

    func countUnread(_ file: FollowedFile) {
        let unread = file.unread
        metrics.unreadBytes.add(unread - file.countedUnread)
        file.countedUnread = unread
    }

    // MARK: - Whose turn it is

    /// Contents of one path are read one after the other, as long as the earlier one can be read at all.
    private func mayRead(_ file: FollowedFile) -> Bool {
        guard let (number, untilDone) = file.predecessor else { return true }
        if let earlier = files[number], earlier.place == .present, !earlier.hasProblem {
            let isOver = untilDone ? earlier.isDone : earlier.hasReachedEnd
            if !isOver { return false }
        }
        file.predecessor = nil
        successors[number]?.remove(file.number)
        return true
    }

    /// Those that wait for the file may be able to go on.
    func releaseSuccessors(of file: FollowedFile) {
        for number in successors[file.number] ?? [] { queue.add(number) }
    }
}
