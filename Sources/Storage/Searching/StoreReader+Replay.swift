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

    /// The next events after `sequence`, as many as one block ends, none of them above `last`; nil if there is none.
    public func replayPage(after sequence: Int64, through last: Int64) throws -> ReplayPage? {
        try StoreError.translating(files.database) {
            guard sequence < last else { return nil }
            let hot = try blocks.entry(after: sequence)
            guard let bounds = try ColdCatalog.bounds(connection, after: sequence) else {
                guard let hot, hot.firstSequence <= last else { return nil }
                return try hotPage(hot, after: sequence, through: last)
            }
            // Cold blocks' numbers overlap, since a block has one day's events: a page ends with the block that ends first.
            if let hot, hot.firstSequence < max(bounds.first, sequence + 1) || hot.firstSequence <= sequence + 1 {
                return hot.firstSequence <= last ? try hotPage(hot, after: sequence, through: last) : nil
            }
            guard bounds.first <= last else { return nil }
            let end = min(bounds.last, last, hot.map { $0.firstSequence - 1 } ?? .max)
            return try coldPage(sequence + 1...end)
        }
    }

    private func hotPage(_ entry: BlockSource.Entry, after sequence: Int64, through last: Int64) throws -> ReplayPage {
        let end = min(entry.firstSequence + Int64(entry.count) - 1, last)
        switch try blocks.open(entry, withKeys: true) {
        // Compacted or expired since: the next page tells, if there is one.
        case .gone: return ReplayPage(batches: [], through: sequence, damage: nil)
        case .damaged(let damage): return ReplayPage(batches: [], through: end, damage: damage)
        case .block(let block):
            do {
                var batches: [StoredBatch] = []
                for part in try blocks.decoder.decode(block) {
                    let numbers = part.firstSequence..<part.firstSequence + Int64(part.batch.rows.count)
                    guard numbers.upperBound > sequence + 1 && numbers.lowerBound <= end else { continue }
                    let sequences = numbers.map { $0 > sequence && $0 <= end ? $0 : 0 }
                    batches.append(StoredBatch(batch: part.batch, sequences: sequences))
                }
                return ReplayPage(batches: batches, through: end, damage: nil)
            } catch {
                return ReplayPage(batches: [], through: end, damage: BlockSource.damage(entry, error.description))
            }
        }
    }

    /// The events of cold blocks with these numbers, in order.
    private func coldPage(_ numbers: ClosedRange<Int64>) throws -> ReplayPage {
        var batches: [StoredBatch] = []
        var damage: DamagedBlock?
        for entry in try ColdCatalog.entries(connection, sequences: numbers) {
            do {
                batches += try coldBatches(entry, numbers)
            } catch let error as ColdDamage {
                // Of several, one is told: the others come with the pages that they end.
                damage = damage ?? error.block
            }
        }
        // Batches of several blocks may alternate; within one they are in order.
        batches.sort { ($0.sequences.first ?? 0) < ($1.sequences.first ?? 0) }
        return ReplayPage(batches: Self.interleaved(batches), through: numbers.upperBound, damage: damage)
    }

    /// Splits batches whose numbers overlap, so that all events come in order.
    private static func interleaved(_ batches: [StoredBatch]) -> [StoredBatch] {
        let overlaps = zip(batches, batches.dropFirst()).contains { ($0.sequences.last ?? 0) > ($1.sequences.first ?? 0) }
        guard overlaps else { return batches }
        var rows: [(sequence: Int64, batch: Int, row: Int)] = []
        for (index, batch) in batches.enumerated() {
            for (row, sequence) in batch.sequences.enumerated() { rows.append((sequence, index, row)) }
        }
        rows.sort { $0.sequence < $1.sequence }
        var result: [StoredBatch] = []
        var start = 0
        while start < rows.count {
            let batch = batches[rows[start].batch]
            var sequences = [Int64](repeating: 0, count: batch.sequences.count)
            var end = start
            while end < rows.count, rows[end].batch == rows[start].batch {
                sequences[rows[end].row] = rows[end].sequence
                end += 1
            }
            result.append(StoredBatch(batch: batch.batch, sequences: sequences))
            start = end
        }
        return result
    }

    /// The events of one cold block with these numbers.
    /// - Throws: `ColdDamage` for a block that cannot be read.
    private func coldBatches(_ entry: ColdEntry, _ numbers: ClosedRange<Int64>) throws -> [StoredBatch] {
        switch try cold.open(entry) {
        case .gone: throw ColdDamage(block: ColdSource.damage(entry, "it was replaced while it was read; try again"))
        case .damaged(let damage): throw ColdDamage(block: damage)
        case .block(let block):
            do {
                return try coldDecoder.decode(block, numbered: numbers.contains).map {
                    StoredBatch(batch: $0.batch, sequences: $0.sequences)
                }
            } catch {
                throw ColdDamage(block: ColdSource.damage(entry, error.description))
            }
        }
    }

    /// The events with these numbers, in their order; those that are not (or no longer) stored are left out.
    public func events(sequences: [Int64]) throws -> [FoundEvent] {
        try StoreError.translating(files.database) {
            var found: [FoundEvent] = []
            let wanted = Set(sequences.lazy.filter { $0 > 0 }).sorted()
            var rest = wanted[...]
            while let first = rest.first, let entry = try blocks.entry(after: first - 1) {
                let end = entry.firstSequence + Int64(entry.count)
                let here = rest.prefix { $0 < end }
                rest = rest.dropFirst(here.count)
                guard here.contains(where: { $0 >= entry.firstSequence }) else { continue }
                guard case .block(let block) = try blocks.open(entry, withKeys: true) else { continue }
                do {
                    for segment in block.directory.segments {
                        let start = entry.firstSequence + Int64(segment.firstRow)
                        let range = start..<start + Int64(segment.rowCount)
                        guard here.contains(where: range.contains) else { continue }
                        for part in try blocks.decoder.decode(block, segment: segment) {
                            for sequence in here {
                                let index = sequence - part.firstSequence
                                guard index >= 0 && index < part.batch.rows.count else { continue }
                                found.append(FoundEvent(sequence: sequence, event: part.batch[Int(index)].extracted()))
                            }
                        }
                    }
                } catch {
                    // Damaged: its events cannot be shown, the others can.
                    continue
                }
            }
            try appendCold(Set(wanted).subtracting(found.map(\.sequence)), to: &found)
            return found.sorted { $0.sequence < $1.sequence }
        }
    }

    private func appendCold(_ wanted: Set<Int64>, to found: inout [FoundEvent]) throws {
        guard let first = wanted.min(), let last = wanted.max() else { return }
        for entry in try ColdCatalog.entries(connection, sequences: first...last) {
            guard case .block(let block) = try cold.open(entry) else { continue }
            do {
                for part in try coldDecoder.decode(block, numbered: wanted.contains) {
                    for (index, sequence) in part.sequences.enumerated() {
                        found.append(FoundEvent(sequence: sequence, event: part.batch[index].extracted()))
                    }
                }
            } catch {
                // Damaged: its events cannot be shown, the others can.
                continue
            }
        }
    }
}

/// A cold block that cannot be read, on its way to a result's totals.
struct ColdDamage: Error {
    var block: DamagedBlock
}
