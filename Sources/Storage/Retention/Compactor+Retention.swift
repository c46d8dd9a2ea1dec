public import EventModel

extension Compactor {
    /// Removes the events that have expired: unlinks partitions, and rewrites those of which some events stay. Nothing is
    /// vacuumed.
    public func expire(_ policy: RetentionPolicy, now: Timestamp) async throws -> RetentionReport {
        let source = coldSource()
        let plan = try StoreError.translating(files.database) {
            try RetentionPlanner(connection: connection, source: source, products: products).plan(policy, now: now)
        }
        return try await carryOut(plan)
    }

    /// Does what a plan says. Files that are no longer as they were when it was made are left for the next one.
    ///
    /// What is removed is first no longer part of the store, in one transaction of `siem.db` a file; the file goes when readers
    /// that listed it have had time to end. So a crash leaves files behind at most, which `sweep` removes.
    /// - Returns: what was done. A file that is damaged is told there, and does not end the work.
    public func carryOut(_ plan: RetentionPlan) async throws -> RetentionReport {
        cutoffs = plan.cutoffs
        var report = plan.report
        report.isDryRun = false
        report.files = []
        if let hot = plan.hotReport {
            var swap = ColdSwap()
            swap.hot = plan.hot
            try await writer.apply(swap)
            report.files.append(hot)
        }
        for file in plan.files {
            do {
                if let done = try await carryOutReadable(file, plan.cutoffs, &report.damagedBlocks) { report.files.append(done) }
            } catch let error as StoreError where error.code == .damaged || error.code == .inputOutput {
                // The other files' events expire all the same.
                report.problems.append("\(error)")
                sweepLater(PartitionName.next(file.name))
            }
        }
        report.keptEvents += plan.report.expiredEvents - report.expiredEvents
        report.keptBytes += plan.report.expiredBytes - report.expiredBytes
        return report
    }

    func coldSource() -> ColdSource {
        ColdSource(files: files, limits: limits, catalog: catalog, products: products)
    }

    /// A block whose rows can be read, and not what they hold.
    private struct UnreadableBlock: Error {
        var id: Int64
        var damage: DamagedBlock
    }

    /// A block of which some events stay: which rows, and their bytes as long as they are in it.
    private struct Thinned {
        var entry: ColdEntry
        var kept: [UInt32]
        var bytes: Int
        var block: OpenColdBlock
    }

    /// Leaves a block as it is that turns out to be unreadable once its file is written.
    private func carryOutReadable(
        _ file: RetentionPlan.File, _ cutoffs: RetentionCutoffs, _ damaged: inout [DamagedBlock]
    ) async throws -> RetentionReport.File? {
        var file = file
        while true {
            // What an attempt finds that is begun again, the next one finds too.
            var found: [DamagedBlock] = []
            do {
                let done = try await carryOut(file, cutoffs, &found)
                damaged += found
                return done
            } catch let unreadable as UnreadableBlock {
                damaged.append(unreadable.damage)
                file.thinned.remove(unreadable.id)
            }
        }
    }

    private func carryOut(
        _ file: RetentionPlan.File, _ cutoffs: RetentionCutoffs, _ damaged: inout [DamagedBlock]
    ) async throws -> RetentionReport.File? {
        let listed = try StoreError.translating(files.database) { try ColdCatalog.entries(connection, partition: file.name) }
        guard listed.map(\.id) == file.listed.map(\.id) else { return nil }
        var swap = ColdSwap()
        var expired = ExpiryTally()
        for block in file.removed {
            swap.removed.append(block.id)
            expired.add(block.expired)
        }
        let thinned = try thin(file, cutoffs, &swap, &expired, &damaged)
        guard !swap.removed.isEmpty else { return nil }
        let removed = Set(swap.removed)
        let kept = file.listed.filter { !removed.contains($0.id) }
        var report = RetentionReport.File(
            name: file.name, action: .unlinked, expired: expired.shares,
            kept: kept.reduce(0) { $0 + $1.count } + thinned.reduce(0) { $0 + $1.kept.count },
            keptBytes: kept.reduce(0) { $0 + $1.storedBytes } + thinned.reduce(0) { $0 + $1.bytes })
        try reach(.beforePartition)
        if report.kept > 0 {
            report.action = .rewritten
            try rewrite(file.name, kept, thinned, &swap)
        }
        try reach(.afterPartition)
        try await writer.apply(swap)
        try reach(.afterSwap)
        // Readers and backups that listed its blocks before still find them there.
        sweepLater(file.name)
        return report
    }

    /// Opens the blocks of which some events stay, and says which.
    private func thin(
        _ file: RetentionPlan.File, _ cutoffs: RetentionCutoffs, _ swap: inout ColdSwap, _ expired: inout ExpiryTally,
        _ damaged: inout [DamagedBlock]
    ) throws -> [Thinned] {
        let source = coldSource()
        var verdicts = RetentionVerdicts(cutoffs, products)
        var thinned: [Thinned] = []
        for entry in file.listed where file.thinned.contains(entry.id) {
            let outcome = try StoreError.translating(files.partition(file.name)) { try source.open(entry) }
            switch outcome {
            case .gone: damaged.append(ColdSource.damage(entry, "the partition lacks the block"))
            case .damaged(let damage): damaged.append(damage)
            case .block(let block):
                do {
                    let rows = try verdicts.rows(of: block, entry)
                    guard rows.kept.count < entry.count else { continue }
                    swap.removed.append(entry.id)
                    expired.add(rows.expired)
                    if rows.kept.isEmpty { continue }
                    let bytes = entry.storedBytes - rows.expired.reduce(0) { $0 + $1.bytes }
                    thinned.append(Thinned(entry: entry, kept: rows.kept, bytes: bytes, block: block))
                } catch {
                    damaged.append(ColdSource.damage(entry, error.description))
                }
            }
        }
        return thinned
    }

    /// Writes a partition again, under its next name, with the blocks that stay and what stays of others.
    private func rewrite(
        _ name: String, _ kept: [ColdEntry], _ thinned: [Thinned], _ swap: inout ColdSwap
    ) throws {
        let next = PartitionName.next(name)
        var step = Step()
        var nextID = try StoreError.translating(files.database) { try ColdCatalog.nextID(connection) }
        try StoreError.translating(files.partition(name)) {
            let old = try Partition(reading: name, files: files, limits: limits)
            let new = try Partition(writing: next, files: files, limits: limits)
            try new.connection.transaction {
                for entry in kept {
                    try new.copy(entry.id, from: old)
                    swap.moved.append((entry.id, next))
                }
                for thinned in thinned {
                    let entry = thinned.entry
                    blockWriter.reset()
                    do {
                        for part in try decoder.decode(thinned.block, selected: thinned.kept) {
                            for index in part.batch.rows.indices {
                                blockWriter.append(part.batch, index, sequence: part.sequences[index])
                            }
                        }
                    } catch let error as BlockError {
                        throw UnreadableBlock(id: entry.id, damage: ColdSource.damage(entry, error.description))
                    }
                    try flush(to: new, "cold:\(entry.id)", &nextID, &swap, &step)
                }
            }
        }
    }
}
