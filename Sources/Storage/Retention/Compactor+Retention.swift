public import EventModel

extension Compactor {
    /// Removes events that have expired: unlinks partitions, and rewrites those of which some events stay. Nothing is vacuumed.
    ///
    /// What is removed is first no longer part of the store, in one transaction of `siem.db` a file; then the file goes. So a
    /// crash leaves files behind at most, which `sweep` removes. Hot blocks are removed when all of their events have expired.
    /// - Parameter isDryRun: nothing is changed; the report says what would be.
    public func expire(_ policy: RetentionPolicy, now: Timestamp, isDryRun: Bool = false) async throws -> RetentionReport {
        var report = RetentionReport(isDryRun: isDryRun)
        let database = files.database
        let (hot, cold) = try StoreError.translating(database) { (try hotShares(), try coldShares()) }
        let cutoffs = RetentionCutoffs(policy, now: now, blocks: hot.map(\.share) + cold.map(\.share))
        try await expireHot(hot, cutoffs, &report)
        for (name, blocks) in Dictionary(grouping: cold, by: \.entry.partition).sorted(by: { $0.key < $1.key }) {
            let fates = blocks.map { cutoffs.fate($0.share) }
            if fates.allSatisfy({ $0 == .kept }) { continue }
            if fates.allSatisfy({ $0 == .expired }) {
                try await unlink(name, blocks, &report)
            } else {
                try await rewrite(name, zip(blocks, fates).map { ($0.entry, $1) }, cutoffs, &report)
            }
        }
        return report
    }

    private func hotShares() throws -> [(first: Int64, count: Int, share: RetentionCutoffs.Share)] {
        try connection.rows(
            """
            SELECT first_sequence, count, min_time, max_time, products, length(keys), length(data) FROM blocks
            ORDER BY first_sequence
            """
        ) { row in
            let products = row.text(4)
            return (
                row.integer(0), Int(row.integer(1)),
                RetentionCutoffs.Share(
                    minTime: row.integer(2), maxTime: row.integer(3), bytes: Int(row.integer(5) + row.integer(6)),
                    products: products.split(separator: " "))
            )
        }
    }

    private func coldShares() throws -> [(entry: ColdEntry, share: RetentionCutoffs.Share)] {
        try ColdCatalog.entries(connection, since: .min, until: .max).map { entry in
            (
                entry,
                RetentionCutoffs.Share(
                    minTime: entry.minTime.microseconds, maxTime: entry.maxTime.microseconds, bytes: entry.storedBytes,
                    products: entry.products.split(separator: " "))
            )
        }
    }

    private func expireHot(
        _ blocks: [(first: Int64, count: Int, share: RetentionCutoffs.Share)], _ cutoffs: RetentionCutoffs,
        _ report: inout RetentionReport
    ) async throws {
        // What the correlator has to read again after a crash stays.
        let through = try StoreError.translating(files.database) { try EngineState.read(connection).snapshotSequence }
        var file = RetentionReport.File(name: "siem.db", action: .thinned)
        var swap = ColdSwap()
        for block in blocks {
            guard block.first + Int64(block.count) - 1 <= through, cutoffs.fate(block.share) == .expired else {
                file.kept += block.count
                continue
            }
            swap.hot.append(block.first)
            Self.add(block.count, block.share, to: &file)
        }
        guard !swap.hot.isEmpty else { return }
        report.files.append(file)
        if !report.isDryRun { try await writer.apply(swap) }
    }

    private static func add(_ count: Int, _ share: RetentionCutoffs.Share, to file: inout RetentionReport.File) {
        // By product it is known only once the block is read; of one product it is known.
        let name = share.products.count == 1 ? String(share.products[0]) : share.products.joined(separator: " and ")
        file.expired[name, default: 0] += count
        file.bytes += share.bytes
    }

    private func unlink(
        _ name: String, _ blocks: [(entry: ColdEntry, share: RetentionCutoffs.Share)], _ report: inout RetentionReport
    ) async throws {
        var file = RetentionReport.File(name: name, action: .unlinked)
        var swap = ColdSwap()
        for block in blocks {
            swap.removed.append(block.entry.id)
            Self.add(block.entry.count, block.share, to: &file)
        }
        report.files.append(file)
        if report.isDryRun { return }
        try reach(.beforePartition)
        try await writer.apply(swap)
        try reach(.afterSwap)
        unlinkPartition(name)
    }

    /// Writes a partition again without its expired events.
    private func rewrite(
        _ name: String, _ blocks: [(entry: ColdEntry, fate: RetentionCutoffs.Fate)], _ cutoffs: RetentionCutoffs,
        _ report: inout RetentionReport
    ) async throws {
        var file = RetentionReport.File(name: name, action: .rewritten)
        var swap = ColdSwap()
        var step = Step()
        let source = ColdSource(files: files, limits: limits, catalog: catalog, products: products)
        // First what expires, so that a file of which nothing does is left alone.
        var thinned: [(entry: ColdEntry, kept: [UInt32], block: OpenColdBlock)] = []
        for (entry, fate) in blocks {
            switch fate {
            case .kept: file.kept += entry.count
            case .expired:
                swap.removed.append(entry.id)
                file.expired[entry.products, default: 0] += entry.count
                file.bytes += entry.storedBytes
            case .mixed:
                switch try source.open(entry) {
                case .gone: continue
                case .damaged(let damage): report.damagedBlocks.append(damage)
                case .block(let block):
                    do {
                        let kept = try keptRows(block, cutoffs, &file)
                        file.kept += kept.count
                        guard kept.count < entry.count else { continue }
                        file.bytes += entry.storedBytes * (entry.count - kept.count) / entry.count
                        swap.removed.append(entry.id)
                        if !kept.isEmpty { thinned.append((entry, kept, block)) }
                    } catch {
                        report.damagedBlocks.append(ColdSource.damage(entry, error.description))
                    }
                }
            }
        }
        guard !swap.removed.isEmpty else { return }
        if file.kept == 0 { file.action = .unlinked }
        report.files.append(file)
        if report.isDryRun { return }
        try reach(.beforePartition)
        let next = PartitionName.next(name)
        if file.kept > 0 {
            try StoreError.translating(files.partition(next)) {
                let removed = Set(swap.removed)
                let old = try Partition(reading: name, files: files, limits: limits)
                let new = try Partition(writing: next, files: files, limits: limits)
                var nextID = try ColdCatalog.nextID(connection)
                try new.connection.transaction {
                    for (entry, _) in blocks where !removed.contains(entry.id) {
                        try new.copy(entry.id, from: old)
                        swap.moved.append((entry.id, next))
                    }
                    for (entry, kept, block) in thinned {
                        blockWriter.reset()
                        for part in try decoder.decode(block, selected: kept) {
                            for index in part.batch.rows.indices {
                                blockWriter.append(part.batch, index, sequence: part.sequences[index])
                            }
                        }
                        try flush(to: new, "cold:\(entry.id)", &nextID, &swap, &step)
                    }
                }
            }
        }
        try reach(.afterPartition)
        try await writer.apply(swap)
        try reach(.afterSwap)
        // Readers that listed its blocks before read on in the file that they have open; others find it gone, and say so.
        sweepLater(name)
    }

    /// The rows of a block that stay.
    private func keptRows(
        _ block: OpenColdBlock, _ cutoffs: RetentionCutoffs, _ file: inout RetentionReport.File
    ) throws(BlockError) -> [UInt32] {
        let rows = try block.rows()
        var kept: [UInt32] = []
        for (row, kind) in rows.kinds.enumerated() {
            let product = products[rows.layout.shapes[rows.layout.kindList[Int(kind)].shape].product].name
            if rows.times[row] >= cutoffs.cutoff(product) {
                kept.append(UInt32(row))
            } else {
                file.expired[product, default: 0] += 1
            }
        }
        return kept
    }
}
