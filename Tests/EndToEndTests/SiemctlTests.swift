import Foundation
import TestSupport
import Testing

/// The commands as a person runs them: output, messages, exit statuses.
struct SiemctlTests {
    private func siemctl(_ arguments: [String], input: String = "", in folder: TemporaryFolder? = nil) throws -> Programs.Result {
        try Programs.run("siemctl", arguments, input: Data(input.utf8), in: folder?.url)
    }

    @Test(arguments: [
        (["--help"], 0, "USAGE", ""),
        (["serach"], 2, "", "serach"),
        (["search", "user:(dana", "--data", "/nonexistent"], 2, "", "^"),
        (["search", "dana", "--since", "tomorrowish"], 2, "", "--since"),
        (["search", "dana", "--data", "/nonexistent"], 3, "", "no such file"),
        (["store", "repair", "--data", "/nonexistent"], 3, "", "neither siem.db nor a partition"),
        (["status", "--data", "/nonexistent"], 3, "", "siemd makes it"),
        (["store", "retention", "--data", "/nonexistent"], 3, "", "siemd makes it"),
        (["store", "retention", "--age", "soon"], 2, "", "--age must be a duration"),
        (["store", "retention", "--age", "0d"], 2, "", "longer than nothing"),
        (["store", "retention", "--size", "1KiB"], 2, "", "at least 1MiB"),
        (["store", "retention", "--for", "okta"], 2, "", "give one of them"),
        (["store", "retention", "--for", "oktta", "--age", "1d"], 2, "", "did you mean \"okta\"?"),
        (["alert", "show", "abc", "--data", "/nonexistent"], 3, "", "/nonexistent"),
        (["normalise", "--product", "okat"], 2, "", "did you mean \"okta\"?"),
        (["rule", "check", "/nonexistent"], 1, "0 rules", "no such file or folder"),
        (["baseline", "score", "/nonexistent"], 3, "", "No such file"),
        (["baseline", "score", "--timespan", "1y", "-"], 2, "", "--timespan must be a duration"),
        (["baseline", "score", "--suppress", "-1h", "-"], 2, "", "--suppress"),
        (["config", "check", "--config", "/nonexistent.yml"], 1, "1 error", "/nonexistent.yml"),
        (["routing", "test", "level"], 2, "", "name=value"),
        (["routing", "test", "level=high", "--config", "/nonexistent.yml"], 2, "", "/nonexistent.yml"),
    ] as [([String], Int32, String, String)])
    func endsAsDocumented(arguments: [String], status: Int32, output: String, errors: String) throws {
        let result = try siemctl(arguments)
        #expect(result.status == status, "\(result)")
        #expect(output.isEmpty || result.output.contains(output), "\(result)")
        #expect(errors.isEmpty || result.errors.contains(errors), "\(result)")
    }

    @Test
    func configCheckShowsPlaceAndNearestKey() throws {
        let folder = try TemporaryFolder()
        try folder.file("perimeter.yml", Data("sources:\n  - {name: a, tpye: file, path: x}\n".utf8))
        let result = try siemctl(["config", "check"], in: folder)
        #expect(result.status == 1)
        #expect(result.errors.contains("perimeter.yml:2:15: error: unknown key \"tpye\"; did you mean \"type\"?"), "\(result.errors)")
        #expect(result.errors.contains("- {name: a, tpye: file, path: x}\n              ^"), "\(result.errors)")
    }

    private static let webhooks = """
        webhooks:
          - {name: chat, url: "https://hooks.example.com/1", format: slack}
          - {name: pager, url: "https://hooks.example.com/2", format: slack, minimum_level: high}

        """
    private static let routes = """
        routing:
          route:
            receiver: chat
            routes:
              - {matchers: [level=~"high|critical"], receiver: pager, continue: true}
              - {matchers: [product=okta, 'title="two words"'], receiver: none}
              - {matchers: [rule=a], receiver: pager}

        """

    @Test(arguments: [
        ("", ["level=high"], "chat pager", ""),
        ("", ["level=medium"], "chat", ""),
        ("", ["level=informational"], "none", ""),
        (routes, [], "chat", ""),
        (routes, ["level=critical"], "pager", ""),
        (routes, ["level=critical", "product=github", "product=okta", "title=two words"], "pager none", ""),
        (routes, ["product=okta", "title=two"], "chat", ""),
        (routes, ["level=high", "rule=a"], "pager pager", ""),
        (routes, ["level=medium", "rule=a"], "pager", "its minimum_level is high"),
    ] as [(String, [String], String, String)])
    func routingTestNamesTheReceivers(routing: String, labels: [String], receivers: String, note: String) throws {
        let folder = try TemporaryFolder()
        try folder.file("perimeter.yml", Data((Self.webhooks + routing).utf8))
        let result = try siemctl(["routing", "test"] + labels, in: folder)
        #expect(result.status == 0, "\(result)")
        #expect(result.lines == receivers.split(separator: " ").map(String.init), "\(result)")
        #expect(note.isEmpty ? result.errors.isEmpty : result.errors.contains(note), "\(result)")
    }

    @Test
    func ruleCheckSpeaksJSON() throws {
        let folder = try TemporaryFolder()
        try folder.file("rules/good.yml", Data("title: a\nlogsource: {product: okta}\ndetection: {s: {eventType: x}, condition: s}\n".utf8))
        try folder.file("rules/bad.yml", Data("title: b\nlogsource: {product: okta}\ndetection: {s: {a|contians: x}, condition: s}\n".utf8))
        let result = try siemctl(["rule", "check", "--json", "rules"], in: folder)
        #expect(result.status == 1)
        let answer = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(answer["rules"] as? Int == 1)
        let errors = try #require(answer["errors"] as? [[String: Any]])
        try #require(errors.count == 1)
        #expect(errors[0]["file"] as? String == "rules/bad.yml")
        #expect(errors[0]["line"] as? Int == 3)
    }

    @Test
    func ruleCheckRefusesARegularExpressionThatIsNone() throws {
        let folder = try TemporaryFolder()
        try folder.file("r.yml", Data("title: a\nlogsource: {product: okta}\ndetection: {s: {f|re: 'a(?=b)'}, condition: s}\n".utf8))
        let result = try siemctl(["rule", "check", "r.yml"], in: folder)
        #expect(result.status == 1)
        #expect(result.errors.contains("r.yml:3:23: error: the regular expression is refused"), "\(result)")
    }

    @Test
    func ruleCheckWarnsOfARuleThatCanNeverFire() throws {
        let folder = try TemporaryFolder()
        try folder.file("perimeter.yml", Data("mappings: \(Programs.repository.path)/rules/mappings\n".utf8))
        let rule = "title: a\nlogsource: {product: okta}\ndetection: {s: {eventTyp: x}, condition: s}\n"
        try folder.file("r.yml", Data(rule.utf8))
        let result = try siemctl(["rule", "check", "r.yml"], in: folder)
        #expect(result.status == 0, "\(result)")
        #expect(result.errors.contains("r.yml:1:1: warning: this rule can never fire"), "\(result)")
        #expect(result.errors.contains("\"eventTyp\", nearest is \"eventType\""), "\(result)")
        let shipped = try siemctl(["rule", "check", "rules/detections"])
        #expect(shipped.output.contains("0 errors, 0 warnings"), "\(shipped)")
    }

    @Test
    func ruleExplainShowsWhatWasUnderstood() throws {
        let plain = try siemctl(["rule", "explain", "sign_in_failed"])
        #expect(plain.status == 0, "\(plain)")
        for part in ["asks", "found by", "cost", "raises    nothing of its own: it counts for"] {
            #expect(plain.output.contains(part), "\(part) in \(plain)")
        }
        let chain = try siemctl(["rule", "explain", "Account takeover that ended in exfiltration"])
        #expect(chain.output.contains("temporal_ordered over 3 rules, at least 3"), "\(chain)")
        #expect(chain.output.contains("1h of event time, both ends included; a group for each identity"), "\(chain)")
        let near = try siemctl(["rule", "explain", "sign_in_faild"])
        #expect(near.status == 2 && near.errors.contains("did you mean \"sign_in_failed\"?"), "\(near)")
        let unknown = try siemctl(["rule", "explain", "nothing like it"])
        #expect(unknown.status == 2 && unknown.errors.contains("no rule has the id, name or title"), "\(unknown)")
    }

    @Test
    func ruleRunTellsWhatTheLiveEngineFinds() throws {
        let scenario = "\(Programs.repository.path)/sample-logs/scenario/identity.jsonl"
        let found = try siemctl(["rule", "run", "--rules", "rules/detections", "--events", scenario, "--json"])
        #expect(found.status == 0, "\(found)")
        let findings = try found.output.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let titles = findings.compactMap { ($0["rule"] as? [String: Any])?["title"] as? String }
        #expect(Set(titles) == ["Brute force that succeeded", "Password spraying from one address"], "\(titles)")

        let every = try siemctl(["rule", "run", "--rules", "rules/detections", "--events", scenario, "--every-match"])
        #expect(every.errors.contains(" firings in "), "\(every)")
        #expect(every.output.contains("Sign-in failed"), "\(every)")
        let records = try String(contentsOfFile: scenario, encoding: .utf8).split(separator: "\n").count
        let numbers = every.output.split(separator: "\n").filter { $0.hasPrefix("  records ") }
            .flatMap { $0.dropFirst(10).split(separator: ", ").compactMap { Int($0) } }
        #expect(!numbers.isEmpty && numbers.allSatisfy { (1...records).contains($0) }, "records are told by their lines")
    }

    @Test
    func shippedRulesPassTheirTests() throws {
        let result = try siemctl(["rule", "test", "rules/detections"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains(" passed, 0 failed"))
    }

    @Test
    func aFailingRuleTestSaysWhatWasExpected() throws {
        let folder = try TemporaryFolder()
        try folder.file("r/a.yml", Data("title: a\nlogsource: {product: okta}\ndetection: {s: {eventType: x}, condition: s}\n".utf8))
        try folder.file("r/a.test.yml", Data("cases:\n  - {name: one, expect: alert, product: okta, events: [{eventType: y}]}\n".utf8))
        let repository = Programs.repository.path
        try folder.file("perimeter.yml", Data("mappings: \(repository)/rules/mappings\n".utf8))
        let result = try siemctl(["rule", "test", "r"], in: folder)
        #expect(result.status == 1)
        #expect(result.errors.contains("r/a.test.yml:2:5: error: \"one\": expected an alert of \"a\", which raised nothing"), "\(result)")
        #expect(result.errors.contains("has no test with a near miss"), "\(result)")
    }

    @Test
    func ruleMatchSaysWhichEventAndRule() throws {
        let folder = try TemporaryFolder()
        let rule = """
            title: a
            id: 00000000-0000-4000-8000-000000000001
            logsource: {product: windows}
            detection: {s: {Image|endswith: '\\x.exe'}, condition: s}
            """
        try folder.file("a.yml", Data(rule.utf8))
        try folder.file("e.jsonl", Data("{\"Image\":\"C:\\\\y.exe\"}\n{\"Image\":\"C:\\\\X.exe\"}\n".utf8))
        let repository = Programs.repository.path
        try folder.file("perimeter.yml", Data("mappings: \(repository)/rules/mappings\n".utf8))
        let arguments = ["rule", "match", "--json", "--rules", "a.yml", "--events", "e.jsonl"]
        #expect(try siemctl(arguments, in: folder).lines == [])
        #expect(try siemctl(arguments + ["--ignore-logsource"], in: folder).lines == [
            #"{"event":1,"rule":"00000000-0000-4000-8000-000000000001"}"#,
        ])
    }

    @Test
    func syslogDecodePrintsOneObjectAFrame() throws {
        let result = try siemctl(["syslog", "decode"], input: "<34>1 2026-01-05T09:00:00Z h app 7 - - one\n26 <13>Jan  5 09:00:00 h a: b")
        #expect(result.status == 0, "\(result)")
        try #require(result.lines.count == 2)
        #expect(result.lines[0].contains(#""app_name":"app""#) && result.lines[0].contains(#""message":"one""#))
        #expect(result.lines[1].contains(#""format":"rfc3164""#))
    }

    @Test
    func normalisePrintsOneEventARecordAndKeepsGarbage() throws {
        let result = try siemctl(["normalise"], input: "{\"broken\":\nplain text\n")
        #expect(result.status == 0)
        try #require(result.lines.count == 2)
        #expect(result.lines.allSatisfy { $0.contains(#""class_uid":0"#) })
        #expect(result.lines[0].contains("invalid JSON at byte"))
    }

    @Test
    func baselineScorePrintsAScoreAValue() throws {
        var series = "\u{feff}timestamp,value\r\n"
        for minute in 0..<600 {
            let digits = minute % 60 < 10 ? "0\(minute % 60)" : "\(minute % 60)"
            series += "2026-05-01 \(minute / 60 + 10):\(digits):00,\(minute == 550 ? 90 : minute % 7)\r\n"
        }
        let result = try siemctl(["baseline", "score", "--model", "metric", "--timespan", "1m", "-"], input: series)
        #expect(result.status == 0, "\(result)")
        try #require(result.lines.count == 601)
        #expect(result.lines[0] == "timestamp,value,anomaly_score")
        #expect(result.lines[1] == "2026-05-01 10:00:00,0,0.0")
        let scores = result.lines.dropFirst().map { Double($0.split(separator: ",")[2]) ?? -1 }
        #expect(scores.allSatisfy { (0...1).contains($0) } && scores[550] > 0.9 && scores[549] < 0.5)
    }

    @Test(arguments: [
        ("", "1:1: no column \"timestamp\""), ("time,value\n1,2\n", "1:1: no column \"timestamp\""),
        ("timestamp,value\n2026-05-01 10:00:00,1\n2026-05-01 10:05:00,nan\n", "3:21: \"nan\" is no finite number"),
        ("timestamp,value\n2026-05-01 10:00:00,1e999\n", "2:21:"), ("timestamp,value\n2026-05-01 10:00:00,0x10\n", "2:21:"),
        ("value,timestamp\n4,2026-13-01T00:00:00Z\n", "2:3: \"2026-13-01T00:00:00Z\" is no time"),
        ("timestamp,value\n\"2026-05-01 10:00:00,3\n", "2:1: the quote is not closed"),
        ("timestamp,value\n2026-05-01T10:00:00Z\n", "2:21: too few columns"),
    ])
    func baselineScoreSaysWhereASeriesIsWrong(series: String, message: String) throws {
        let result = try siemctl(["baseline", "score", "-"], input: series)
        #expect(result.status == 2 && result.output.isEmpty && result.errors.contains("standard input:" + message), "\(result)")
    }
}
