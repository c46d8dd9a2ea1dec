public import EventModel

/// One step of a replay: a block's events.
public struct ReplayPage: Sendable {
    /// In sequence order. Rows outside of what was asked for have the number 0, as duplicates have after a commit.
    public var batches: [StoredBatch]
    /// Where the next page begins.
    public var through: Int64
    /// Set if the block could not be read: its events are missing.
    public var damage: DamagedBlock?
}

/// What a replay went through.
public struct ReplayTotals: Sendable, Equatable {
    public var events = 0
    public var damagedBlocks: [DamagedBlock] = []

    public init() {}
}

extension StoreReader {
    /// Gives all stored events after `sequence` up to `last` in the order in which they were stored, with all of their fields.
    public nonisolated func replay(
        after sequence: Int64, through last: Int64, _ body: @Sendable (StoredBatch) async throws -> Void
    ) async throws -> ReplayTotals {
        var totals = ReplayTotals()
        var position = sequence
        while let page = try await replayPage(after: position, through: last) {
            try Task.checkCancellation()
            if let damage = page.damage { totals.damagedBlocks.append(damage) }
            for batch in page.batches {
                totals.events += batch.sequences.count { $0 != 0 }
                try await body(batch)
            }
            position = page.through
        }
        return totals
    }

    /// The events of the next block that has one after `sequence`, none of them above `last`; nil if there is none.
    public func replayPage(after sequence: Int64, through last: Int64) throws -> ReplayPage? {
        try StoreError.translating(files.database) {
            guard sequence < last, let entry = try blocks.entry(after: sequence), entry.firstSequence <= last else { return nil }
            let end = min(entry.firstSequence + Int64(entry.count) - 1, last)
            switch try blocks.open(entry, withKeys: true) {
            case .gone: return ReplayPage(batches: [], through: end, damage: nil)
            case .damaged(let damage): return ReplayPage(batches: [], through: end, damage: damage)
            case .block(let block):
                do {
                    var batches: [StoredBatch] = []
                    for segment in block.directory.segments {
                        for part in try blocks.decoder.decode(block, segment: segment, includesVendorFields: true) {
                            let numbers = part.firstSequence..<part.firstSequence + Int64(part.batch.rows.count)
                            guard numbers.upperBound > sequence + 1 && numbers.lowerBound <= end else { continue }
                            let sequences = numbers.map { $0 > sequence && $0 <= end ? $0 : 0 }
                            batches.append(StoredBatch(batch: part.batch, sequences: sequences))
                        }
                    }
                    return ReplayPage(batches: batches, through: end, damage: nil)
                } catch let error as BlockError {
                    return ReplayPage(batches: [], through: end, damage: BlockSource.damage(entry, error.description))
                }
            }
        }
    }

    /// The events with these numbers, in their order; those that are not (or no longer) stored are left out.
    public func events(sequences: [Int64]) throws -> [FoundEvent] {
        try StoreError.translating(files.database) {
            var found: [FoundEvent] = []
            var wanted = Set(sequences.lazy.filter { $0 > 0 }).sorted()[...]
            while let first = wanted.first, let entry = try blocks.entry(after: first - 1) {
                let end = entry.firstSequence + Int64(entry.count)
                let here = wanted.prefix { $0 < end }
                wanted = wanted.dropFirst(here.count)
                guard case .block(let block) = try blocks.open(entry, withKeys: true) else { continue }
                do {
                    for segment in block.directory.segments {
                        let start = entry.firstSequence + Int64(segment.firstRow)
                        let range = start..<start + Int64(segment.rowCount)
                        guard here.contains(where: range.contains) else { continue }
                        for part in try blocks.decoder.decode(block, segment: segment, includesVendorFields: true) {
                            for sequence in here {
                                let index = sequence - part.firstSequence
                                guard index >= 0 && index < part.batch.rows.count else { continue }
                                found.append(FoundEvent(sequence: sequence, event: part.batch[Int(index)].extracted()))
                            }
                        }
                    }
                } catch is BlockError {
                    // Damaged: its events cannot be shown, the others can.
                    continue
                }
            }
            return found
        }
    }
}
