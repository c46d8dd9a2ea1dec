import Foundation
import TestSupport
import Testing

/// `siemctl search` and its companions over a store that siemd filled.
@Suite(.serialized)
struct SearchTests {
    /// Twelve records of no known product: `user`, `n` from 1 to 12, and a list.
    private static let records = (1...12).map { number in
        let user = ["dana", "eli", "fay"][number % 3]
        return #"{"user":"\#(user)","n":\#(number),"tags":["t\#(number % 2)","all"],"note":"record number \#(number)"}"#
    }

    private static func startedDaemon() async throws -> Daemon {
        let daemon = try Daemon()
        try await daemon.startAndWait()
        try Data((records.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: daemon.eventsPath))
        #expect(try await eventually { try daemon.ledger("file")["stored"] == records.count })
        return daemon
    }

    /// The lines of the output in any order; `*` for any lines.
    private static let cases: [(arguments: [String], status: Int32, output: [String], errors: String)] = [
        (["n:3", "-o", "raw"], 0, [records[2]], "searching the last 24 hours"),
        (["n:99"], 0, [], "0 events"),
        (["n:99", "--exit-code"], 1, [], "0 events"),
        (["n>=11 | fields n, user", "-o", "csv", "-S", "1h"], 0, ["n,user", "12,dana", "11,fay"], ""),
        (["* | stats count, sum(n) as total by user", "-o", "jsonl"], 0, [
            #"{"user":"dana","count":4,"total":30}"#, #"{"user":"eli","count":4,"total":22}"#, #"{"user":"fay","count":4,"total":26}"#,
        ], ""),
        (["* | stats count by tags", "-o", "json"], 0, [
            #"[{"tags":"all","count":12}"#, #",{"tags":"t0","count":6}"#, #",{"tags":"t1","count":6}"#, "]",
        ], ""),
        (["* | stats count by user", "-n", "2", "-o", "csv"], 0, ["user,count", "dana,4", "eli,4"], "showing 2 of 3"),
        (["* | timechart span=1d count | stats sum(count) as n", "-o", "csv"], 0, ["n", "12"], ""),
        (["* | lookup people user | stats count by team", "-o", "csv", "--lookup", "people=people.csv"], 0,
            ["team,count", "dev,4", "ops,8"], ""),
        (["usr:x"], 2, [], "no field is named usr; expected user"),
        (["usr:x", "--lax"], 0, [], "0 events"),
        (["raw.note:record*", "-o", "csv", "-n", "1"], 0, ["*"], "showing the newest 1 of at least 1"),
        (["user:dana | haed"], 2, [], "^ no stage is named haed; expected head"),
        (["* | stats count", "-o", "raw"], 2, [], "-o raw needs events"),
        (["* | stats count", "-f"], 2, [], "--follow goes with stages"),
        (["* | lookup nobody user"], 2, [], "no lookup table is named nobody"),
    ]

    @Test
    func answers() async throws {
        let daemon = try await Self.startedDaemon()
        try daemon.folder.file("people.csv", Data("user,team\ndana,dev\neli,ops\nfay,ops\n".utf8))
        for (arguments, status, output, errors) in Self.cases {
            let result = try Programs.run(
                "siemctl", ["search"] + arguments + ["--config", daemon.configurationPath], in: daemon.folder.url)
            #expect(result.status == status, "\(arguments): \(result)")
            // Records that arrive within a microsecond have no order among themselves that a test may ask for.
            if output != ["*"] { #expect(result.lines.sorted() == output.sorted(), "\(arguments): \(result)") }
            #expect(errors.isEmpty || result.errors.contains(errors), "\(arguments): \(result)")
        }
        let plan = try daemon.siemctl(["search", "--explain", "user:dana | top 3 n", "-S", "1h"])
        for part in ["filter    any of", "fields    n: n", "stages    top 3 n", "the fields alone", "pruned"] {
            #expect(plan.output.contains(part), "\(part) in \(plan)")
        }
        let fields = try daemon.siemctl(["fields", "-o", "csv", "user:dana"])
        #expect(fields.lines.contains("user,4,1,dana"), "\(fields)")
        #expect(fields.lines.first == "field,events,values,examples", "\(fields)")
        let values = try daemon.siemctl(["values", "-o", "csv", "tags"])
        #expect(values.lines == ["tags,count,percent", "all,12,50", "t0,6,25", "t1,6,25"], "\(values)")
        #expect(daemon.stop() == 0)
    }

    @Test
    func followsUntilInterrupted() async throws {
        let daemon = try await Self.startedDaemon()
        let output = try daemon.folder.file("out")
        let follower = try ChildProcess(
            "siemctl",
            [
                "search", "user:dana | eval twice=n*2 | fields n, twice", "-f", "-S", "1h", "-o", "csv", "--config",
                daemon.configurationPath,
            ], output: output.path)
        func lines() throws -> [String] { try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init) }
        #expect(try await eventually { try lines().count == 5 }, "\((try? lines()) ?? [])")
        #expect(Set(try lines()) == ["n,twice", "3,6", "6,12", "9,18", "12,24"])
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: daemon.eventsPath))
        try file.seekToEnd()
        try file.write(contentsOf: Data("{\"user\":\"eli\",\"n\":100}\n{\"user\":\"dana\",\"n\":101}\n".utf8))
        #expect(try await eventually { try lines().last == "101,202" }, "\((try? lines()) ?? [])")
        #expect(try lines().count == 6, "what the filter does not find is not shown")
        follower.signal(SIGINT)
        #expect(try follower.wait() == .exited(130))
        #expect(daemon.stop() == 0)
    }

    @Test
    func savedSearchesAreKeptPrivate() async throws {
        let daemon = try await Self.startedDaemon()
        let home = ["XDG_CONFIG_HOME": daemon.folder.path("home")]
        func siemctl(_ arguments: [String]) throws -> Programs.Result {
            try Programs.run("siemctl", arguments + ["--config", daemon.configurationPath], environment: home)
        }
        let unknown = try siemctl(["search", "@mine"])
        #expect(unknown.status == 2 && unknown.errors.contains("no search is saved as mine"), "\(unknown)")
        let saved = try siemctl(["search", "user:dana", "--save", "mine", "-o", "raw"])
        #expect(saved.status == 0 && saved.lines.count == 4, "\(saved)")
        let file = daemon.folder.path("home/perimeter/searches.json")
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try siemctl(["search", "@mine | stats count", "-o", "csv"]).lines == ["count", "4"])
        #expect(try siemctl(["search", "@mine n>6", "-o", "raw"]).lines.count == 2)
        let list = try Programs.run("siemctl", ["searches", "ls"], environment: home)
        #expect(list.lines.count == 2 && list.lines[1].hasPrefix("@mine  user:dana"), "\(list)")
        #expect(try Programs.run("siemctl", ["searches", "rm", "mine"], environment: home).status == 0)
        #expect(try siemctl(["search", "@mine"]).status == 2)
        #expect(daemon.stop() == 0)
    }
}
