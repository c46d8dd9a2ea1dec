/// Brings a store to the version that this program writes, or says why it cannot be opened.
enum Migrations {
    /// For the writer: makes the tables of a new store, and takes an older one forward, each step in a transaction of its own.
    static func prepareForWriting(_ connection: Connection, limits: StoreLimits) throws {
        // Has effect on a file without pages only.
        try connection.execute("PRAGMA page_size = \(Schema.pageSize)")
        let identifier = try connection.integer("PRAGMA application_id") ?? 0
        let version = try connection.integer("PRAGMA user_version") ?? 0
        let isEmpty = try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        guard isEmpty || identifier == Schema.applicationID else { throw foreign(connection) }
        guard version <= Schema.version else { throw newer(connection, version) }
        if try connection.row("PRAGMA journal_mode = WAL", [], { $0.text(0) }) != "wal" {
            throw StoreError(.inputOutput, path: connection.path, detail: "the file system does not allow SQLite's WAL mode")
        }
        // FULL: the WAL is synced at each commit, which is what an acknowledged receipt promises.
        try connection.execute(
            """
            PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;
            PRAGMA wal_autocheckpoint = \(limits.walPages); PRAGMA journal_size_limit = \(limits.walBytes);
            """)
        if limits.maximumPages > 0 { try connection.execute("PRAGMA max_page_count = \(limits.maximumPages)") }
        for step in Int(version)..<Int(Schema.version) {
            try connection.transaction {
                try connection.execute(Schema.steps[step])
                if step == 0 { try writeIdentity(connection) }
                // PRAGMA takes no parameters; both are numbers of our own.
                try connection.execute("PRAGMA application_id = \(Schema.applicationID); PRAGMA user_version = \(step + 1)")
            }
        }
    }

    /// For readers: nothing is changed.
    static func checkForReading(_ connection: Connection) throws {
        try connection.execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192")
        try checkVersion(connection)
    }

    /// For those who change what people decide, and nothing else.
    static func checkVersion(_ connection: Connection) throws {
        let version = try connection.integer("PRAGMA user_version") ?? 0
        guard try connection.integer("PRAGMA application_id") == Schema.applicationID else { throw foreign(connection) }
        guard version <= Schema.version else { throw newer(connection, version) }
        guard version == Schema.version else {
            throw StoreError(
                .notAStore, path: connection.path,
                detail: "schema version \(version) is older than \(Schema.version); start siemd once to bring it forward")
        }
    }

    private static func foreign(_ connection: Connection) -> StoreError {
        StoreError(.notAStore, path: connection.path, detail: "the file is another program's SQLite database, or an empty one")
    }

    private static func newer(_ connection: Connection, _ version: Int64) -> StoreError {
        StoreError(
            .newerSchema, path: connection.path,
            detail: "schema version \(version), this program knows up to \(Schema.version)")
    }

    private static func writeIdentity(_ connection: Connection) throws {
        let identity = StoreIdentity.random()
        try connection.run("INSERT INTO meta VALUES ('store_id', ?)", [.text(identity.id)])
        try connection.run("INSERT INTO meta VALUES ('key_seed', ?)", [.blob(identity.seedBytes)])
    }
}
