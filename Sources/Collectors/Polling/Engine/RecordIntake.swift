package import EventModel

/// Makes batches of the records of pages: leaves out repeats, cuts what is too long, and says what is to be remembered. Pure.
package struct RecordIntake {
    package let cursorName: String
    package private(set) var memory: RecordMemory
    private let maximumRecordBytes: Int
    /// Where records have no window: how long they are remembered from their receipt on, in microseconds.
    private let remember: Int64?
    private var builder: RecordBatchBuilder
    private var added: [SourceMemory.Entry] = []
    private var duplicates = 0
    private var forgetBefore: Timestamp?

    /// - Parameter remember: nil where the stream has a window, by whose position is forgotten.
    package init(
        source: Source, cursorName: String, memory: RecordMemory, remember: Int64?, maximumRecordBytes: Int
    ) {
        self.cursorName = cursorName
        self.memory = memory
        self.remember = remember
        self.maximumRecordBytes = maximumRecordBytes
        builder = RecordBatchBuilder(source: source)
    }

    package struct Taken {
        /// Batches that are full. The rest waits for `close`.
        package var batches: [RecordBatch] = []
        package var newest: Timestamp?
        package var records = 0
        package var duplicates = 0
    }

    package mutating func take(_ page: StreamCycle.Page, now: Timestamp) -> Taken {
        var taken = Taken()
        // A file may hold equal lines, each of which is a record; where an API gives equal items they are one.
        var occurrences: [RecordKey: Int] = [:]
        let counts = page.fileKey != nil && page.description.id.isEmpty
        for (index, range) in page.items.ranges.enumerated() {
            let time = EventTime.of(page.items.bytes, range, page.description)
            if let time { taken.newest = max(taken.newest ?? time, time) }
            var key = RecordIdentity.key(page.items.bytes, range, id: page.description.id)
            if counts {
                let occurrence = occurrences[key, default: 0]
                occurrences[key] = occurrence + 1
                key = RecordIdentity.key(page.items.bytes, range, id: [], occurrence: occurrence)
            }
            // What has no time, or an odd one, is kept as long as what was received with it.
            let kept = remember != nil ? now : max(page.fileTime ?? time ?? now, time ?? .distantPast)
            guard memory.insert(key, at: kept) else {
                duplicates += 1
                taken.duplicates += 1
                continue
            }
            added.append(.init(key: key, time: kept))
            append(page.items[index], isCut: page.items.cut.contains(index), at: now)
            taken.records += 1
            if builder.isFull, let batch = finish(cursor: nil) { taken.batches.append(batch) }
        }
        return taken
    }

    /// The page's last batch, with what is committed with it; nil when there is nothing to say.
    /// - Parameters:
    ///   - position: where the stream stands then; nil if it does not move.
    ///   - fileKey: of the file that has been read to its end.
    ///   - horizon: no span that is asked for later reaches before this.
    package mutating func close(
        position: SourceCursor?, file: (key: RecordKey, time: Timestamp)?, horizon: Timestamp?, now: Timestamp
    ) -> RecordBatch? {
        if let file, memory.insert(file.key, at: file.time) { added.append(.init(key: file.key, time: file.time)) }
        if position != nil, let horizon = horizon ?? remember.map({ now + -$0 }) {
            memory.forget(before: horizon)
            forgetBefore = horizon
        }
        return finish(cursor: position)
    }

    /// Makes room where there are too many keys. True if repeats may be stored from now on.
    package mutating func shrink() -> Bool {
        guard let horizon = memory.shrink() else { return false }
        forgetBefore = max(forgetBefore ?? horizon, horizon)
        return true
    }

    private mutating func append(_ record: ArraySlice<UInt8>, isCut: Bool, at now: Timestamp) {
        let isTooLong = record.count > maximumRecordBytes
        record.prefix(maximumRecordBytes).withUnsafeBytes {
            builder.append($0, flaw: isTooLong ? .truncated : isCut ? .incompleteFrame : .none, at: now)
        }
    }

    private mutating func finish(cursor: SourceCursor?) -> RecordBatch? {
        var progress = BatchProgress(cursor: cursor)
        if !added.isEmpty || duplicates > 0 || forgetBefore != nil {
            progress.memory = SourceMemory(name: cursorName, added: added, forgetBefore: forgetBefore, duplicates: duplicates)
        }
        guard let batch = builder.finish(progress) else { return nil }
        added = []
        duplicates = 0
        forgetBefore = nil
        return batch
    }
}
