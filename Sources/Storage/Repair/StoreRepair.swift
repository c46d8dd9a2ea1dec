public import EventModel

/// Salvages a damaged store: all that can be read of it becomes a store that passes `verify`, and what was lost is told.
///
/// Nothing is made worse by it. What is replaced is kept in a folder of `damaged/`; partitions are written anew under their
/// next name, and a damaged `siem.db` is replaced in one step by a new one. It can be cut off at any instant, and run again.
public enum StoreRepair {
    /// - Parameter isDryRun: the store is left as it is; the report says what would be lost. It takes room for another `siem.db`
    ///   while it runs, if that is damaged.
    /// - Throws: `StoreError`: `inUse` while siemd runs, `notAStore` if there is nothing to repair, `newerSchema`, `full`.
    public static func run(
        _ files: StoreFiles, isDryRun: Bool = false, at time: Timestamp = .now(), limits: StoreLimits = StoreLimits()
    ) throws -> RepairReport {
        guard try files.databaseExists || DiskFile.exists(files.repairedDatabase) || !files.partitionNames().isEmpty else {
            throw StoreError(
                .notAStore, path: files.directory, detail: "there is neither \(StoreFiles.databaseName) nor a partition")
        }
        let lock = try StoreLock(files)
        defer { withExtendedLifetime(lock) {} }
        var repair = Repair(files, limits, at: time, isDryRun: isDryRun)
        return try StoreError.translating(files.database) { try repair.run() }
    }
}

extension StoreFiles {
    /// A new `siem.db` that is complete and about to take the place of a damaged one: the store is half repaired then.
    var repairedDatabase: String { database + ".repaired" }
    /// The same while it is written.
    var unfinishedDatabase: String { database + ".repairing" }
    /// A copy of a damaged `siem.db`, to read from: SQLite would write its log into the original.
    var salvagedDatabase: String { database + ".salvaging" }
}

/// One run of a repair.
private struct Repair {
    private static let maximumPageFaults = 5

    private enum Database {
        case sound
        case missing
        /// What SQLite says, a line each.
        case damaged([String])
    }

    let files: StoreFiles
    let limits: StoreLimits
    let damaged: DamagedFolder
    var report: RepairReport

    init(_ files: StoreFiles, _ limits: StoreLimits, at time: Timestamp, isDryRun: Bool) {
        self.files = files
        self.limits = limits
        damaged = DamagedFolder(files, at: time, isDryRun: isDryRun)
        report = RepairReport(isDryRun: isDryRun)
    }

    mutating func run() throws -> RepairReport {
        if DiskFile.exists(files.repairedDatabase) {
            if report.isDryRun {
                report.notes.append("an earlier repair was cut off; the next one that is no dry run ends it first")
            } else {
                try install()
            }
        }
        try clearUp()
        switch try inspect() {
        case .sound: try repairSound()
        case .missing:
            report.notes.append(
                "\(StoreFiles.databaseName) is missing: events that were not compacted, findings, the ledger and the collectors' "
                    + "positions are lost with it")
            try rebuild(from: nil)
        case .damaged(let faults):
            report.notes += faults.map { "\(StoreFiles.databaseName): \($0)" }
            try rebuild(from: files.database)
        }
        if damaged.isUsed { report.kept = damaged.path }
        return report
    }

    /// Whether the database's pages and tables are in order.
    private func inspect() throws -> Database {
        guard let size = DiskFile.change(of: files.database)?.bytes, size > 0 else { return .missing }
        do {
            let connection = try Connection(path: files.database, access: .readOnly, busyTimeout: limits.busyTimeout)
            let tables = TableSalvage(connection: connection).tables()
            let isOurs = try connection.integer("PRAGMA application_id") == Schema.applicationID
            let version = try connection.integer("PRAGMA user_version") ?? 0
            if tables.isEmpty && version == 0 { return .missing }
            guard isOurs || tables.isSuperset(of: ["blocks", "engine", "ledger"]) else {
                throw StoreError(.notAStore, path: files.database, detail: "the file is another program's SQLite database")
            }
            if isOurs, version > Schema.version {
                throw StoreError(.newerSchema, path: files.database, detail: "schema version \(version)")
            }
            var faults = try connection.rows("PRAGMA integrity_check(\(Self.maximumPageFaults))") { $0.text(0) }
                .filter { $0 != "ok" }
            if !isOurs { faults.append("its header is damaged") }
            if try connection.integer("SELECT count(*) FROM engine WHERE name IN ('next_sequence', 'correlated_through')") != 2 {
                faults.append("the table engine lacks numbers")
            }
            do {
                _ = try StoreIdentity.read(connection)
            } catch let error as StoreError where error.code == .damaged {
                faults.append(error.detail)
            }
            return faults.isEmpty ? .sound : .damaged(faults)
        } catch let error as SQLiteError where TableSalvage.isDamage(error) {
            return .damaged([error.message])
        }
    }

    // MARK: - A sound database

    private mutating func repairSound() throws {
        let connection: Connection
        if report.isDryRun {
            connection = try Connection(path: files.database, access: .readOnly, busyTimeout: limits.busyTimeout)
            try Migrations.checkForReading(connection)
        } else {
            connection = try Connection(path: files.database, access: .readWrite, busyTimeout: limits.busyTimeout)
            try Migrations.prepareForWriting(connection, limits: limits)
        }
        let replaced = try repairBlocks(connection, listsAll: false, changes: !report.isDryRun).replaced
        let books = Books(connection, isDryRun: report.isDryRun)
        let settle = { try books.settleNumbers(hasPosition: true) + books.settleLedger() }
        report.notes += try report.isDryRun ? settle() : connection.transaction(settle)
        if !report.isDryRun { try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)") }
        try remove(replaced)
    }

    /// Saves what can be saved of hot and cold blocks.
    /// - Parameter changes: the database is to have what is found: no dry run, or a database that is thrown away.
    private mutating func repairBlocks(
        _ connection: Connection, listsAll: Bool, changes: Bool
    ) throws -> PartitionRepair.Outcome {
        let hot = try HotBlockRepair(connection, damaged: damaged, changes: changes).run()
        report.losses += hot.losses
        report.notes += hot.notes
        let cold = try PartitionRepair(
            files, limits, connection, damaged: damaged, isDryRun: report.isDryRun, changes: changes
        ).run(besides: hot.numbers, listsAll: listsAll)
        report.losses += cold.losses
        report.notes += cold.notes
        report.rewritten += cold.rewritten
        return cold
    }

    /// Removes partitions whose blocks are in others now.
    private func remove(_ partitions: [String]) throws {
        if report.isDryRun { return }
        for name in partitions {
            try DiskFile.remove(files.partition(name))
            try DiskFile.remove(files.partition(name) + "-journal")
        }
    }

    // MARK: - A new database

    private mutating func rebuild(from old: String?) throws {
        let new = files.unfinishedDatabase
        defer { try? clearUp() }
        try DiskFile.write([], to: new)
        var replaced: [String] = []
        do {
            let connection = try Connection(path: new, access: .readWrite, busyTimeout: limits.busyTimeout)
            try Migrations.prepareForWriting(connection, limits: limits)
            let outcome = try salvage(old, to: connection)
            report.notes += outcome.notes
            report.isCountKnown = outcome.hasPosition
            let found = try repairBlocks(connection, listsAll: !outcome.hasWholeCatalog, changes: true)
            replaced = found.replaced
            try settle(outcome, found.numbers, connection)
            // One file, without a log beside it.
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE")
        }
        report.rewritten.append(StoreFiles.databaseName)
        if report.isDryRun { return }
        if old != nil {
            try damaged.keep(files.database)
            try damaged.keep(files.database + "-wal")
        }
        try DiskFile.sync(new)
        try DiskFile.rename(new, to: files.repairedDatabase)
        try install()
        try remove(replaced)
    }

    private mutating func salvage(_ old: String?, to connection: Connection) throws -> DatabaseSalvage.Outcome {
        let salvage = DatabaseSalvage(new: connection)
        guard let old else { return try salvage.copy(from: nil, file: nil) }
        var missing = try DiskFile.salvage(old, to: files.salvagedDatabase)
        if DiskFile.exists(old + "-wal") { missing += try DiskFile.salvage(old + "-wal", to: files.salvagedDatabase + "-wal") }
        if missing > 0 { report.notes.append("the disk does not give \(missing) bytes of \(StoreFiles.databaseName)") }
        if let connection = try openSalvaged() { return try salvage.copy(from: connection, file: files.salvagedDatabase) }
        // The header is the same in every store, but for numbers that reading does not need.
        try DiskFile.overwrite(files.salvagedDatabase, with: Schema.databaseHeader)
        return try salvage.copy(from: openSalvaged(), file: files.salvagedDatabase)
    }

    /// A connection to the copy of the damaged database; nil if SQLite takes it for none.
    private func openSalvaged() throws -> Connection? {
        do {
            let connection = try Connection(path: files.salvagedDatabase, access: .readWrite)
            // The file is opened by the first that is read of it.
            _ = try connection.integer("PRAGMA schema_version")
            return connection
        } catch let error as SQLiteError where TableSalvage.isDamage(error) {
            return nil
        }
    }

    /// Enters what is missing, and makes the new database's numbers agree with its events.
    private mutating func settle(
        _ outcome: DatabaseSalvage.Outcome, _ there: SequenceSet, _ connection: Connection
    ) throws {
        let books = Books(connection)
        try connection.transaction {
            report.notes += try books.settleNumbers(hasPosition: outcome.hasPosition)
            var known = there
            var losses: [RepairReport.Loss] = []
            for block in outcome.lostBlocks where known.gaps(in: block.numbers) == [block.numbers] {
                losses.append(
                    RepairReport.Loss(
                        file: StoreFiles.databaseName, reason: "the block's page cannot be read", events: block.count,
                        numbers: block.numbers, times: block.times))
                known.insert(block.numbers)
            }
            for lost in report.losses { known.insert(lost.numbers) }
            for gap in try books.missing(known) {
                losses.append(
                    RepairReport.Loss(
                        file: StoreFiles.databaseName, reason: "no block has them; they are lost, or have expired",
                        events: gap.count, numbers: gap))
            }
            for loss in losses { try books.add(loss, sources: [:]) }
            report.losses += losses
            report.notes += try books.settleLedger()
        }
    }

    /// Puts a new database, which is complete, in the old one's place. The old one's log must not be taken for its own.
    private func install() throws {
        for suffix in ["-wal", "-shm", "-journal"] { try DiskFile.remove(files.database + suffix) }
        try DiskFile.rename(files.repairedDatabase, to: files.database)
    }

    /// Removes what a run leaves that was cut off.
    private func clearUp() throws {
        for path in [files.unfinishedDatabase, files.salvagedDatabase] {
            for suffix in ["", "-wal", "-shm", "-journal"] { try DiskFile.remove(path + suffix) }
        }
    }
}
