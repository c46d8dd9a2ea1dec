import Logging

/// Where contents come from and where they go: new files, rotations, copies.
extension FileReader {
    /// What a file is that no cursor knows.
    private enum Finding {
        case new
        /// It has the content of a followed file, which is still where it was.
        case copy(of: FollowedFile)
        /// It has the content of a followed file that is no more, or was replaced by it.
        case continues(FollowedFile)
        /// Too little of it is there to tell.
        case undecided
        /// What it may be a copy of is not what it was: where that went is found out first, then this is looked at again.
        case later
    }

    /// Bytes compared to tell a copy.
    private static let comparedBytes = 64 << 10
    /// How often a copy is looked for while files are renamed.
    private static let maximumSearches = 5

    // MARK: - New files

    /// Begins the files that nobody knows, the oldest first.
    /// - Parameter isSearchDue: what was rotated away may be looked for behind a file that is still empty.
    func begin(_ fresh: [ListedFile], _ listing: FileListing, isSearchDue: Bool, _ now: ContinuousClock.Instant) {
        // Compressed copies after what they are copies of.
        let ordered = fresh.filter { !isCompressed($0.path) } + fresh.filter { isCompressed($0.path) }
        var latest: [String: Int] = [:]
        var followed = files.values.count { $0.isMatched }
        var beyond = 0
        for entry in ordered {
            // The search for what is missing may have come to it meanwhile.
            if recognise(entry) { continue }
            if entry.facts.size == 0 {
                if isSearchDue { beginBehind(entry, listing, now) }
                continue
            }
            if let copy = looks.copies[entry.path], copy.facts == entry.facts, files[copy.of]?.place == .present { continue }
            guard followed < configuration.maximumFiles else {
                beyond += 1
                continue
            }
            do {
                let bytes = try ContentBytes(entry.path)
                guard try bytes.facts().identity == entry.facts.identity else {
                    looks.isListDue = true
                    continue
                }
                let family = entry.path.directory.description + "/" + FileGenerations.stem(entry.path.name)
                if let file = try begin(
                    entry, bytes, listing, after: latest[family], isSearchDue: isSearchDue, now) {
                    latest[family] = file.number
                    followed += 1
                }
                problems.resolved(entry.path, logger)
            } catch let error as FileError where error.isMissing {
                looks.isListDue = true
            } catch {
                problems.report(entry.path, (error as? FileError)?.reason ?? "\(error)", logger)
            }
        }
        reportBeyond(beyond)
    }

    private func isCompressed(_ path: FilePath) -> Bool { FileGenerations.withoutCompression(path.name) != path.name }

    private func reportBeyond(_ count: Int) {
        if count > 0, metrics.filesBeyondLimit.count == 0 {
            logger.error(
                "more files match than are followed; the others are not read: give them a source of their own",
                metadata: ["followed": "\(configuration.maximumFiles)", "others": "\(count)"])
        }
        metrics.filesBeyondLimit.set(count)
    }

    /// Several rotations, and nothing written since: what was written between them is due.
    private func beginBehind(_ entry: ListedFile, _ listing: FileListing, _ now: ContinuousClock.Instant) {
        guard let before = newest[entry.path].flatMap({ files[$0] }), before.isDone, before.place != .unlocated else { return }
        do {
            _ = try beginIntermediate(before, entry, listing, now)
        } catch {
            problems.report(entry.path, (error as? FileError)?.reason ?? "\(error)", logger)
        }
    }

    /// - Parameter elder: the file of the same name, but for numbers, that was begun before in this look.
    private func begin(
        _ entry: ListedFile, _ bytes: ContentBytes, _ listing: FileListing, after elder: Int?, isSearchDue: Bool,
        _ now: ContinuousClock.Instant
    ) throws -> FollowedFile? {
        switch try finding(entry, bytes, now) {
        case .new: break
        case .copy(let file):
            looks.copies[entry.path] = (entry.facts, file.number)
            return nil
        case .continues(let file):
            follow(file, to: entry.path, bytes, try bytes.facts())
            file.isMatched = true
            return nil
        case .undecided, .later: return nil
        }
        var predecessor = elder.map { (number: $0, untilDone: false) }
        if let before = newest[entry.path].flatMap({ files[$0] }) {
            if before.place == .unlocated {
                guard isSearchDue else {
                    looks.isListDue = true
                    return nil
                }
                giveUp(before)
            }
            guard let last = try beginIntermediate(before, entry, listing, now) else { return nil }
            predecessor = (last, true)
            metrics.rotations.add(1)
            logger.info("reading the new file", metadata: ["path": "\(entry.path)"])
        } else {
            logger.info("reading the file from its beginning", metadata: ["path": "\(entry.path)"])
        }
        let file = try add(bytes, at: entry.path, home: entry.path, after: predecessor, now)
        file.isMatched = true
        file.matchedPath = entry.path
        byPath[entry.path] = file.number
        byPath[file.path] = file.number
        newest[entry.path] = file.number
        looks.undecided[entry.path] = nil
        return file
    }

    private func add(
        _ bytes: ContentBytes, at path: FilePath, home: FilePath, after predecessor: (number: Int, untilDone: Bool)?,
        _ now: ContinuousClock.Instant
    ) throws -> FollowedFile {
        let head = try bytes.head()
        let file = FollowedFile(
            number: nextNumber, home: home, origin: path.resolved(),
            tail: FileTail(facts: try bytes.facts(), fingerprint: FileFingerprint(of: head)), compression: bytes.compression,
            place: .present, now: now)
        nextNumber += 1
        file.predecessor = predecessor
        if let predecessor { successors[predecessor.number, default: []].insert(file.number) }
        files[file.number] = file
        byIdentity[file.identity, default: []].insert(file.number)
        names.add(file)
        if bytes.compression == nil { keepOpen(bytes, for: file) }
        countUnread(file)
        queue.add(file.number)
        return file
    }

    /// Begins the contents that were written between the last one known at a path and the one there now: several rotations may
    /// happen between two looks, and many while nobody looks. Returns the last of them, or `before`; nil to look again.
    private func beginIntermediate(
        _ before: FollowedFile, _ entry: ListedFile, _ listing: FileListing, _ now: ContinuousClock.Instant
    ) throws -> Int? {
        var candidates = rotated(from: before.origin)
        if entry.path.resolved() != before.origin { candidates += rotated(from: entry.path) }
        // The path once more after the list: what is renamed in between is in neither.
        guard FileFacts.at(entry.path)?.identity == entry.facts.identity else {
            looks.isListDue = true
            return nil
        }
        var taken: Set<FileIdentity> = [entry.facts.identity]
        let generations = candidates
            .filter { $0.facts.modified >= before.tail.facts.modified && $0.facts.size > 0 && listing.files[$0.path] == nil }
            .sorted { ($0.facts.modified, $1.path) < ($1.facts.modified, $0.path) }
        var last = before.number
        for generation in generations
        where taken.insert(generation.facts.identity).inserted {
            if let file = try known(generation) {
                if file.place == .unlocated { located(file, at: generation.path) }
                continue
            }
            let bytes = try ContentBytes(generation.path)
            guard try bytes.facts().identity == generation.facts.identity else {
                looks.isListDue = true
                return nil
            }
            switch try finding(generation, bytes, now) {
            case .copy, .undecided: continue
            case .later: return nil
            case .continues(let file): follow(file, to: generation.path, bytes, try bytes.facts())
            case .new:
                last = try add(bytes, at: generation.path, home: entry.path, after: (last, true), now).number
                newest[entry.path] = last
                metrics.rotations.add(1)
                logger.info("reading a rotated file", metadata: ["path": "\(generation.path)"])
            }
        }
        return last
    }

    /// The files beside one that a rotation may have made of it. A compressed one is left out while what it is made of is there.
    private func rotated(from origin: FilePath) -> [ListedFile] {
        let directory = origin.directory
        let base = origin.name
        let stem = FileGenerations.stem(base)
        let entries = entriesOf(directory, stem: stem)
        let names = Set(entries.map(\.name))
        return entries.compactMap { entry in
            let name = String(decoding: entry.name, as: UTF8.self)
            let plain = FileGenerations.withoutCompression(name)
            // The targets of a symbolic link that is switched are all stamped: audit.log.1795903200, audit.log.1795906800.
            let isSibling = FileGenerations.isRotatedName(plain, of: base) || stem != base && name != base
            guard isSibling, plain == name || !names.contains(Array(plain.utf8)) else { return nil }
            let path = directory.appending(entry.name)
            return FileFacts.at(path).map { ListedFile(path: path, facts: $0) }
        }
    }

    // MARK: - Copies

    private func finding(_ entry: ListedFile, _ bytes: ContentBytes, _ now: ContinuousClock.Instant) throws -> Finding {
        let head = try bytes.head()
        // The first block of a compressed file is still being written.
        if head.isEmpty { return .undecided }
        let gone = missing[FileGenerations.stem(entry.path.name)] ?? []
        for file in gone.sorted(by: >).compactMap({ files[$0] }) where file.tail.fingerprint.length > 0 {
            if try hasContent(bytes, of: file) { return .continues(file) }
        }
        let ours = try bytes.bytes(Self.comparedBytes, at: 0)
        let originals = possibleOriginals(of: entry.path)
        for file in originals + displaced(from: entry.path, beginning: ours, besides: originals) where file.place == .present {
            guard let theirs = try beginning(of: file) else {
                queue.add(file.number)
                looks.isListDue = true
                return .later
            }
            let common = min(ours.count, theirs.count)
            guard common > 0, ours.prefix(common) == theirs.prefix(common) else { continue }
            if entry.path == file.home {
                // Written anew beside it and renamed into its place.
                if try hasContent(bytes, of: file) { return .continues(file) }
            } else if common >= FileFingerprint.maximumLength || !isSettled(entry, now) {
                return .copy(of: file)
            }
        }
        return .new
    }

    /// The followed files of which a file at the path may be a copy by its name: rotations and compressions give such names, in
    /// the same directory. One at the path itself may have been replaced by it.
    private func possibleOriginals(of path: FilePath) -> [FollowedFile] {
        let plain = FileGenerations.withoutCompression(path.name)
        var paths = [path] + FileGenerations.bases(of: plain).map { path.directory.appending($0.utf8) }
        if plain != path.name { paths.append(path.directory.appending(plain.utf8)) }
        let numbers = paths.reduce(into: Set<Int>()) { numbers, path in
            numbers.formUnion(names.at(path))
            if let number = byPath[path] { numbers.insert(number) }
        }
        return numbers.sorted(by: >).compactMap { files[$0] }
    }

    /// The followed files that begin so and whose place another file has taken, or none: of those the names say nothing any more.
    /// What was found first as `audit.log.1` may be on its way to `audit.log.2.gz`.
    private func displaced(
        from path: FilePath, beginning: [UInt8], besides others: [FollowedFile]
    ) -> [FollowedFile] {
        let numbers = names.withStem(FileGenerations.stem(path.name)).subtracting(others.map(\.number))
        guard !numbers.isEmpty else { return [] }
        let whole = FileFingerprint(of: beginning)
        return numbers.sorted(by: >).compactMap { files[$0] }.filter { file in
            let fingerprint = file.tail.fingerprint
            guard file.place == .present, fingerprint.length > 0,
                fingerprint.length == whole.length ? fingerprint == whole : fingerprint.matches(beginning)
            else { return false }
            return FileFacts.at(file.path)?.identity != file.identity
        }
    }

    /// The first bytes of a file; nil if it is not what it was.
    private func beginning(of file: FollowedFile) throws -> [UInt8]? {
        if file.compression != nil { return try openedUnlessMissing(file.path)?.bytes(Self.comparedBytes, at: 0) }
        guard let bytes = try opened(file) else { return nil }
        let beginning = try bytes.bytes(Self.comparedBytes, at: 0)
        return file.tail.fingerprint.matches(beginning) ? beginning : nil
    }

    /// Whether a file that is too short to tell has not changed for a while: then it is no copy that is still being made.
    private func isSettled(_ entry: ListedFile, _ now: ContinuousClock.Instant) -> Bool {
        if let before = looks.undecided[entry.path], before.facts == entry.facts {
            return now - before.since >= configuration.rotateWait
        }
        looks.undecided[entry.path] = (entry.facts, now)
        return false
    }

    /// The content goes on in another file: what copytruncate leaves, or gzip.
    private func follow(_ file: FollowedFile, to path: FilePath, _ bytes: ContentBytes, _ facts: FileFacts) {
        closeFile(file)
        removeIdentity(of: file)
        file.tail.facts = facts
        file.compression = bytes.compression
        file.consumed = nil
        file.path = path
        setPresent(file)
        file.isDirty = true
        byIdentity[facts.identity, default: []].insert(file.number)
        if bytes.compression == nil { keepOpen(bytes, for: file) }
        countUnread(file)
        queue.add(file.number)
        metrics.rotations.add(1)
        logger.info("reading on in the copy of a file", metadata: ["path": "\(path)", "offset": "\(file.tail.offset)"])
    }

    /// Follows a file beside the given one that begins as it did and is at least as long as was read. The newest, if there are
    /// several.
    func followCopy(of file: FollowedFile) throws -> Bool {
        guard file.tail.fingerprint.length > 0 else { return false }
        var candidates = copies(of: file)
        for _ in 0..<Self.maximumSearches {
            for candidate in candidates {
                // Whatever has that name by now: the content decides.
                guard let bytes = try openedUnlessMissing(candidate.path), try hasContent(bytes, of: file) else { continue }
                let facts = try bytes.facts()
                guard mayFollow(facts, of: file) else { continue }
                follow(file, to: candidate.path, bytes, facts)
                return true
            }
            // Rotations go on meanwhile.
            let before = candidates
            candidates = copies(of: file)
            if candidates == before { return false }
        }
        return false
    }

    /// The files beside one that may be copies of it, the newest first.
    private func copies(of file: FollowedFile) -> [ListedFile] {
        var candidates: [ListedFile] = []
        for directory in Set([file.origin.directory, file.path.directory, file.home.directory]).sorted() {
            for entry in entriesOf(directory, stem: file.stem) {
                let path = directory.appending(entry.name)
                guard let facts = FileFacts.at(path), facts.size > 0, mayFollow(facts, of: file) else { continue }
                candidates.append(ListedFile(path: path, facts: facts))
            }
        }
        return candidates.sorted { $0.facts.modified > $1.facts.modified }
    }

    /// The inode of a file that is no more may be that of a new one, even of its own copy; that of one that is there is not.
    private func mayFollow(_ facts: FileFacts, of file: FollowedFile) -> Bool {
        !(byIdentity[facts.identity]?.contains { $0 != file.number && files[$0]?.place == .present } ?? false)
    }

    private func openedUnlessMissing(_ path: FilePath) throws -> ContentBytes? {
        do {
            return try ContentBytes(path)
        } catch let error as FileError where error.isMissing {
            return nil
        }
    }

    // MARK: - Contents that are gone

    /// The file has another content than was read: it goes on in a copy, if there is one.
    func contentReplaced(_ file: FollowedFile) throws {
        try replaced(file, hadUnread: file.unread > 0)
    }

    func replaced(_ file: FollowedFile, hadUnread: Bool) throws {
        closeFile(file)
        looks.isListDue = true
        if try followCopy(of: file) { return }
        // That a content ends which another has followed, and which was read, is nothing to tell.
        logger.log(
            level: file.isDone && !hadUnread ? .debug : .warning, "the file was truncated or replaced",
            metadata: ["path": "\(file.path)", "read": "\(file.tail.offset)", "size": "\(file.tail.facts.size)"])
        lose(file, hadUnread: hadUnread)
    }

    /// A file of an earlier run that is nowhere, while another stands in its place.
    func giveUp(_ file: FollowedFile) {
        logger.warning(
            "the file read before is gone",
            metadata: [
                "path": "\(file.home)", "inode": "\(file.identity.inode)", "read": "\(file.tail.offset)",
                "size": "\(file.tail.facts.size)",
            ])
        lose(file, hadUnread: file.unread > 0)
    }

    private func lose(_ file: FollowedFile, hadUnread: Bool) {
        if hadUnread { lost += 1 }
        // It is not told again.
        if file.compression == nil { file.tail.facts.size = file.tail.offset } else { file.consumed = file.tail.facts.size }
        file.isDone = true
        setGone(file)
    }

    /// What is compressed cannot be decompressed any further. It is tried again when the file has changed.
    func damaged(_ file: FollowedFile, _ error: CompressionError) {
        problems.report(file.path, "its compressed data is damaged \(error)", logger)
        if let facts = FileFacts.at(file.path), facts.identity == file.identity { file.tail.facts = facts }
        lost += 1
        closeFile(file)
        file.consumed = file.tail.facts.size
        file.hasReachedEnd = true
        sendProgress(of: file)
        attention.remove(file.number)
        countUnread(file)
    }
}
