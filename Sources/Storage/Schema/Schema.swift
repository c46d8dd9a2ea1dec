/// The tables of `siem.db`, as a list of steps from one version (`PRAGMA user_version`) to the next.
enum Schema {
    /// `PRAGMA application_id`: "PRMT". Tells a store from any other SQLite file.
    static let applicationID: Int64 = 0x5052_4d54

    /// Blocks are long: larger pages mean fewer of them to log and to link (a fifth less of the kernel's time than with 8 KiB);
    /// what changes little by little still costs one page each.
    static let pageSize = 16_384

    /// The first bytes of `siem.db`, which are always the same (sqlite.org/fileformat2.html, "The Database Header"): magic, page
    /// size, WAL mode, no reserved bytes, and the three fractions.
    static let databaseHeader: [UInt8] =
        Array("SQLite format 3\0".utf8) + [UInt8(pageSize >> 8), UInt8(pageSize & 0xff), 2, 2, 0, 64, 32, 32]

    /// The version that this program writes.
    static var version: Int64 { Int64(steps.count) }

    /// Step n leads from version n to version n + 1. A step that has been released is never changed.
    static let steps = [
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

        -- Numbers of the engine: next_sequence (first number not given out), correlated_through.
        CREATE TABLE engine (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO engine VALUES ('next_sequence', 1), ('correlated_through', 0);

        -- The correlator's latest snapshot, apart from the numbers so that they can change without rewriting it.
        CREATE TABLE snapshot (id INTEGER PRIMARY KEY CHECK (id = 1), sequence INTEGER NOT NULL, data BLOB NOT NULL);

        -- Hot blocks. Times in microseconds; keys: 16 bytes an event; data: docs/store-format.md. The blobs come last, so that
        -- everything else is read without them.
        CREATE TABLE blocks (
            first_sequence INTEGER PRIMARY KEY,
            count INTEGER NOT NULL,
            min_time INTEGER NOT NULL,
            max_time INTEGER NOT NULL,
            min_received INTEGER NOT NULL,
            max_received INTEGER NOT NULL,
            products TEXT NOT NULL,
            classes TEXT NOT NULL,
            raw_bytes INTEGER NOT NULL,
            format INTEGER NOT NULL,
            keys_checksum INTEGER NOT NULL,
            keys BLOB NOT NULL,
            data BLOB NOT NULL
        );
        CREATE INDEX blocks_by_time ON blocks (max_time, min_time, count);

        CREATE TABLE cursors (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE ledger (
            source TEXT NOT NULL, counter TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (source, counter)
        ) WITHOUT ROWID;

        CREATE TABLE findings (
            uid TEXT PRIMARY KEY,
            rule_id TEXT NOT NULL,
            level INTEGER NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL,
            state TEXT NOT NULL DEFAULT 'new',
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            json TEXT NOT NULL
        );
        CREATE INDEX findings_by_time ON findings (last_seen);
        CREATE INDEX findings_by_rule ON findings (rule_id, last_seen);
        CREATE INDEX findings_by_state ON findings (state, last_seen);

        -- The outbox. number gives the order in which deliveries were owed.
        CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            endpoint TEXT NOT NULL,
            finding_uid TEXT NOT NULL,
            body TEXT NOT NULL,
            state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'dead')),
            attempts INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL,
            last_error TEXT,
            created_at INTEGER NOT NULL,
            delivered_at INTEGER
        );
        CREATE INDEX deliveries_due ON deliveries (endpoint, next_at, number) WHERE state = 'pending';
        CREATE INDEX deliveries_in_order ON deliveries (endpoint, finding_uid, number) WHERE state = 'pending';
        CREATE INDEX deliveries_by_finding ON deliveries (finding_uid, number);

        CREATE TABLE endpoints (
            name TEXT PRIMARY KEY, disabled_at INTEGER NOT NULL, disabled_reason TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE daemon (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            pid INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            status TEXT NOT NULL
        );
        """,
        """
        -- The cold blocks that are part of the store; their bytes are in partition files. A block there that is not listed here
        -- was left behind by a crash, and is removed. next_cold_block: first number not given out.
        CREATE TABLE cold_blocks (
            id INTEGER PRIMARY KEY,
            partition TEXT NOT NULL,
            first_sequence INTEGER NOT NULL,
            last_sequence INTEGER NOT NULL,
            count INTEGER NOT NULL,
            min_time INTEGER NOT NULL,
            max_time INTEGER NOT NULL,
            min_received INTEGER NOT NULL,
            max_received INTEGER NOT NULL,
            products TEXT NOT NULL,
            classes TEXT NOT NULL,
            raw_bytes INTEGER NOT NULL,
            stored_bytes INTEGER NOT NULL
        );
        CREATE INDEX cold_blocks_by_time ON cold_blocks (max_time, min_time);
        CREATE INDEX cold_blocks_by_sequence ON cold_blocks (last_sequence, first_sequence);
        CREATE INDEX cold_blocks_by_partition ON cold_blocks (partition);
        INSERT INTO engine VALUES ('next_cold_block', 1);

        -- The event keys of hot blocks that were compacted, as long as they are among the latest.
        CREATE TABLE spent_keys (
            first_sequence INTEGER PRIMARY KEY, count INTEGER NOT NULL, keys_checksum INTEGER NOT NULL, keys BLOB NOT NULL
        );
        """,
        """
        -- How many events of each product and class the block has: "okta 3002 120 slack 6003 55". Empty for blocks made before.
        ALTER TABLE cold_blocks ADD COLUMN tallies TEXT NOT NULL DEFAULT '';
        """,
        """
        -- What collectors that read overlapping spans remember of the records in them. name: that of a cursor; key: 16 bytes;
        -- time: of the event, in microseconds.
        CREATE TABLE source_memory (
            name TEXT NOT NULL, key BLOB NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (name, key)
        ) WITHOUT ROWID;
        CREATE INDEX source_memory_by_time ON source_memory (name, time);
        """,
        """
        -- What events have taught of the names of accounts. kind: 1 an id to an address, 2 a login to an address, 3 a login to an
        -- id. Times of events in microseconds; first and last: the events that said so first and last, an hour apart at least.
        CREATE TABLE aliases (
            product TEXT NOT NULL,
            tenant TEXT NOT NULL,
            kind INTEGER NOT NULL,
            name TEXT NOT NULL,
            target TEXT NOT NULL,
            first_time INTEGER NOT NULL,
            first_source TEXT NOT NULL,
            first_sequence INTEGER NOT NULL,
            last_time INTEGER NOT NULL,
            last_source TEXT NOT NULL,
            last_sequence INTEGER NOT NULL,
            PRIMARY KEY (product, tenant, kind, name, target)
        ) WITHOUT ROWID;
        CREATE INDEX aliases_by_target ON aliases (target);
        CREATE INDEX aliases_by_age ON aliases (last_time);
        """,
        """
        -- What people decide of findings. episode: the uid that the correlator knows it by; number: which finding of its episode
        -- it is, of which earlier ones were closed; base: events that those count; since: when the last of them was closed.
        ALTER TABLE findings ADD COLUMN episode TEXT NOT NULL DEFAULT '';
        ALTER TABLE findings ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE findings ADD COLUMN previous TEXT;
        ALTER TABLE findings ADD COLUMN base INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE findings ADD COLUMN since INTEGER;
        ALTER TABLE findings ADD COLUMN risk INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE findings ADD COLUMN assignee TEXT;
        ALTER TABLE findings ADD COLUMN verdict TEXT;
        ALTER TABLE findings ADD COLUMN closed_at INTEGER;
        UPDATE findings SET episode = uid;
        CREATE INDEX findings_by_episode ON findings (episode, number);
        CREATE INDEX findings_by_risk ON findings (risk, last_seen);

        -- Every change that was made to a finding by hand.
        CREATE TABLE finding_changes (
            number INTEGER PRIMARY KEY,
            finding_uid TEXT NOT NULL,
            at INTEGER NOT NULL,
            who TEXT NOT NULL,
            action TEXT NOT NULL,
            detail TEXT NOT NULL
        );
        CREATE INDEX finding_changes_by_finding ON finding_changes (finding_uid, number);

        CREATE TABLE silences (
            id TEXT PRIMARY KEY,
            matchers TEXT NOT NULL,
            starts_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            created_by TEXT NOT NULL,
            reason TEXT NOT NULL,
            created_at INTEGER NOT NULL
        ) WITHOUT ROWID;

        -- The groups that findings are routed into, each as JSON. engine.routed_changes: up to which change by hand they know.
        CREATE TABLE notification_groups (key TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;

        -- A delivery tells of one finding or several. thread: what is delivered in order.
        ALTER TABLE deliveries RENAME COLUMN finding_uid TO thread;
        ALTER TABLE deliveries ADD COLUMN content_type TEXT NOT NULL DEFAULT 'application/json; charset=utf-8';
        ALTER TABLE deliveries ADD COLUMN path TEXT NOT NULL DEFAULT '';
        DROP INDEX deliveries_by_finding;
        CREATE INDEX deliveries_by_time ON deliveries (created_at);
        CREATE TABLE delivery_findings (
            finding_uid TEXT NOT NULL, delivery_id TEXT NOT NULL, PRIMARY KEY (finding_uid, delivery_id)
        ) WITHOUT ROWID;
        INSERT INTO delivery_findings SELECT thread, id FROM deliveries;
        """,
        """
        -- Synthetic attacks that were sent through the real doors. accepted_at: when the daemon took notice.
        CREATE TABLE drills (
            number INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            scenario TEXT NOT NULL,
            door TEXT NOT NULL,
            started_by TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            accepted_at INTEGER,
            outcome TEXT CHECK (outcome IN ('passed', 'failed')),
            summary TEXT NOT NULL DEFAULT ''
        );
        -- The drill whose events raised it.
        ALTER TABLE findings ADD COLUMN drill TEXT;
        CREATE INDEX findings_by_drill ON findings (drill) WHERE drill IS NOT NULL;

        -- What the receiver answered when it took the delivery.
        ALTER TABLE deliveries ADD COLUMN receipt TEXT;
        CREATE INDEX deliveries_dead ON deliveries (endpoint) WHERE state = 'dead';
        """,
        """
        -- The risk of entities. points: in thousandths, as of `at`, when the latest of so many findings began; state: JSON, what
        -- it is made of.
        CREATE TABLE entity_risk (
            number INTEGER PRIMARY KEY,
            field TEXT NOT NULL,
            value TEXT NOT NULL,
            findings INTEGER NOT NULL,
            points INTEGER NOT NULL,
            at INTEGER NOT NULL,
            state TEXT NOT NULL,
            UNIQUE (value, field)
        );
        """,
        """
        -- The state of behavioural rules, in pages, as of the snapshot's sequence. name: the rule, and what its state depends on.
        CREATE TABLE state_pages (
            name TEXT NOT NULL, page INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (name, page)
        ) WITHOUT ROWID;

        -- The open ones, by what they are listed by.
        CREATE INDEX findings_open ON findings (risk, last_seen, uid DESC) WHERE state != 'closed';
        """,
    ]
}
