import EventModel
import Foundation
import Storage
import TestSupport
import Testing

/// What queries in SQL give, and how much of the store they read for it.
@Suite("SQL")
struct SQLQueryTests {
    /// Audit events of ten blocks, half of them cold. The span of a block is some 40 seconds; blocks overlap by a few.
    private static func filled(seed: UInt64 = 3, isCold: Bool? = nil) async throws -> ColdStore {
        var cold = try ColdStore(seed: seed)
        try await cold.fill(10, records: 40, shapes: [.json])
        if isCold != false { try await cold.compact(through: isCold == true ? .max : 200) }
        return cold
    }

    private static func reader(isCold: Bool? = nil) async throws -> (ColdStore, StoreReader) {
        let cold = try await filled(isCold: isCold)
        return (cold, try cold.store.reader())
    }

    private static let time = "CAST(strftime('%s', time) AS INTEGER)"

    /// Queries of every sort: what must hold of their one row.
    @Test(arguments: [
        ("SELECT count(*), count(DISTINCT sequence), min(sequence), max(sequence) FROM events", "400|400|1|400"),
        ("SELECT count(*) FROM events WHERE product = 'Okta' AND class_uid = 3002 AND status = 'Success'", "400"),
        ("SELECT count(*) FROM events WHERE source = 'audit' AND app = 'Okta' AND action LIKE '%.%'", "400"),
        ("SELECT count(*) FROM events WHERE user LIKE 'user%@example.com' AND ip LIKE '198.51.%'", "400"),
        ("SELECT count(*) FROM events WHERE message = 'User performed ' || action", "400"),
        ("SELECT count(*) FROM events WHERE typeof(time_us) = 'integer' AND abs(time_us / 1000000 - \(time)) < 2", "400"),
        ("SELECT count(*) FROM events WHERE raw LIKE '{\"actor\"%' AND json_valid(raw)", "400"),
        ("SELECT count(*) FROM events WHERE json_extract(raw, '$.eventType') = \"raw.eventType\"", "400"),
        ("SELECT count(*) FROM events WHERE json_extract(ocsf, '$.actor.user.name') = \"actor.user.name\"", "400"),
        ("SELECT count(*) FROM events WHERE json_extract(ocsf, '$.metadata.event_code') = action", "400"),
        ("SELECT count(*) FROM events WHERE \"eventType\" = `raw.eventtype` AND [eventType] = \"EVENTTYPE\"", "400"),
        ("SELECT typeof(\"securityContext.isProxy\"), \"securityContext.isProxy\" FROM events LIMIT 1", "integer|0"),
        ("SELECT \"securityContext.asNumber\" + 1, \"client.geographicalContext.geolocation.lon\" FROM events LIMIT 1", "64501|-9.1393"),
        ("SELECT \"client.id\", authentication.\"authenticationContext.authenticationStep\" FROM events authentication LIMIT 1", "NULL|0"),
        ("SELECT sum(cidr(ip, '198.51.0.0/21')), sum(cidr(ip, '10.0.0.0/8')), cidr('x', '10.0.0.0/8') FROM events", "400|0|NULL"),
        ("SELECT sum(action REGEXP '(?i)^USER\\.[a-z]+'), sum(action LIKE 'user.%') > 0, NULL REGEXP 'x', 'é' REGEXP '^.$' FROM events",
            "\(-2)"),
        ("SELECT count(*) FROM events, json_each(list(\"target.type\")) WHERE value = 'User' AND class_uid + 0 = 3002",
            "\(-1)"),
        ("SELECT list(NULL), list(3), list(1.5), list('a'), list('[\"a\",1]'), list('[a]'), list('[')",
            #"[]|[3]|[1.5]|["a"]|["a",1]|["[a]"]|["["]"#),
        ("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) SELECT sum(x) FROM c", "500500"),
        ("SELECT count(*) FROM (SELECT user, row_number() OVER (PARTITION BY user ORDER BY time) AS r FROM events) WHERE r = 0", "0"),
        ("SELECT x'00ff', 1.0, 1e999, -9223372036854775808, '' FROM events LIMIT 1", "x'00ff'|1.0|inf|-9223372036854775808|"),
        ("SELECT lower(user) = user AS user FROM events GROUP BY 1", "1"),
        ("SELECT count(*) AS n FROM (SELECT upper(severity) AS severity FROM events GROUP BY severity) WHERE severity = 'INFORMATIONAL'",
            "1"),
        ("SELECT count(*) AS uuid FROM events HAVING uuid = 400", "400"),
        ("VALUES (1, 'two')", "1|two"),
        ("  SELECT 1 ; -- and\n /* no more */ ; ", "1"),
        ("SELECT count(*) FROM events WHERE time >= date('2026-11-20') AND time < datetime('2026-11-20', '+1 day')", "400"),
        ("SELECT count(*) FROM events WHERE date(time) = '2026-11-20' AND time LIKE '2026-11-20T0%Z' AND length(time) = 27", "400"),
    ])
    func gives(_ query: String, row: String) async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        let rows = try await reader.rows(query)
        if row == "-1" {
            let targets = try await reader.rows("SELECT sum(json_array_length(list(\"target.type\"))) FROM events")
            #expect(rows == targets && rows != ["400"])
        } else if row == "-2" {
            let users = try await reader.rows("SELECT count(*) FROM events WHERE action GLOB 'user.*'")
            #expect(rows == users.map { "\($0)|1|NULL|1" })
        } else {
            #expect(rows == [row])
        }
    }

    @Test func namesTheColumns() async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        let names = Collector<[String]>()
        for query in ["SELECT * FROM events LIMIT 0", "SELECT time, count(*) AS n, \"actor.user.name\" FROM events"] {
            try await reader.query(SQLRequest(query), onColumns: { names.add($0) }, onRow: { _ in })
        }
        let standard = [
            "sequence", "time", "product", "source", "class_uid", "action", "status", "user", "ip", "app", "message",
        ]
        #expect(names.all == [standard, ["time", "n", "actor.user.name"]])
    }

    /// Every column that is listed can be asked for, and has values where the events have.
    @Test func everyColumnIsThere() async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        for column in SQLTables.columns where column.name != "\"any.path\"" {
            let rows = try await reader.rows("SELECT count(*), count(\(column.name)) > 0 FROM \(column.table)")
            let isFilled = ["sequence", "time", "user", "ip", "ua", "class", "raw", "ocsf", "time_us", "event"].contains(column.name)
            #expect(rows[0].hasPrefix(column.table == "events" ? "400|" : "0|"), "\(column)")
            if isFilled { #expect(rows == ["400|1"], "\(column)") }
        }
    }

    // MARK: - Times

    /// However a time is written, it compares as the instant.
    @Test(arguments: ["=", "<", "<=", ">", ">="])
    func timesCompareAsInstants(_ comparison: String) async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        let bound = AuditEvents.start + 100
        let expected = try await reader.rows("SELECT count(*) FROM events WHERE time_us \(comparison) \(bound)000000")
        let spellings = [
            "2026-11-20T08:01:40Z", "2026-11-20T08:01:40.000000Z", "2026-11-20 08:01:40", "2026-11-20T10:01:40+02:00",
            "2026-11-20t08:01:40.0000001z",
        ]
        for spelling in spellings {
            let rows = try await reader.rows("SELECT count(*) FROM events WHERE time \(comparison) '\(spelling)'")
            #expect(rows == expected, "\(spelling)")
            let unpushed = try await reader.rows("SELECT count(*) FROM events WHERE +time \(comparison) '\(spelling)' COLLATE INSTANT")
            #expect(unpushed == expected, "\(spelling)")
        }
        let other = comparison.hasPrefix("<") ? ["400"] : ["0"]
        #expect(try await reader.rows("SELECT count(*) FROM events WHERE time \(comparison) 'no time'") == other)
        #expect(try await reader.rows("SELECT count(*) FROM events WHERE time \(comparison) '2026-11-21'") == other)
    }

    /// Times that RFC 3339 cannot write are shown, and found, as the nearest that it can.
    @Test func timesBeyondTheCalendar() async throws {
        let store = try TestStore()
        let writer = try store.open().writer
        for time in [Timestamp(microseconds: .min / 2), Timestamp(microseconds: 0), Timestamp(microseconds: .max / 2)] {
            let bytes = Arena()
            bytes.append("{}")
            let span = RecordSpan(offset: 0, length: 2)
            let builder = EventBuilder(
                RecordBatch(source: AuditEvents.source, receivedAt: Timestamp(microseconds: 0), bytes: bytes, records: [span]))
            var row = EventRow(record: 0, raw: span, receivedAt: Timestamp(microseconds: 0))
            row.time = time
            builder.append(row)
            try await writer.commit(EventCommit(batches: [builder.finish()]))
        }
        let reader = try store.reader()
        for (condition, count) in [
            ("time = '9999-12-31T23:59:59.999999Z'", 1), ("time <= '9999-12-31T23:59:59.999999Z'", 3),
            ("time > '9999-12-31T23:59:59.999999Z'", 0), ("time < '9999-12-31T23:59:59.999999Z'", 2),
            ("time = '0000-01-01'", 1), ("time >= '0000-01-01'", 3), ("time > '0000-01-01'", 2), ("time < '0000-01-01'", 0),
            ("time_us > 9e18", 0), ("time_us < -9223372036854775808", 0), ("time_us <= 9223372036854775807", 3),
        ] {
            #expect(try await reader.rows("SELECT count(*) FROM events WHERE \(condition)") == ["\(count)"], "\(condition)")
        }
        #expect(try await reader.rows("SELECT sequence FROM events ORDER BY time DESC") == ["3", "2", "1"])
    }

    @Test func onlyTheEventsOfTheRequestsSpan() async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        var request = SQLRequest("SELECT count(*), min(time) >= '2026-11-20 08:01', max(time) < '2026-11-20T08:02' FROM events")
        request.since = Timestamp(seconds: AuditEvents.start + 60)
        request.until = Timestamp(seconds: AuditEvents.start + 120)
        let (rows, totals) = try await reader.rows(request)
        let all = try await reader.rows(
            "SELECT count(*) FROM events WHERE time BETWEEN '2026-11-20 08:01' AND '2026-11-20T08:01:59.999999Z'")
        #expect(rows == all.map { "\($0)|1|1" })
        #expect(totals.scannedBlocks <= 4)
    }

    // MARK: - What is passed down

    /// How many of ten blocks a query opens.
    @Test(arguments: [true, false], [
        ("SELECT count(*) FROM events", 10...10),
        ("SELECT * FROM events WHERE time >= '2026-11-20T08:02:00Z' AND time < '2026-11-20 08:02:20'", 1...3),
        ("SELECT * FROM events WHERE time BETWEEN '2026-11-20T08:02:00Z' AND '2026-11-20 08:02:20'", 1...3),
        ("SELECT * FROM events WHERE time_us < \(AuditEvents.start + 20)000000", 1...2),
        ("SELECT * FROM events WHERE time = '2026-11-21'", 0...0),
        ("SELECT * FROM events WHERE sequence = 77", 1...1),
        ("SELECT * FROM events WHERE rowid = 77", 1...1),
        ("SELECT * FROM events WHERE sequence IN (77, 79)", 1...1),
        ("SELECT * FROM events WHERE sequence > 100 AND sequence <= 120", 1...1),
        ("SELECT * FROM events WHERE sequence = NULL OR time < NULL", 0...0),
        ("SELECT * FROM events ORDER BY time DESC LIMIT 5", 1...2),
        ("SELECT * FROM events ORDER BY time_us, sequence LIMIT 5", 1...2),
        ("SELECT * FROM events LIMIT 3", 1...1),
        ("SELECT raw FROM events WHERE product = 'Okta' ORDER BY time LIMIT 3", 1...2),
        ("SELECT max(sequence) FROM events WHERE sequence < 0", 0...0),
    ])
    func opensFewBlocks(isCold: Bool, _ example: (query: String, blocks: ClosedRange<Int>)) async throws {
        let (store, reader) = try await Self.reader(isCold: isCold)
        defer { withExtendedLifetime(store) {} }
        let totals = try await reader.rows(SQLRequest(example.query)).totals
        // Cold blocks are fewer than the hot ones that they were made of.
        let least = isCold ? min(example.blocks.lowerBound, 1) : example.blocks.lowerBound
        #expect((least...example.blocks.upperBound).contains(totals.scannedBlocks), "\(totals)")
        #expect(!totals.isPartial)
    }

    /// A value that no block has is told by the blocks' filters, under any of its names.
    @Test(arguments: ["\"actor.user.name\" = '?'", "user = '?'", "user IN ('?', '?!')", "user = '?' COLLATE NOCASE", "ip = '?' AND n > 3"])
    func filtersSpareBlocks(_ condition: String) async throws {
        var cold = try ColdStore(seed: 4)
        for _ in 0..<6 {
            try await cold.fill(1, records: 30, shapes: [.json])
            try await cold.compact()
        }
        defer { withExtendedLifetime(cold) {} }
        let reader = try cold.store.reader()
        var scanned = 0
        for number in 0..<50 {
            let text = condition.replacing("?", with: "nobody\(number)").replacing(" AND n > 3", with: "")
            scanned += try await reader.rows(SQLRequest("SELECT count(*) FROM events WHERE \(text)")).totals.scannedBlocks
        }
        #expect(scanned < 50, "of 300 or more")
    }

    @Test func saysItsPlan() async throws {
        let (store, reader) = try await Self.reader()
        defer { withExtendedLifetime(store) {} }
        let plan = try await reader.rows(
            """
            EXPLAIN QUERY PLAN SELECT * FROM events WHERE user = 'a' AND time > '2026-11-20' AND ip IN ('x', 'y') ORDER BY time DESC
            """)
        #expect(plan.count == 1, "no sorting: \(plan)")
        #expect(plan[0].contains("user=, time>, ip IN, newest first"), "\(plan)")
    }

    /// An alert's evidence leads to its events.
    @Test func joinsFindings() async throws {
        let cold = try await Self.filled()
        defer { withExtendedLifetime(cold) {} }
        var finding = Findings.make(uid: "f1", lastSeen: AuditEvents.start + 10)
        finding.evidence = [7, 300].map { Evidence(sequence: $0, time: finding.firstSeen, rule: "r") }
        try await cold.opened.writer.commit(CorrelationCommit(findings: [TrackedFinding(finding)], deliveries: [], through: 400))
        let reader = try cold.store.reader()
        let (rows, totals) = try await reader.rows(
            SQLRequest(
                """
                SELECT f.uid, f.level, json_extract(f.groups, '$.identity'), e.sequence FROM findings f, json_each(f.evidence) i
                CROSS JOIN events e ON e.sequence = i.value WHERE f.last_seen = '2026-11-20T08:00:10Z' ORDER BY e.sequence
                """))
        #expect(rows == ["f1|high|ana@example.com|7", "f1|high|ana@example.com|300"])
        #expect(totals.scannedBlocks == 2)
        // Whatever the order of the join, and though the times are written differently.
        let joined = try await reader.rows(
            """
            SELECT e.sequence FROM events e, findings f, json_each(f.evidence) i
            WHERE f.last_seen = '2026-11-20T08:00:10Z' AND e.sequence = i.value ORDER BY 1
            """)
        #expect(joined == ["7", "300"])
        let names = SQLTables.columns.filter { $0.table == "findings" }.map(\.name)
        let values = try await reader.rows("SELECT \(names.joined(separator: ", ")) FROM findings")
        #expect(values[0].hasPrefix(
            "f1|brute_force|Many failed sign-ins|high|4|event_count|new|NULL|NULL|72|5|1970-01-01T00:16:40.000000Z|"))
        #expect(values[0].hasSuffix(
            #"|5 failed sign-ins of ana@example.com within 10 minutes|{"identity":"ana@example.com"}|[7,300]|["attack.t1110"]|NULL"#))
    }

    // MARK: - Damage

    @Test(arguments: [
        "SELECT count(*) FROM events", "SELECT count(raw) FROM events",
        "SELECT count(*) FROM events a JOIN events b USING (sequence)",
    ])
    func aDamagedBlockMakesTheResultPartial(_ query: String) async throws {
        let cold = try await Self.filled(isCold: false)
        defer { withExtendedLifetime(cold) {} }
        let connection = try cold.store.connection()
        try connection.execute("UPDATE blocks SET data = zeroblob(length(data)) WHERE first_sequence = 41")
        let (rows, totals) = try await cold.store.reader().rows(SQLRequest(query))
        #expect(rows == ["360"])
        #expect(totals.damagedBlocks.map(\.firstSequence) == [41], "told once")
    }

    /// A cold block whose records cannot be put together still gives what its columns have.
    @Test func aDamagedColumnIsTold() async throws {
        let cold = try await Self.filled(isCold: true)
        defer { withExtendedLifetime(cold) {} }
        let folder = cold.store.files.directory + "/events"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
            let partition = try Connection(path: folder + "/" + name, access: .readWrite)
            // The longest segment is that of some ids.
            try partition.execute(
                """
                UPDATE segments SET data = zeroblob(length(data))
                WHERE length(data) = (SELECT max(length(data)) FROM segments)
                """)
        }
        let reader = try cold.store.reader()
        let (rows, totals) = try await reader.rows(SQLRequest("SELECT count(*), count(status), count(raw) FROM events"))
        #expect(rows[0].hasPrefix("400|400|") && rows != ["400|400|400"], "\(rows)")
        #expect(totals.isPartial)
    }
}
