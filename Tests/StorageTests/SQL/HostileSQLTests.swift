import EventModel
import Storage
import TestSupport
import Testing

/// Queries that must not do what they try to.
@Suite("Hostile SQL")
struct HostileSQLTests {
    private static func reader() async throws -> (TestStore, StoreReader) {
        let store = try TestStore(seed: 7)
        try await store.open().writer.commit(EventCommit(batches: [store.events.batch(50, shapes: [.json])]))
        return (store, try store.reader())
    }

    private static func failure(_ reader: StoreReader, _ query: String) async -> SQLFailure? {
        do {
            try await reader.query(SQLRequest(query), onColumns: { _ in }, onRow: { _ in })
            return nil
        } catch {
            return error as? SQLFailure
        }
    }

    @Test(arguments: [
        "ATTACH 'x.db' AS x", "ATTACH ':memory:' AS x", "DETACH main", "PRAGMA query_only = OFF", "PRAGMA journal_mode",
        "PRAGMA writable_schema = ON", "SELECT * FROM pragma_database_list", "SELECT * FROM pragma_table_info('events')",
        "CREATE TABLE t(a)", "CREATE TEMP TABLE t AS SELECT * FROM events", "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE VIEW v AS SELECT 1", "CREATE VIRTUAL TABLE t USING events", "DROP TABLE events", "DELETE FROM events",
        "INSERT INTO events(sequence) VALUES (1)", "UPDATE events SET user = 'x'", "DELETE FROM findings", "BEGIN", "COMMIT",
        "SAVEPOINT s", "VACUUM", "VACUUM INTO 'x.db'", "REINDEX", "ANALYZE", "SELECT load_extension('x.so')",
        "SELECT fts3_tokenizer('simple')", "SELECT sql FROM sqlite_schema", "SELECT name FROM sqlite_temp_schema",
        "WITH x AS (SELECT 1) DELETE FROM events", "EXPLAIN DELETE FROM events", "SELECT * FROM dbstat", "SELECT * FROM sqlite_stmt",
    ])
    func isRefused(_ query: String) async throws {
        let (_, reader) = try await Self.reader()
        let failure = await Self.failure(reader, query)
        #expect(failure != nil && failure?.code != .unknownColumn, "\(query)")
        #expect(try await reader.rows("SELECT count(*) FROM events") == ["50"])
    }

    /// What is wrong, where, and what was meant.
    @Test(arguments: [
        ("SELECT usr FROM events", SQLFailure(.unknownColumn, "no such column: usr", expected: ["user"], at: 7)),
        ("SELECT e.usr FROM events e", SQLFailure(.unknownColumn, "no such column: e.usr", expected: ["user"], at: 7)),
        ("SELECT actor.user.name FROM events", SQLFailure(
            .unknownColumn, "no such column: actor.user.name", expected: [#"the name in double quotes: "actor.user.name""#], at: 7)),
        (#"SELECT "actor.user.nmae" FROM events"#, SQLFailure(
            .unknownColumn, "no such column: actor.user.nmae", expected: [#""actor.user.name""#], at: 7)),
        (#"SELECT count(*) FROM events WHERE user = "dana""#, SQLFailure(
            .unknownColumn, "no such column: dana", expected: ["texts in single quotes: 'dana'"], at: 41)),
        ("SELECT 1 AS severity, upper(severity) FROM events", SQLFailure(
            .wrong, "severity is a field, but stands behind AS: give the result's column another name", at: 28)),
        ("SELEC 1", SQLFailure(.wrong, #"near "SELEC": syntax error"#, at: 0)),
        ("SELECT 1; SELECT 2", SQLFailure(.wrong, "one statement is all that a query can be", at: 9)),
        ("SELECT 1\0; SELECT 2", SQLFailure(.wrong, "a NUL byte has no place in a query", at: 8)),
        ("", SQLFailure(.wrong, "the query is empty", at: 0)),
        (" ; -- nothing", SQLFailure(.wrong, "the query is empty", at: 0)),
        ("SELECT * FROM event", SQLFailure(.wrong, "no such table: event", expected: ["events"])),
        ("SELECT nosuch(user) FROM events", SQLFailure(.wrong, "no such function: nosuch", at: 7)),
        ("SELECT raw REGEXP '(' FROM events", SQLFailure(.wrong, "REGEXP: missing ): (")),
        ("SELECT ?, :a", SQLFailure(.wrong, "a parameter has no value here: write the value in its place")),
        ("SELECT cidr(ip, 'x') FROM events", SQLFailure(.wrong, "cidr: the second argument is no network such as 10.0.0.0/8")),
    ])
    func tellsWhatIsWrong(_ query: String, _ expected: SQLFailure) async throws {
        let (_, reader) = try await Self.reader()
        let failure = await Self.failure(reader, query)
        #expect(failure == expected, "\(String(describing: failure))")
    }

    @Test func boundsTheQuerysLength() async throws {
        let (_, reader) = try await Self.reader()
        let long = "SELECT 1 /* \(String(repeating: "x", count: SQLRequest.maximumLength)) */"
        #expect(await Self.failure(reader, long)?.code == .tooMuch)
        let names = (0...1_000).map { "\"raw.a\($0)\"" }
        let deep = "SELECT " + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000)
        #expect(await Self.failure(reader, deep)?.code == .wrong)
        #expect(await Self.failure(reader, "SELECT " + Array(repeating: "1", count: 3_000).joined(separator: ",")) != nil)
        var lax = SQLRequest("SELECT \(names.joined(separator: ", ")) FROM events")
        lax.isLax = true
        await #expect(throws: SQLFailure(.tooMuch, "the query names more than 1000 fields")) {
            try await reader.query(lax, onColumns: { _ in }, onRow: { _ in })
        }
    }

    /// A query that never ends gives way to whoever asked for it.
    @Test func endsWhenItsTaskIsCancelled() async throws {
        let (_, reader) = try await Self.reader()
        let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c"
        let query = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await reader.query(SQLRequest(endless), onColumns: { _ in }, onRow: { _ in })
        }
        await #expect(throws: CancellationError.self) { try await query.value }
    }

    @Test(arguments: [
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT count(*) FROM c",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c ORDER BY -x",
        "WITH RECURSIVE c(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM c) SELECT max(length(x)) FROM c",
        "SELECT length(zeroblob(1000000000))", "SELECT length(group_concat(a.raw || b.raw || c.raw)) FROM events a, events b, events c",
    ])
    func boundsMemory(_ query: String) async throws {
        let (_, reader) = try await Self.reader()
        var request = SQLRequest(query)
        request.memory = 64 << 20
        do {
            try await reader.query(request, onColumns: { _ in }, onRow: { _ in })
            Issue.record("it came to an end")
        } catch let failure as SQLFailure {
            #expect(failure.code == .tooMuch)
        }
        #expect(try await reader.rows("SELECT count(*) FROM events") == ["50"])
    }

    @Test func endsWhenTheReceiverHasEnough() async throws {
        struct Enough: Error {}
        let (_, reader) = try await Self.reader()
        await #expect(throws: Enough.self) {
            try await reader.query(SQLRequest("SELECT * FROM events"), onColumns: { _ in }) { _ in throw Enough() }
        }
        #expect(try await reader.rows("SELECT count(*) FROM events") == ["50"])
    }

    /// Names that nobody knows are columns when asked for, and no others than those with a point.
    @Test func laxNamesAreColumns() async throws {
        let (_, reader) = try await Self.reader()
        var request = SQLRequest(#"SELECT count("no.such"), count(*) AS "n" FROM events"#)
        #expect(await Self.failure(reader, request.text)?.code == .unknownColumn)
        request.isLax = true
        #expect(try await reader.rows(request).rows == ["0|50"])
        request.text = #"SELECT "nosuch" FROM events"#
        await #expect(throws: SQLFailure.self) { try await reader.rows(request) }
    }

    /// Random texts, and random changes of a query, are refused or answered, and do no harm.
    @Test func randomTextsDoNoHarm() async throws {
        let (_, reader) = try await Self.reader()
        var generator = SeededGenerator(seed: 23)
        let query = Array(
            #"SELECT "actor.user.name", list(ip) FROM events e, json_each(e.ocsf) WHERE user IN ('a', 3) AND time > '2026' -- x"#
                .utf8)
        let bytes = Array("'\"`[]();,.-*/|%?:@#$x0 \n".utf8)
        for _ in 0..<500 {
            var text = query
            for _ in 0..<Int.random(in: 1...6, using: &generator) {
                let place = Int.random(in: 0..<text.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: text.remove(at: place)
                case 1: text.insert(bytes.randomElement(using: &generator) ?? 0, at: place)
                default: text[place] = bytes.randomElement(using: &generator) ?? 0
                }
            }
            _ = await Self.failure(reader, String(decoding: text, as: UTF8.self))
        }
        #expect(try await reader.rows("SELECT count(*) FROM events") == ["50"])
    }
}
