import CSQLite
import Storage
import TestSupport
import Testing

@Suite("Connection")
struct ConnectionTests {
    private let folder: TemporaryFolder
    private let connection: Connection

    init() throws {
        folder = try TemporaryFolder()
        connection = try Connection(path: folder.path("a.db"), access: .readWrite)
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
    }

    @Test(arguments: [
        SQLiteValue.null, .integer(.min), .integer(.max), .text(""), .text("é \u{0} \u{1F600}"), .blob([]), .blob([0, 1, 255]),
    ])
    func bindsAndReadsBack(_ value: SQLiteValue) throws {
        try connection.run("INSERT INTO t VALUES (1, ?)", [value])
        let read = try connection.row("SELECT b, typeof(b) FROM t") { row -> SQLiteValue in
            switch row.text(1) {
            case "null": .null
            case "integer": .integer(row.integer(0))
            case "text": .text(row.text(0))
            default: .blob(Array(row.blob(0)))
            }
        }
        #expect(read == value)
    }

    @Test func aFailedTransactionLeavesNothing() throws {
        #expect(throws: SQLiteError.self) {
            try connection.transaction {
                try connection.run("INSERT INTO t VALUES (1, 'x')")
                try connection.run("INSERT INTO t VALUES (1, 'again')")
            }
        }
        #expect(try connection.integer("SELECT count(*) FROM t") == 0)
        try connection.transaction { try connection.run("INSERT INTO t VALUES (1, 'x')") }
        #expect(try connection.integer("SELECT count(*) FROM t") == 1)
    }

    @Test func errorsNameCodeAndStatement() throws {
        let error = try #require(throws: SQLiteError.self) { try connection.run("SELECT nothing FROM t") }
        #expect(error.code == SQLITE_ERROR)
        #expect(error.sql == "SELECT nothing FROM t")
        #expect(error.message.contains("nothing"))
    }

    @Test func anotherWriterIsBusy() throws {
        let other = try Connection(path: folder.path("a.db"), access: .readWrite, busyTimeout: 1)
        try connection.transaction {
            let error = try #require(throws: SQLiteError.self) { try other.transaction {} }
            #expect(error.isBusy)
        }
        try other.transaction {}
    }

    @Test func readersCannotWrite() throws {
        let reader = try Connection(path: folder.path("a.db"), access: .readOnly)
        #expect(throws: SQLiteError.self) { try reader.run("INSERT INTO t VALUES (1, 1)") }
        #expect(throws: SQLiteError.self) { try Connection(path: folder.path("none.db"), access: .readOnly) }
    }

    @Test func statementsAreBounded() throws {
        for number in 0..<400 { _ = try connection.integer("SELECT \(number)") }
        #expect(try connection.integer("SELECT 399") == 399)
    }

    @Test func interrupterStopsAStatement() throws {
        let interrupter = connection.interrupter
        // The statement itself asks to be stopped, after many rows of an endless query.
        let error = try #require(throws: SQLiteError.self) {
            var seen = 0
            _ = try connection.rows("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n") { _ in
                seen += 1
                if seen == 1_000 { interrupter.interrupt() }
            }
        }
        #expect(error.isInterrupt)
    }
}
