import Foundation
import TestSupport
import Testing

/// `siemctl sql` over a store that siemd filled.
@Suite(.serialized)
struct SQLTests {
    /// Twelve records of no known product: `user`, `n` from 1 to 12, and a list.
    private static let records = (1...12).map { number in
        let user = ["dana", "eli", "fay"][number % 3]
        return #"{"user":"\#(user)","n":\#(number),"tags":["t\#(number % 2)","all"],"vendor":{"deepField":"v\#(number % 4)"}}"#
    }

    private static let cases: [(arguments: [String], status: Int32, output: [String], errors: String)] = [
        (["SELECT user, count(*) AS events, sum(n) FROM events GROUP BY user ORDER BY user", "-o", "csv"], 0,
            ["user,events,sum(n)", "dana,4,30", "eli,4,22", "fay,4,26"], ""),
        (["SELECT raw FROM events WHERE n = 3", "-o", "jsonl"], 0, [#"{"raw":"\#(records[2].replacing("\"", with: "\\\""))"}"#], ""),
        (["SELECT 1 AS n, NULL AS n, 2.5 AS x, x'0aff' AS b, 'a\"b' AS t", "-o", "json"], 0,
            [#"[{"n":1,"n:1":null,"x":2.5,"b":"x'0aff'","t":"a\"b"}"#, "]"], ""),
        (["SELECT 1 WHERE 0", "-o", "json"], 0, ["[]"], ""),
        (["SELECT n, user FROM events WHERE n > 10 ORDER BY n"], 0, [" N  USER", "11  fay", "12  dana"], "2 rows"),
        (["SELECT value, count(*) FROM events, json_each(list(tags)) GROUP BY 1 ORDER BY 1", "-o", "csv"], 0,
            ["value,count(*)", "all,12", "t0,6", "t1,6"], ""),
        ([#"SELECT count(*) FROM events WHERE "vendor.deepField" = 'v1' AND "raw.vendor.deepfield" = 'v1'"#, "-o", "csv"], 0,
            ["count(*)", "3"], ""),
        (["SELECT count(*) AS c FROM events", "-o", "csv", "-U", "2020-01-01"], 0, ["c", "0"], ""),
        (["SELECT count(*) AS c FROM events WHERE time > datetime('now', '-1 hour')", "-o", "csv", "-S", "1h"], 0, ["c", "12"], ""),
        (["SELECT count(*) AS c FROM findings", "-o", "csv"], 0, ["c", "0"], ""),
        (["-f", "query.sql", "-o", "csv"], 0, ["u,r", "fay,1", "eli,2", "dana,3"], ""),
        (["--schema", "-o", "csv"], 0, ["*"], ""), (["--schema", "SELECT 1"], 2, [], "give a query"),
        (["SELECT usr FROM events"], 2, [], "       ^ no such column: usr; expected user"),
        (["SELECT 1;\nSELECT 2"], 2, [], "one statement is all that a query can be"),
        (["DELETE FROM events"], 2, [], "refused: the store is not written to"),
        (["ATTACH 'x.db' AS x"], 2, [], "cannot be attached"),
        (["SELECT 1", "-o", "raw"], 2, [], "needs events"),
        ([], 2, [], "give a query"),
        (["SELECT count(\"no.such\") AS c FROM events", "--lax", "-o", "csv"], 0, ["c", "0"], ""),
        (["SELECT max(n) AS n FROM events WHERE sequence <= 5", "--stats", "-o", "csv"], 0, ["*"], "looked at"),
    ]

    @Test
    func answers() async throws {
        let daemon = try Daemon()
        try await daemon.startAndWait()
        try Data((Self.records.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: daemon.eventsPath))
        #expect(try await eventually { try daemon.ledger("file")["stored"] == Self.records.count })
        let query = """
            -- Who comes first in the alphabet, from the end.
            SELECT user AS u, row_number() OVER (ORDER BY user DESC) AS r FROM events GROUP BY user ORDER BY r;
            """
        try daemon.folder.file("query.sql", Data(query.utf8))
        for (arguments, status, output, errors) in Self.cases {
            let result = try Programs.run(
                "siemctl", ["sql"] + arguments + ["--config", daemon.configurationPath], in: daemon.folder.url)
            #expect(result.status == status, "\(arguments): \(result)")
            if output != ["*"] { #expect(result.lines == output, "\(arguments): \(result)") }
            #expect(errors.isEmpty || result.errors.contains(errors), "\(arguments): \(result)")
        }
        let piped = try daemon.siemctl(["sql", "-", "-o", "csv"], input: Data("SELECT count(*) AS c FROM events".utf8))
        #expect(piped.status == 0 && piped.lines == ["c", "12"], "\(piped)")
        #expect(daemon.stop() == 0)
        // Without the daemon all the same.
        #expect(try daemon.siemctl(["sql", "SELECT count(*) AS c FROM events", "-o", "csv"]).lines == ["c", "12"])
        let elsewhere = try daemon.siemctl(["sql", "SELECT 1", "--data", daemon.folder.path("nothing")])
        #expect(elsewhere.status == 3, "\(elsewhere)")
    }

    @Test
    func endsOnInterrupt() async throws {
        let daemon = try Daemon()
        try await daemon.startAndWait()
        let output = try daemon.folder.file("out")
        let process = try ChildProcess(
            "siemctl",
            [
                "sql", "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c", "-o", "csv", "--config",
                daemon.configurationPath,
            ], output: output.path)
        func size() throws -> Int { try FileManager.default.attributesOfItem(atPath: output.path)[.size] as? Int ?? 0 }
        // Rows come before the query has an end.
        #expect(try await eventually { try size() > 0 })
        process.signal(SIGINT)
        #expect(try process.wait() == .exited(130))
        #expect(daemon.stop() == 0)
    }
}
