import Foundation
import TestSupport
import Testing

/// Shuffling events within the allowed lateness, delivering each of them twice, and dividing correlation into shards changes no
/// finding; and the same rules over the stored events give those findings again.
@Suite(.serialized)
struct OrderTests {
    static let events = 20_000
    /// Below the default lateness of five minutes, in seconds of event time.
    static let disorder = 240.0
    static let perSecond = 20.0

    @Test(arguments: [UInt64(1), 2])
    func shuffledAndDoubledEqualsStraight(seed: UInt64) async throws {
        let generated = try Programs.run(
            Programs.repository.appendingPathComponent("scripts/generate-logs").path,
            ["--events", "\(Self.events)", "--seed", "\(seed)", "--per-second", "\(Int(Self.perSecond))"])
        let lines = generated.output.split(separator: "\n")
        #expect(lines.count == Self.events)
        let expected = try await findings(of: lines, stored: Self.events, duplicates: 0, shards: 1)
        #expect(!expected.isEmpty)

        var random = SeededGenerator(seed: seed)
        // Each event's place is its time plus a delay below the lateness: no event is later than allowed.
        let delayed = (0..<2).flatMap { _ in
            lines.indices.map { (at: Double($0) / Self.perSecond + Double.random(in: 0..<Self.disorder, using: &random), line: lines[$0]) }
        }
        let shuffled = delayed.sorted { $0.at < $1.at }.map(\.line)
        #expect(try await findings(of: shuffled, stored: Self.events, duplicates: Self.events, shards: 3) == expected)
    }

    private func findings(of lines: [Substring], stored: Int, duplicates: Int, shards: Int) async throws -> Set<String> {
        // A backtest knows nothing of the risk of entities.
        let daemon = try Daemon(extra: "correlation: {shards: \(shards)}\nrisk: {enabled: false}")
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: daemon.eventsPath))
        try daemon.start()
        #expect(
            try await eventually(within: .seconds(180)) {
                let ledger = try daemon.ledger("file")
                let lag = try daemon.status()?["lag_events"] as? Int
                return ledger["stored"] == stored && ledger["duplicate"] == duplicates && lag == 0
            }, "\(daemon.log.suffix(2_000))")
        // A graceful stop commits everything that was concluded.
        #expect(daemon.stop() == 0)
        let alerts = try findings(daemon.siemctl(["alert", "ls", "-o", "jsonl", "--limit", "0"]))
        let backtest = try findings(daemon.siemctl(["rule", "backtest", "--since", "2000-01-01", "--json"]))
        #expect(backtest == alerts)
        return Set(alerts.values)
    }

    /// What a list of findings says of each, by id.
    private func findings(_ result: Programs.Result) throws -> [String: String] {
        #expect(result.status == 0, "\(result)")
        let findings = try result.lines.map { line in
            let finding = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let rule = try #require((finding["rule"] as? [String: Any])?["title"] as? String)
            let group = try #require(finding["group"] as? [[String: String]]).map { "\($0["field"]!)=\($0["value"]!)" }
            let told = "\(rule) \(group) \(finding["firstSeen"]!) \(finding["lastSeen"]!) \(finding["count"]!)"
            return (try #require(finding["uid"] as? String), told)
        }
        return Dictionary(findings, uniquingKeysWith: { first, _ in first })
    }
}
