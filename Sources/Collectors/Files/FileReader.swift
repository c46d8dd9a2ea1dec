import EventModel
import Logging

/// Reads a tailed file and its rotated predecessors, one step at a time, on a queue of its own: file systems block.
actor FileReader {
    enum Step: Sendable {
        case batch(RecordBatch)
        /// At least so many records are gone: the file was truncated or removed before it was read to its end.
        case lost(records: Int)
        /// There is more to do at once.
        case again
        /// Nothing to read until something changes.
        case idle
    }

    /// One read: a batch's worth.
    private static let chunkBytes = RecordBatchBuilder.maximumBytes
    /// Files finished before, so that a late write does not bring one back.
    private static let maximumFinished = 64

    private let executor: BlockingExecutor
    private let source: Source
    private let configuration: FileConfiguration
    private let directory: FileDirectory
    private let cursorName: String
    private let metrics: CollectorMetrics
    private let logger: Logger
    /// Where the last run stopped; nil once it was found again, or given up.
    private var checkpoint: FileCheckpoint?
    private var file: OpenFile?
    private var tail: FileTail?
    private var buffer: [UInt8]
    /// Bytes in `buffer` that stand in the file at `tail.offset`, verified and not taken yet.
    private var window = 0..<0
    private var finished: [(identity: FileIdentity, fingerprint: FileFingerprint)] = []
    private var lastProblem = ""

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(
        source: Source, configuration: FileConfiguration, checkpoint: FileCheckpoint?, cursorName: String,
        metrics: CollectorMetrics, logger: Logger
    ) {
        executor = BlockingExecutor(label: "file.\(source.name)")
        self.source = source
        self.configuration = configuration
        self.checkpoint = checkpoint
        self.cursorName = cursorName
        self.metrics = metrics
        self.logger = logger
        directory = FileDirectory(of: configuration.path)
        buffer = [UInt8](repeating: 0, count: Self.chunkBytes)
    }

    /// Never throws: what the file system refuses now may work at the next look.
    func step() -> Step {
        do {
            let step = try next()
            if case .idle = step {} else { lastProblem = "" }
            return step
        } catch {
            report("\(error)")
            return .idle
        }
    }

    private func report(_ problem: String) {
        guard problem != lastProblem else { return }
        lastProblem = problem
        logger.warning("cannot read on; trying again", metadata: ["path": "\(configuration.path)", "problem": "\(problem)"])
    }

    private func next() throws -> Step {
        guard let file else { return try openFirst() }
        if !window.isEmpty, let batch = takeLines() { return .batch(batch) }

        guard var tail else { return .idle }
        let atPath = FileFacts.at(configuration.path)
        let offset = tail.offset
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
        let observation = FileTail.Observation(
            atPath: atPath, bytesRead: count, facts: try file.facts(), head: try file.head())
        if case .replaced(let unread) = tail.verify(observation) { return try replaced(unread: unread) }
        self.tail = tail
        metrics.unreadBytes.set(tail.facts.size - tail.offset)
        window = 0..<count
        if let batch = takeLines() { return .batch(batch) }
        guard self.tail?.offset == offset else { return .again }

        // The beginning of a line, or nothing.
        if count == buffer.count {
            buffer = [UInt8](repeating: 0, count: configuration.maximumLineBytes + 1)
            return .again
        }
        let atEnd = tail.atEnd(path: atPath, now: .now, rotateWait: configuration.rotateWait)
        self.tail = tail
        switch atEnd {
        case .wait: return .idle
        case .moveOn:
            if let batch = takeRest(count) { return .batch(batch) }
            return try moveOn()
        }
    }

    // MARK: - Taking lines

    private func takeLines() -> RecordBatch? {
        guard var tail else { return nil }
        var lines = FileLines(maximumLineBytes: configuration.maximumLineBytes, isSkipping: tail.isSkipping)
        var builder = RecordBatchBuilder(source: source)
        let window = self.window
        let taken = buffer.withUnsafeBytes {
            lines.consume(UnsafeRawBufferPointer(rebasing: $0[window]), into: &builder, at: .now())
        }
        tail.offset += taken
        tail.isSkipping = lines.isSkipping
        self.tail = tail
        // What was not taken although there was room is a line's beginning, and is read again with what follows it.
        self.window = builder.isFull ? window.lowerBound + taken..<window.upperBound : 0..<0
        metrics.bytes.add(taken)
        return builder.isEmpty ? nil : builder.finish(BatchProgress(cursor: tail.checkpoint.cursor(name: cursorName)))
    }

    /// The last line, which will have no newline.
    private func takeRest(_ count: Int) -> RecordBatch? {
        guard var tail, count > 0 else { return nil }
        var lines = FileLines(maximumLineBytes: configuration.maximumLineBytes, isSkipping: tail.isSkipping)
        var builder = RecordBatchBuilder(source: source)
        buffer.withUnsafeBytes {
            lines.finish(UnsafeRawBufferPointer(rebasing: $0[..<count]), into: &builder, at: .now())
        }
        tail.offset += count
        tail.isSkipping = false
        self.tail = tail
        window = 0..<0
        metrics.bytes.add(count)
        return builder.isEmpty ? nil : builder.finish(BatchProgress(cursor: tail.checkpoint.cursor(name: cursorName)))
    }

    // MARK: - From file to file

    private func follow(_ file: OpenFile, _ tail: FileTail) {
        self.file = file
        self.tail = tail
        window = 0..<0
        if buffer.count > Self.chunkBytes { buffer = [UInt8](repeating: 0, count: Self.chunkBytes) }
    }

    /// The file with that name, if it is still the one that was looked at.
    private func reopen(_ sibling: FileSibling) throws -> (file: OpenFile, facts: FileFacts, head: [UInt8])? {
        let file = try OpenFile(directory.path + "/" + sibling.name)
        let facts = try file.facts()
        return facts.identity == sibling.facts.identity ? (file, facts, try file.head()) : nil
    }

    /// Opens what was written after the current file. While that fails the current one stays.
    private func moveOn() throws -> Step {
        guard let tail else { return .idle }
        if finished.last?.identity != tail.facts.identity {
            finished.append((tail.facts.identity, tail.fingerprint))
        }
        if finished.count > Self.maximumFinished { finished.removeFirst() }
        return try openNext(after: tail.facts.modified) ? .again : .idle
    }

    /// - Parameter modified: when the content before was last written.
    private func openNext(after modified: Int64) throws -> Bool {
        // The path before the list, and again when it is opened: what is renamed in between is in neither.
        guard let atPath = FileFacts.at(configuration.path) else { return false }
        var excluded: Set<FileIdentity> = [atPath.identity]
        let siblings = directory.siblings()
        while let sibling = FileGenerations.next(after: modified, among: siblings, excluding: excluded) {
            excluded.insert(sibling.facts.identity)
            guard let (file, facts, head) = try reopen(sibling) else { return false }
            let isFinished = finished.contains { $0.identity == facts.identity && $0.fingerprint.matches(head) }
            if isFinished { continue }
            follow(file, FileTail(facts: facts, fingerprint: FileFingerprint(of: head)))
            metrics.rotations.add(1)
            logger.info("reading a rotated file", metadata: ["file": "\(sibling.name)"])
            return true
        }
        let file = try OpenFile(configuration.path)
        let facts = try file.facts()
        guard facts.identity == atPath.identity else { return false }
        follow(file, FileTail(facts: facts, fingerprint: FileFingerprint(of: try file.head())))
        metrics.rotations.add(1)
        logger.info("reading the new file", metadata: ["path": "\(configuration.path)"])
        return true
    }

    /// The content read so far is gone from the open file: read its copy to the end if there is one, then begin anew.
    private func replaced(unread: Bool) throws -> Step {
        guard let tail else { return .again }
        window = 0..<0
        if try followCopy(of: tail.checkpoint) { return .again }
        let went = try openNext(after: tail.facts.modified)
        guard went else { return .idle }
        logger.warning(
            "the file was truncated",
            metadata: ["path": "\(configuration.path)", "read": "\(tail.offset)", "size": "\(tail.facts.size)"])
        return unread ? .lost(records: 1) : .again
    }

    /// Follows a file with another inode that begins as the given one did and is at least as long as was read: what copytruncate
    /// leaves. The newest, if there are several.
    private func followCopy(of old: FileCheckpoint) throws -> Bool {
        guard old.fingerprint.length > 0 else { return false }
        let candidates = directory.siblings()
            .filter { $0.facts.identity != old.identity && $0.facts.size >= old.offset }
            .sorted { $0.facts.modified > $1.facts.modified }
        for sibling in candidates {
            guard let (file, facts, head) = try reopen(sibling), old.fingerprint.matches(head) else { continue }
            resume(file, facts: facts, head: head, at: old)
            metrics.rotations.add(1)
            logger.info("reading the copy of a truncated file", metadata: ["file": "\(sibling.name)"])
            return true
        }
        return false
    }

    // MARK: - The start

    private func resume(_ file: OpenFile, facts: FileFacts, head: [UInt8], at checkpoint: FileCheckpoint) {
        follow(
            file,
            FileTail(
                facts: facts, offset: checkpoint.offset, isSkipping: checkpoint.isSkipping,
                fingerprint: FileFingerprint(of: head)))
    }

    private func openFirst() throws -> Step {
        guard let checkpoint else {
            guard FileFacts.at(configuration.path) != nil else { return .idle }
            let file = try OpenFile(configuration.path)
            follow(file, FileTail(facts: try file.facts(), fingerprint: FileFingerprint(of: try file.head())))
            logger.info("reading the file from its beginning", metadata: ["path": "\(configuration.path)"])
            return .again
        }
        if try followOld(checkpoint) {
            self.checkpoint = nil
            return .again
        }
        if try followCopy(of: checkpoint) {
            self.checkpoint = nil
            return .again
        }
        // Neither the file nor a copy: whatever was written after it is read.
        guard try openNext(after: checkpoint.modified) else { return .idle }
        self.checkpoint = nil
        logger.warning(
            "the file read before is gone",
            metadata: ["inode": "\(checkpoint.identity.inode)", "read": "\(checkpoint.offset)", "size": "\(checkpoint.size)"])
        return checkpoint.size > checkpoint.offset ? .lost(records: 1) : .again
    }

    /// The very file of the last run, at the path or renamed.
    private func followOld(_ old: FileCheckpoint) throws -> Bool {
        var places = directory.siblings(orInode: old.identity.inode)
        if let atPath = FileFacts.at(configuration.path) {
            places.insert(FileSibling(name: directory.base, facts: atPath), at: 0)
        }
        for sibling in places where sibling.facts.identity == old.identity && sibling.facts.size >= old.offset {
            guard let (file, facts, head) = try reopen(sibling), old.fingerprint.matches(head) else { continue }
            resume(file, facts: facts, head: head, at: old)
            logger.info("reading on", metadata: ["file": "\(sibling.name)", "offset": "\(old.offset)"])
            return true
        }
        return false
    }
}
