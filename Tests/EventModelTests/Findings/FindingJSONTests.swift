import EventModel
import Foundation
import Testing

struct FindingJSONTests {
    @Test(arguments: [0, 1, 100])
    func readsBackAsItself(evidence: Int) throws {
        let finding = Finding(
            uid: "0f\"a", rule: RuleSummary(
                id: "r-1", title: "Tïtle \\ \u{1}", level: .high, description: "line\nline", tags: ["attack.t1110"], version: "ab12",
                falsePositives: ["a person", "\"quoted\""],
                playbook: evidence == 0 ? nil : "account-takeover", confidence: evidence == 0 ? nil : .low,
                product: evidence == 0 ? nil : "okta"),
            kind: "event_count", group: [.init(field: "identity", value: "dana@example.com"), .init(field: "src_endpoint.ip", value: "")],
            count: 12, firstSeen: Timestamp(microseconds: -1), lastSeen: Timestamp(microseconds: 1_795_176_000_000_001),
            evidence: (0..<evidence).map {
                Evidence(sequence: Int64($0), time: Timestamp(microseconds: Int64($0) * 7), rule: "base \($0)")
            },
            reason: "12 matching events", suppressed: 3)
        #expect(try JSONDecoder().decode(Finding.self, from: Data(finding.json.utf8)) == finding)
    }

    @Test func `a finding stored before there was suppression is read`() throws {
        let finding = Finding(
            uid: "0f", rule: RuleSummary(id: "r", title: "r", level: .low), kind: "event", group: [], count: 1,
            firstSeen: Timestamp(microseconds: 1), lastSeen: Timestamp(microseconds: 1), evidence: [], reason: "")
        for key in ["playbook", "confidence", "product"] { #expect(!finding.json.contains(key)) }
        let stored = finding.json.replacingOccurrences(of: #","suppressed":0"#, with: "")
        #expect(stored != finding.json)
        #expect(try JSONDecoder().decode(Finding.self, from: Data(stored.utf8)) == finding)
    }
}
