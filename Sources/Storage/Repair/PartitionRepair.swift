import EventModel

/// Looks at the files of cold blocks: writes those that are damaged anew, under their next number, with all that can be saved,
/// and makes `siem.db` list what is there.
final class PartitionRepair {
    /// What becomes of a block.
    private struct Fate {
        var examination: ColdBlockExamination
        /// The number under which it is listed; nil if it was not.
        var listed: ColdEntry?
        /// The rows that are to be in the store; nil for all of them.
        var rows: [UInt32]?
        var loss: RepairReport.Loss?
        /// It can stay where it is, byte for byte.
        var isWhole: Bool { examination.reason == nil && rows == nil }
    }

    struct Outcome {
        /// The numbers of the events that are there.
        var numbers = SequenceSet()
        var losses: [RepairReport.Loss] = []
        var notes: [String] = []
        var rewritten: [String] = []
        /// Files whose blocks are in others now; they are to go once `siem.db` is in its place.
        var replaced: [String] = []
    }

    private let files: StoreFiles
    private let limits: StoreLimits
    private let connection: Connection
    private let damaged: DamagedFolder
    /// Files stay as they are.
    private let isDryRun: Bool
    /// What is found is entered in the database.
    private let changes: Bool
    private let examiner = ColdBlockExaminer()
    private var outcome = Outcome()

    /// - Parameter connection: to `siem.db`, or to what will be it.
    init(
        _ files: StoreFiles, _ limits: StoreLimits, _ connection: Connection, damaged: DamagedFolder, isDryRun: Bool,
        changes: Bool
    ) {
        self.files = files
        self.limits = limits
        self.connection = connection
        self.damaged = damaged
        self.isDryRun = isDryRun
        self.changes = changes
    }

    /// - Parameters:
    ///   - known: the numbers of the events that are there already: an unlisted block's are left out.
    ///   - listsAll: also the blocks that are not listed are part of the store, since the list was lost.
    func run(besides known: SequenceSet, listsAll: Bool) throws -> Outcome {
        outcome.numbers = known
        let listed = Dictionary(grouping: try ColdCatalog.entries(connection, since: .min, until: .max), by: \.partition)
        let names = Set(listed.keys).union(try files.partitionNames()).filter(PartitionName.isValid).sorted()
        for name in listed.keys where !PartitionName.isValid(name) {
            try drop(listed[name] ?? [], "\"\(name.prefix(80))\" is no name of a partition")
        }
        var fates: [String: [Fate]] = [:]
        var isDamaged: Set<String> = []
        for name in names where listed[name] != nil || listsAll {
            if try !isSound(name) { isDamaged.insert(name) }
            fates[name] = try examineListed(name, listed[name] ?? [])
        }
        if listsAll { try examineUnlisted(names, listed, &fates) }
        for name in names { try settle(name, fates[name] ?? [], fileIsDamaged: isDamaged.contains(name)) }
        return outcome
    }

    // MARK: - Looking

    private func open(_ name: String) throws -> Partition? {
        do {
            let partition = try Partition(reading: name, files: files, limits: limits)
            // A sector that cannot be read is an error of a read, and the end of a process that has it mapped.
            try partition.connection.execute("PRAGMA mmap_size = 0")
            return partition
        } catch let error as SQLiteError where TableSalvage.isDamage(error) || error.isMissing {
            return nil
        } catch let error as StoreError where error.code == .damaged {
            return nil
        }
    }

    /// Whether SQLite finds the file's pages in order. A file that is not there, or is none of ours, is not.
    private func isSound(_ name: String) throws -> Bool {
        guard let partition = try open(name) else { return false }
        do {
            return try partition.connection.row("PRAGMA integrity_check(1)") { $0.text(0) } == "ok"
        } catch let error as SQLiteError where TableSalvage.isDamage(error) {
            return false
        }
    }

    private func examineListed(_ name: String, _ entries: [ColdEntry]) throws -> [Fate] {
        guard !entries.isEmpty else { return [] }
        guard let partition = try open(name) else {
            let reason = DiskFile.exists(files.partition(name)) ? "the file is no partition any more" : "the file is missing"
            try drop(entries, reason)
            return []
        }
        var fates: [Fate] = []
        for entry in entries {
            do {
                let examination = try examiner.examine(entry.id, in: partition)
                outcome.numbers.insert(examination.rows.lazy.map { examination.sequences[Int($0)] })
                fates.append(
                    Fate(
                        examination: examination, listed: entry,
                        rows: examination.rows.count < examination.entry.count ? examination.rows : nil,
                        loss: tellLoss(examination)))
            } catch let error as BlockError {
                try drop([entry], error.description)
            }
        }
        return fates
    }

    /// Blocks that no list has, the newest first: they were made of older ones.
    private func examineUnlisted(
        _ names: [String], _ listed: [String: [ColdEntry]], _ fates: inout [String: [Fate]]
    ) throws {
        var unlisted: [(id: Int64, name: String)] = []
        for name in names {
            guard let partition = try open(name) else { continue }
            let known = Set(listed[name, default: []].map(\.id))
            _ = try TableSalvage(connection: partition.connection).rows("blocks", "id") { row in
                if !known.contains(row.integer(0)) { unlisted.append((row.integer(0), name)) }
            }
        }
        for (id, name) in unlisted.sorted(by: { ($0.id, $0.name) > ($1.id, $1.name) }) {
            guard let partition = try open(name) else { continue }
            do {
                let examination = try examiner.examine(id, in: partition)
                let rows = examination.rows.filter { !outcome.numbers.contains(examination.sequences[Int($0)]) }
                if rows.isEmpty { continue }
                outcome.numbers.insert(rows.lazy.map { examination.sequences[Int($0)] })
                fates[name, default: []].append(
                    Fate(
                        examination: examination, listed: nil, rows: rows.count < examination.entry.count ? rows : nil,
                        loss: tellLoss(examination)))
            } catch let error as BlockError {
                outcome.notes.append("events/\(name): block \(id), which may have been replaced before, is lost: \(error)")
            }
        }
    }

    private func tellLoss(_ examination: ColdBlockExamination) -> RepairReport.Loss? {
        let entry = examination.entry
        let lost = entry.count - examination.rows.count
        guard lost > 0 else { return nil }
        let loss = RepairReport.Loss(
            file: entry.partition, reason: examination.reason ?? "", events: lost,
            numbers: entry.firstSequence...entry.lastSequence, times: examination.lostTimes,
            products: examination.lostProducts.sorted(), saved: examination.rows.count)
        outcome.losses.append(loss)
        return loss
    }

    /// Takes blocks of which nothing can be read off the list.
    private func drop(_ entries: [ColdEntry], _ reason: String) throws {
        var losses: [RepairReport.Loss] = []
        for entry in entries {
            guard entry.count > 0, entry.count <= StoreLimits.coldBlockRows, entry.firstSequence > 0,
                entry.lastSequence >= entry.firstSequence, entry.lastSequence < 1 << 60
            else {
                outcome.notes.append("the entry of cold block \(entry.id) cannot be, and was removed")
                continue
            }
            losses.append(
                RepairReport.Loss(
                    file: entry.partition, reason: reason, events: entry.count,
                    numbers: entry.firstSequence...entry.lastSequence,
                    times: entry.minTime <= entry.maxTime ? entry.minTime...entry.maxTime : nil,
                    products: entry.products.split(separator: " ").map(String.init)))
        }
        outcome.losses += losses
        if !changes { return }
        for name in Set(entries.map(\.partition)) where PartitionName.isValid(name) { try damaged.keep(files.partition(name)) }
        try connection.transaction {
            for entry in entries { try ColdCatalog.remove(connection, entry.id) }
            for loss in losses { try Books(connection).add(loss, sources: [:]) }
        }
    }

    // MARK: - Writing

    /// Makes the store have the blocks of a file as they were found.
    private func settle(_ name: String, _ fates: [Fate], fileIsDamaged: Bool) throws {
        if fates.allSatisfy(\.isWhole) && !(fileIsDamaged && !fates.isEmpty) {
            for fate in fates { try list(fate) }
            return
        }
        if fates.isEmpty {
            // Nothing of it is part of the store any more.
            guard fileIsDamaged, DiskFile.exists(files.partition(name)) else { return }
            outcome.notes.append("events/\(name) is damaged, and nothing in it can be read")
            if isDryRun { return }
            try damaged.keep(files.partition(name))
            outcome.replaced.append(name)
            return
        }
        var next = PartitionName.next(name)
        while DiskFile.exists(files.partition(next)) { next = PartitionName.next(next) }
        outcome.rewritten.append(next)
        if !changes { return }
        try damaged.keep(files.partition(name))
        let swap = try StoreError.translating(files.partition(next)) { try rewrite(name, fates, as: next) }
        try connection.transaction {
            for id in swap.removed { try ColdCatalog.remove(connection, id) }
            for entry in swap.added { try ColdCatalog.insert(connection, entry) }
            for fate in fates {
                if let loss = fate.loss { try Books(connection).add(loss, sources: fate.examination.lostSources) }
            }
        }
        outcome.replaced.append(name)
    }

    /// Has a block that stays where it is listed as it is.
    private func list(_ fate: Fate) throws {
        var entry = fate.examination.entry
        if let listed = fate.listed {
            // What is not worked out here is taken as it is.
            (entry.rawBytes, entry.storedBytes) = (listed.rawBytes, listed.storedBytes)
            if Self.agree(entry, listed) { return }
            outcome.notes.append(
                "\(StoreFiles.databaseName) said something else of cold block \(entry.id) than it is: "
                    + "searches may have missed events")
            if !changes { return }
            try connection.transaction {
                try ColdCatalog.remove(connection, listed.id)
                try ColdCatalog.insert(connection, entry)
            }
            return
        }
        if !changes { return }
        if try connection.integer("SELECT 1 FROM cold_blocks WHERE id = ?", [.integer(entry.id)]) == 1 {
            // Another file's block has its number.
            return try settleAlone(fate)
        }
        try connection.transaction { try ColdCatalog.insert(connection, entry) }
    }

    /// Writes an unlisted block whose number is taken to the next file under a number of its own.
    private func settleAlone(_ fate: Fate) throws {
        var single = fate
        single.rows = fate.examination.rows
        var next = PartitionName.next(fate.examination.entry.partition)
        while DiskFile.exists(files.partition(next)) { next = PartitionName.next(next) }
        outcome.rewritten.append(next)
        if isDryRun { return }
        let swap = try StoreError.translating(files.partition(next)) {
            try rewrite(fate.examination.entry.partition, [single], as: next)
        }
        try connection.transaction { for entry in swap.added { try ColdCatalog.insert(connection, entry) } }
    }

    private static func agree(_ a: ColdEntry, _ b: ColdEntry) -> Bool {
        a.firstSequence == b.firstSequence && a.lastSequence == b.lastSequence && a.count == b.count && a.minTime == b.minTime
            && a.maxTime == b.maxTime && a.minReceived == b.minReceived && a.maxReceived == b.maxReceived
            && Set(a.products.split(separator: " ")) == Set(b.products.split(separator: " "))
            && Set(a.classes.split(separator: " ")) == Set(b.classes.split(separator: " "))
    }

    /// Writes the blocks of a file to another one, each under a number of its own.
    private func rewrite(_ name: String, _ fates: [Fate], as next: String) throws -> ColdSwap {
        var swap = ColdSwap()
        var id = try Books(connection).nextColdBlock()
        if isDryRun {
            // What would be listed, more or less.
            swap.removed = fates.compactMap(\.listed?.id)
            swap.added = fates.enumerated().map { number, fate in
                var entry = fate.examination.entry
                entry.id = id + Int64(number)
                return entry
            }
            return swap
        }
        guard let old = try open(name) else {
            throw StoreError(.damaged, path: files.partition(name), detail: "it was read a moment ago and cannot be now")
        }
        let new = try Partition(writing: next, files: files, limits: limits)
        let writer = ColdBlockWriter(catalog: examiner.catalog, products: examiner.products)
        let sealer = ColdBlockSealer(level: limits.coldCompressionLevel)
        let digester = Digester(catalog: examiner.catalog, products: examiner.products)
        try new.connection.transaction {
            for fate in fates {
                writer.reset()
                func flush() throws {
                    let block = sealer.seal(writer)
                    var entry = ColdEntry(
                        block, writer.tallies, id: id, partition: next, products: examiner.products)
                    try new.insert(block, entry, hotBlocks: "cold:\(fate.examination.entry.id)")
                    for (kind, bytes) in try digester.digests(of: block) {
                        try new.insertDigest(id, kind: kind, bytes.contents)
                        entry.storedBytes += bytes.count
                    }
                    swap.added.append(entry)
                    id += 1
                    writer.reset()
                }
                let block = try examiner.open(fate.examination.entry.id, in: old)
                for part in try examiner.events(block, rows: fate.rows ?? fate.examination.rows) {
                    for index in part.batch.rows.indices {
                        writer.append(part.batch, index, sequence: part.sequences[index])
                        if writer.isFull { try flush() }
                    }
                }
                if writer.rowCount > 0 { try flush() }
                if let listed = fate.listed { swap.removed.append(listed.id) }
            }
        }
        return swap
    }
}
