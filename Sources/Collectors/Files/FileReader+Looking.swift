import Logging

/// When the file system was looked at, and what was found that is not worth finding again.
struct LookState {
    var isListDue = true
    var isFirst = true
    var nextList = ContinuousClock.now
    var nextSearch = ContinuousClock.now
    /// Paths that match and are not followed: files that are empty yet, or of which too little is there.
    var waiting: Set<FilePath> = []
    /// Problems of the last list.
    var problems: Set<FileProblem> = []
    /// Files that are copies of what is followed, as they were when that was found.
    var copies: [FilePath: (facts: FileFacts, of: Int)] = [:]
    /// Files of which too little is there to tell whether they are copies, and since when.
    var undecided: [FilePath: (facts: FileFacts, since: ContinuousClock.Instant)] = [:]
}

/// What files there are.
extension FileReader {
    /// A look at everything takes at most this part of the time.
    private static let share = 20
    /// Files that are missing are searched for at least so often.
    private static let searchInterval: Duration = .seconds(10)

    /// Takes in what has changed since the last step.
    func look() {
        let now = ContinuousClock.now
        let taken = changes.take()
        if taken?.isListChanged == true { looks.isListDue = true }
        if looks.isListDue || taken?.isTick == true, now >= looks.nextList {
            list(now)
            let end = ContinuousClock.now
            looks.nextList = end + (end - now) * Self.share
            if taken?.isTick == true { forgetMissing(now: now) }
        }
        for path in taken?.written ?? [] {
            if let number = byPath[path] { queue.add(number) } else if looks.waiting.contains(path) { looks.isListDue = true }
        }
        if taken?.isTick == true { for number in attention { queue.add(number) } }
    }

    private func list(_ now: ContinuousClock.Instant) {
        let isSearchDue = looks.isListDue || now >= looks.nextSearch
        looks.isListDue = false
        let listing = FileListing(patterns, excluding: excluded)
        problems.listed(listing.problems, looks.problems, logger)
        looks.problems = listing.problems

        for file in files.values { file.isMatched = false }
        byPath = [:]
        var seen: Set<FileIdentity> = []
        var fresh: [ListedFile] = []
        // The oldest first: of the generations of a file that is the order in which they are read.
        let listed = listing.files.map { ListedFile(path: $0.key, facts: $0.value) }
            .sorted { ($0.facts.modified, $0.path) < ($1.facts.modified, $1.path) }
        // Several names of one file are one file.
        for entry in listed where seen.insert(entry.facts.identity).inserted {
            if !recognise(entry) { fresh.append(entry) }
        }
        if isSearchDue {
            search(seen, listing)
            looks.nextSearch = now + Self.searchInterval
        }
        begin(fresh, listing, isSearchDue: isSearchDue, now)
        metrics.filesMatched.set(seen.count)
        looks.waiting = Set(fresh.map(\.path).filter { byPath[$0] == nil })
        for file in files.values where file.place == .present {
            if !file.isMatched, file.bytes != nil {
                attention.insert(file.number)
            } else if !file.isDone, (listing.files[file.home] ?? FileFacts.at(file.home))?.identity != file.identity {
                attention.insert(file.number)
            }
        }
        watchDirectories(of: listing)
        looks.copies = looks.copies.filter { listing.files[$0.key] != nil }
        looks.undecided = looks.undecided.filter { listing.files[$0.key] != nil }
        looks.isFirst = false
    }

    private func watchDirectories(of listing: FileListing) {
        var directories = listing.directories
        for file in files.values where file.place == .present { directories.insert(file.origin.directory) }
        watch?.watch(directories)
    }

    /// Whether the file at the path is one that is followed; notes what has changed.
    func recognise(_ entry: ListedFile) -> Bool {
        do {
            guard let file = try known(entry) else { return false }
            take(file, entry)
        } catch {
            // Until it can be read, nobody knows what it is.
            problems.report(entry.path, (error as? FileError)?.reason ?? "\(error)", logger)
        }
        return true
    }

    /// The followed file that this one is. One that was expected there and has another content is replaced.
    func known(_ entry: ListedFile) throws -> FollowedFile? {
        var found: FollowedFile?
        let numbers = (byIdentity[entry.facts.identity] ?? []).sorted()
        for file in numbers.compactMap({ files[$0] }) where file.place != .gone {
            guard try file.place == .present || isSame(file, at: entry.path, entry.facts) else {
                try contentReplaced(file)
                continue
            }
            found = found.map { merge($0, file) } ?? file
        }
        return found
    }

    private func take(_ file: FollowedFile, _ entry: ListedFile) {
        file.isMatched = true
        if file.matchedPath != entry.path {
            file.matchedPath = entry.path
            if FileFacts.at(file.path)?.identity != file.identity { file.path = entry.path.resolved() }
        }
        byPath[entry.path] = file.number
        byPath[file.path] = file.number
        if file.place != .present {
            located(file, at: entry.path.resolved())
        } else if file.tail.facts != entry.facts {
            queue.add(file.number)
        }
    }

    /// A file of an earlier run, or one that had been renamed, was found.
    func located(_ file: FollowedFile, at path: FilePath) {
        file.path = path
        setPresent(file)
        queue.add(file.number)
        logger.info("reading on", metadata: ["path": "\(path)", "offset": "\(file.tail.offset)"])
    }

    /// Whether a file has the content that was read before.
    private func isSame(_ file: FollowedFile, at path: FilePath, _ facts: FileFacts) throws -> Bool {
        if facts == file.tail.facts, file.tail.offset <= facts.size || file.compression != nil { return true }
        let bytes = try ContentBytes(path)
        guard try bytes.facts().identity == file.identity, bytes.compression == file.compression else { return false }
        return try hasContent(bytes, of: file)
    }

    /// Whether the bytes begin as the content did, and go on at least to where it was read.
    func hasContent(_ bytes: ContentBytes, of file: FollowedFile) throws -> Bool {
        try file.tail.fingerprint.matches(try bytes.head()) && bytes.matches(file.tail.last, at: file.tail.offset)
    }

    // MARK: - Files that are not where they were

    /// Looks for known files that no pattern matches now: by their inodes in the directories that they were in, and for their
    /// copies.
    private func search(_ seen: Set<FileIdentity>, _ listing: FileListing) {
        var directories: [FilePath: [DirectoryEntry]] = [:]
        for file in files.values.sorted(by: { $0.number < $1.number }) where file.place != .gone {
            if seen.contains(file.identity) || file.place == .present && file.bytes != nil { continue }
            do {
                if let (path, facts) = place(of: file, &directories) {
                    if file.place == .present {
                        file.path = path
                        if facts != file.tail.facts { queue.add(file.number) }
                    } else if try isSame(file, at: path, facts) {
                        located(file, at: path)
                    } else {
                        try contentReplaced(file)
                    }
                } else {
                    if file.place == .present { unlocate(file, lookAgain: false) }
                    // A content that another has followed, and that was read to its end, has no unread copy.
                    if !file.isDone || file.unread > 0 { _ = try followCopy(of: file) }
                }
            } catch {
                problems.report(file.path, (error as? FileError)?.reason ?? "\(error)", logger)
            }
        }
    }

    private func place(
        of file: FollowedFile, _ directories: inout [FilePath: [DirectoryEntry]]
    ) -> (path: FilePath, facts: FileFacts)? {
        for path in [file.path, file.origin, file.home] {
            if let facts = FileFacts.at(path), facts.identity == file.identity { return (path.resolved(), facts) }
        }
        for directory in Set([file.path.directory, file.origin.directory]).sorted() {
            let entries = directories[directory] ?? entriesOf(directory)
            directories[directory] = entries
            for entry in entries where entry.inode == file.identity.inode {
                let path = directory.appending(entry.name)
                if let facts = FileFacts.at(path), facts.identity == file.identity { return (path, facts) }
            }
        }
        return nil
    }

    /// The most entries looked at: a directory with more is no log directory.
    private static let maximumEntries = 100_000
    private static let maximumListings = 10

    /// The entries of a directory, of those of a file's generations alone where its stem is given. None where it cannot be read:
    /// a pattern that needs it tells.
    ///
    /// What is renamed while a directory is listed may be in the list under both names or under none, so it is listed until it is
    /// the same twice.
    func entriesOf(_ directory: FilePath, stem: String? = nil) -> [DirectoryEntry] {
        var last: [DirectoryEntry]?
        for _ in 0..<Self.maximumListings {
            var entries = (try? DirectoryEntry.all(in: directory, maximum: Self.maximumEntries)) ?? []
            if let stem { entries = entries.filter { FileGenerations.stem(String(decoding: $0.name, as: UTF8.self)) == stem } }
            if entries == last { return entries }
            last = entries
        }
        return last ?? []
    }
}
