import EventModel

/// Which cursor a file has, and batches that carry a cursor and no record.
extension FileReader {
    /// The cursor that the file's next batch carries. The content that had its path before is remembered in a cursor of its own.
    func cursor(of file: FollowedFile) -> SourceCursor {
        file.isDirty = false
        let name = slot(of: file)
        return file.checkpoint().cursor(name: name)
    }

    private func slot(of file: FollowedFile) -> String {
        if let slot = file.slot { return slot }
        let name = slots.name(for: file.home)
        if let before = slots.holder(of: name).flatMap({ files[$0] }) {
            let numbered = slots.giveNumbered(to: before.number)
            before.slot = numbered
            sendProgress(of: before)
        }
        slots.give(name, to: file.number)
        file.slot = name
        return name
    }

    /// Commits how far the file has been read without a record.
    func sendProgress(of file: FollowedFile) {
        send(cursor(of: file))
    }

    private func send(_ cursor: SourceCursor) {
        var builder = RecordBatchBuilder(source: source)
        if let batch = builder.finish(BatchProgress(cursor: cursor)) { outbox.append(batch) }
    }

    /// Forgets a file that is no more, and its cursor.
    func forget(_ file: FollowedFile) {
        if let slot = file.slot, slots.holder(of: slot) == file.number {
            slots.free(slot)
            send(SourceCursor(name: slot, value: ""))
        }
        remove(file)
    }

    /// Two cursors of one content, that of a path and the one in which it was to be remembered: the first stays, with what the
    /// other knows.
    func merge(_ first: FollowedFile, _ second: FollowedFile) -> FollowedFile {
        let (kept, other) = newest[second.home] == second.number ? (second, first) : (first, second)
        if other.tail.offset > kept.tail.offset {
            kept.tail = other.tail
            kept.consumed = other.consumed
            kept.isDirty = true
        }
        kept.isDone = first.isDone && second.isDone
        forget(other)
        return kept
    }

    private func remove(_ file: FollowedFile) {
        closeFile(file)
        removeIdentity(of: file)
        removeMissing(file)
        names.remove(file)
        metrics.unreadBytes.subtract(file.countedUnread)
        attention.remove(file.number)
        releaseSuccessors(of: file)
        successors[file.number] = nil
        if newest[file.home] == file.number { newest[file.home] = nil }
        files[file.number] = nil
    }

    /// Files that have been missing for long, and the longest missing ones where too many are remembered.
    func forgetMissing(now: ContinuousClock.Instant) {
        let missing = files.values.filter { $0.place != .present && $0.predecessor == nil }
        for file in missing where file.missingSince.map({ now - $0 >= configuration.forgetAfter }) ?? false {
            if file.place == .unlocated { giveUp(file) }
            forget(file)
        }
        let surplus = files.count - 2 * configuration.maximumFiles
        guard surplus > 0 else { return }
        let gone = missing.filter { $0.place == .gone && files[$0.number] != nil }
        for file in gone.sorted(by: { $0.missingSince ?? now < $1.missingSince ?? now }).prefix(surplus) { forget(file) }
    }
}
