import EventModel

/// What has expired by a policy at an instant, and what that means for each file. Made by reading alone (`StoreReader`), carried
/// out by the one who writes (`Compactor`).
public struct RetentionPlan: Sendable {
    /// A file of cold blocks from which something expires.
    struct File: Sendable {
        var name: String
        /// The blocks of the store that it has, when the plan was made.
        var listed: [ColdEntry] = []
        /// Those all of whose events have expired.
        var removed: [(id: Int64, expired: [RetentionReport.Share])] = []
        /// Those some of whose events have; by their numbers.
        var thinned: Set<Int64> = []
    }

    /// What would be done. `isDryRun` is set.
    public internal(set) var report: RetentionReport
    let cutoffs: RetentionCutoffs
    /// First numbers of hot blocks all of whose events have expired, and what they are.
    var hot: [Int64] = []
    var hotReport: RetentionReport.File?
    var files: [File] = []
}

/// Makes plans. Blocks are opened only where neither their span of time nor their tallies tell what of them has expired.
struct RetentionPlanner {
    let connection: Connection
    let source: ColdSource
    let products: ProductCatalog

    /// - Throws: `SQLiteError`, `StoreError`, or `CancellationError`.
    func plan(_ policy: RetentionPolicy, now: Timestamp) throws -> RetentionPlan {
        let catalog = try RetentionCatalog(connection)
        let cutoffs = RetentionCutoffs(policy, now: now, blocks: catalog.blocks)
        var plan = RetentionPlan(report: RetentionReport(isDryRun: true), cutoffs: cutoffs)
        plan.report.limits = cutoffs.uses
        var verdicts: [RetentionBlock.Kind: RetentionCutoffs.Verdict?] = [:]
        let verdict = { (kind: RetentionBlock.Kind) -> RetentionCutoffs.Verdict? in
            if let known = verdicts[kind] { return known }
            let verdict = cutoffs.verdict(kind)
            verdicts[kind] = .some(verdict)
            return verdict
        }
        planHot(catalog, verdict, &plan)
        var rest = catalog.cold[...]
        while let first = rest.first {
            if Task.isCancelled { throw CancellationError() }
            let blocks = rest.prefix { $0.entry.partition == first.entry.partition }
            rest = rest.dropFirst(blocks.count)
            try planFile(blocks, verdict, &plan)
        }
        return plan
    }

    private func planHot(
        _ catalog: RetentionCatalog, _ verdict: (RetentionBlock.Kind) -> RetentionCutoffs.Verdict?, _ plan: inout RetentionPlan
    ) {
        var tally = ExpiryTally()
        var file = RetentionReport.File(name: StoreFiles.databaseName, action: .thinned, expired: [], kept: 0, keptBytes: 0)
        for (first, block) in catalog.hot {
            let verdicts = block.kinds.compactMap { verdict($0.kind) }
            // What the correlator has to read again after a crash stays. A block of which a part has expired loses it when it is
            // compacted.
            guard first + Int64(block.count) - 1 <= catalog.snapshotSequence, verdicts.count == block.kinds.count,
                let least = verdicts.min(by: { $0.cutoff < $1.cutoff }), block.span.upperBound < least.cutoff
            else {
                file.kept += block.count
                file.keptBytes += block.bytes
                if verdicts.contains(where: { block.span.lowerBound < $0.cutoff }) { plan.report.undecidedEvents += block.count }
                continue
            }
            plan.hot.append(first)
            var names: [String] = []
            for verdict in verdicts where !names.contains(verdict.product) { names.append(verdict.product) }
            tally.add(names.joined(separator: ", "), least.limit, events: block.count, bytes: block.bytes)
        }
        plan.report.keptEvents += file.kept
        plan.report.keptBytes += file.keptBytes
        guard !plan.hot.isEmpty else { return }
        file.expired = tally.shares
        plan.hotReport = file
        plan.report.files.append(file)
    }

    /// The blocks of one file.
    private func planFile(
        _ blocks: ArraySlice<(entry: ColdEntry, block: RetentionBlock)>,
        _ verdict: (RetentionBlock.Kind) -> RetentionCutoffs.Verdict?, _ plan: inout RetentionPlan
    ) throws {
        guard let name = blocks.first?.entry.partition else { return }
        var file = RetentionPlan.File(name: name)
        var report = RetentionReport.File(name: name, action: .unlinked, expired: [], kept: 0, keptBytes: 0)
        var tally = ExpiryTally()
        for (entry, block) in blocks {
            file.listed.append(entry)
            let expired = try expired(entry, block, verdict, plan.cutoffs, &plan.report.damagedBlocks)
            let events = expired.reduce(0) { $0 + $1.events }
            if events == entry.count, events > 0 {
                file.removed.append((entry.id, expired))
            } else {
                if events > 0 { file.thinned.insert(entry.id) }
                report.kept += entry.count - events
                report.keptBytes += entry.storedBytes - expired.reduce(0) { $0 + $1.bytes }
            }
            tally.add(expired)
        }
        plan.report.keptEvents += report.kept
        plan.report.keptBytes += report.keptBytes
        report.expired = tally.shares
        if report.expired.isEmpty { return }
        if report.kept > 0 { report.action = .rewritten }
        plan.files.append(file)
        plan.report.files.append(report)
    }

    /// What of a block has expired.
    private func expired(
        _ entry: ColdEntry, _ block: RetentionBlock, _ verdict: (RetentionBlock.Kind) -> RetentionCutoffs.Verdict?,
        _ cutoffs: RetentionCutoffs, _ damaged: inout [DamagedBlock]
    ) throws -> [RetentionReport.Share] {
        var tally = ExpiryTally()
        var isClear = true
        var left = block.kinds.count
        for (kind, count) in block.kinds {
            guard let verdict = verdict(kind), block.span.lowerBound < verdict.cutoff else { continue }
            guard block.span.upperBound < verdict.cutoff else {
                isClear = false
                continue
            }
            left -= 1
            // Without counts it is clear when all have expired, or none.
            tally.add(verdict, events: count ?? 0)
        }
        if isClear && (block.isCounted || left == block.kinds.count) { return tally.shares(of: entry) }
        switch try source.open(entry) {
        // By now it is another file's, whose plan is the next one's.
        case .gone: return []
        case .damaged(let damage): damaged.append(damage)
        case .block(let opened):
            do {
                var verdicts = RetentionVerdicts(cutoffs, products)
                return try verdicts.rows(of: opened, entry).expired
            } catch {
                damaged.append(ColdSource.damage(entry, error.description))
            }
        }
        guard isClear, left == 0, let product = block.kinds.first?.kind.product else { return [] }
        // It cannot be read, and need not be: by what is known of it all of it has expired.
        return [
            RetentionReport.Share(
                product: product, limit: tally.shares.first?.limit ?? "", events: entry.count, bytes: entry.storedBytes)
        ]
    }
}
