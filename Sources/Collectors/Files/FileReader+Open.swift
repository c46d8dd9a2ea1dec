/// Which files are open.
extension FileReader {
    /// The file's bytes; nil where it has to be found first.
    func opened(_ file: FollowedFile) throws -> ContentBytes? {
        if let bytes = file.bytes {
            if try !bytes.isRewritten() { return bytes }
            closeFile(file)
        }
        guard file.place == .present, hasRoom(for: file) else { return nil }
        do {
            let bytes = try ContentBytes(file.path)
            guard try bytes.facts().identity == file.identity else {
                unlocate(file)
                return nil
            }
            keepOpen(bytes, for: file)
            // While that is at hand: later it would mean to decompress anew.
            _ = try bytes.head()
            return bytes
        } catch let error as FileError where error.isMissing {
            unlocate(file)
            return nil
        }
    }

    /// A decompressor has a window of up to 128 MiB (RFC 8878, section 3.1.1.1.2), and one that is closed has to begin anew: so
    /// there are few, and other compressed files wait until one of them has come to its end.
    private static let maximumDecompressors = 2

    private func hasRoom(for file: FollowedFile) -> Bool {
        guard file.compression != nil else { return true }
        let others = open.compactMap { files[$0] }.filter { $0.compression != nil }
        if others.count < Self.maximumDecompressors { return true }
        if let idle = others.filter({ $0.hasReachedEnd && $0.unread == 0 }).min(by: { $0.lastTurn < $1.lastTurn }) {
            closeFile(idle)
            return true
        }
        waitingForRoom.insert(file.number)
        return false
    }

    /// Compressed files may go on that wait for others.
    func releaseRoom() {
        for number in waitingForRoom { queue.add(number) }
        waitingForRoom = []
    }

    func keepOpen(_ bytes: ContentBytes, for file: FollowedFile) {
        file.bytes = bytes
        open.insert(file.number)
        while open.count > configuration.maximumOpenFiles, let victim = leastNeeded(except: file) { closeFile(victim) }
        metrics.filesOpen.set(open.count)
    }

    /// An open file that is read to its end and has a name, if there is one; else the one whose turn was longest ago.
    private func leastNeeded(except file: FollowedFile) -> FollowedFile? {
        open.compactMap { files[$0] }.filter { $0 !== file }.min { left, right in
            let (first, second) = (needs(left), needs(right))
            return (first, left.lastTurn) < (second, right.lastTurn)
        }
    }

    private func needs(_ file: FollowedFile) -> Int {
        if file.hasReachedEnd && file.unread == 0 && (file.isMatched || file.isDone) { return 0 }
        // A compressed one would have to begin anew, and one that no pattern matches to be found.
        return file.compression != nil || !file.isMatched && !file.isDone ? 2 : 1
    }

    func closeFile(_ file: FollowedFile) {
        dropWindow(of: file)
        if file.compression != nil { releaseRoom() }
        file.bytes = nil
        open.remove(file.number)
        metrics.filesOpen.set(open.count)
    }

    /// The file is not where it was: the next look has to find it.
    func unlocate(_ file: FollowedFile, lookAgain: Bool = true) {
        closeFile(file)
        setMissing(file, .unlocated)
        if lookAgain { looks.isListDue = true }
    }

    /// A file without a name that was read to its end.
    func vanish(_ file: FollowedFile) {
        closeFile(file)
        setGone(file)
    }

    func setGone(_ file: FollowedFile) {
        setMissing(file, .gone)
        attention.remove(file.number)
        removeIdentity(of: file)
        countUnread(file)
        releaseSuccessors(of: file)
    }

    private func setMissing(_ file: FollowedFile, _ place: FollowedFile.Place) {
        file.place = place
        file.missingSince = .now
        missing[file.stem, default: []].insert(file.number)
    }

    /// The file is where its `path` says.
    func setPresent(_ file: FollowedFile) {
        file.place = .present
        file.missingSince = nil
        removeMissing(file)
    }

    func removeMissing(_ file: FollowedFile) {
        missing[file.stem]?.remove(file.number)
        if missing[file.stem]?.isEmpty == true { missing[file.stem] = nil }
    }

    func removeIdentity(of file: FollowedFile) {
        byIdentity[file.identity]?.remove(file.number)
        if byIdentity[file.identity]?.isEmpty == true { byIdentity[file.identity] = nil }
    }
}
