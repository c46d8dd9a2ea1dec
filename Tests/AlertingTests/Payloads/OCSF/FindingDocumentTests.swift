import Alerting
import EventModel
import Foundation
import Testing

@Suite struct FindingDocumentTests {
    private func object(_ finding: Finding) throws -> [String: Any] {
        let text = FindingDocument.json(finding)
        return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func isADetectionFinding() throws {
        let finding = Finding.make(
            description: "Somebody guesses.", tags: ["attack.t1110.003", "attack.credential_access", "attack.s0002", "cve.2024"],
            group: [.init(field: "identity", value: "eve@example.com"), .init(field: "src_endpoint.ip", value: "203.0.113.9")],
            evidence: 3)
        let document = try object(finding)
        #expect(document["class_uid"] as? Int == 2004)
        #expect(document["type_uid"] as? Int == 200_401)
        #expect(document["activity_id"] as? Int == 1)
        #expect(document["category_uid"] as? Int == 2)
        #expect(document["severity_id"] as? Int == 4)
        #expect(document["severity"] as? String == "High")
        #expect(document["status_id"] as? Int == 1)
        #expect(document["is_alert"] as? Bool == true)
        #expect(document["time"] as? Int == 1_795_521_660_000)
        #expect(document["start_time"] as? Int == 1_795_521_600_000)
        #expect(document["message"] as? String == "10 in 5 min")
        let metadata = try #require(document["metadata"] as? [String: Any])
        #expect(metadata["version"] as? String == "1.8.0")
        let info = try #require(document["finding_info"] as? [String: Any])
        #expect(info["uid"] as? String == "f-1")
        #expect(info["desc"] as? String == "Somebody guesses.")
        #expect(info["types"] as? [String] == ["event_count"])
        #expect((info["analytic"] as? [String: Any])?["version"] as? String == "abc")
        let events = try #require(info["related_events"] as? [[String: Any]])
        #expect(events.map { $0["uid"] as? String } == ["1", "2", "3"])
        let attacks = try #require(info["attacks"] as? [[String: [String: String]]])
        #expect(attacks == [
            ["technique": ["uid": "T1110"], "sub_technique": ["uid": "T1110.003"]],
            ["tactic": ["uid": "TA0006", "name": "Credential Access"]],
        ])
        let observables = try #require(document["observables"] as? [[String: Any]])
        #expect(observables.map { $0["type_id"] as? Int } == [5, 2])
        let unmapped = try #require(document["unmapped"] as? [String: Any])
        #expect(unmapped["group"] as? [String: String] == ["identity": "eve@example.com", "src_endpoint.ip": "203.0.113.9"])
        #expect(unmapped["related_events_omitted"] == nil)
    }

    @Test(arguments: [0, 1, 50, 100, 5_000])
    func keepsWithinItsSize(evidence: Int) throws {
        let long = String(repeating: "größe\u{1}\"\\", count: 2_000)
        let finding = Finding.make(
            uid: long, title: long, kind: long, description: long, tags: Array(repeating: "attack.t1110.003", count: 500),
            group: (0..<100).map { .init(field: "\($0)" + long, value: long) }, evidence: evidence, reason: long)
        let text = FindingDocument.json(finding)
        #expect(text.utf8.count <= FindingDocument.maximumBytes)
        let document = try object(finding)
        let info = try #require(document["finding_info"] as? [String: Any])
        #expect(info["related_events_count"] as? Int == evidence)
    }

    @Test func leavesTheMiddleOfMuchEvidenceOut() throws {
        let finding = Finding.make(title: String(repeating: "t", count: 300), evidence: 1_000)
        #expect(FindingDocument.json(finding).utf8.count <= FindingDocument.maximumBytes)
        let document = try object(finding)
        let info = try #require(document["finding_info"] as? [String: Any])
        let events = try #require(info["related_events"] as? [[String: Any]])
        let omitted = try #require((document["unmapped"] as? [String: Any])?["related_events_omitted"] as? Int)
        #expect(events.count + omitted == 1_000)
        #expect(events.count > 100)
        #expect(events.first?["uid"] as? String == "1")
        #expect(events.last?["uid"] as? String == "1000")
        #expect((info["title"] as? String)?.hasSuffix("…") == true)
    }

    @Test func isTheSameForTheSameFinding() {
        let finding = Finding.make(group: [.init(field: "a", value: "b")], evidence: 40)
        #expect(FindingDocument.json(finding) == FindingDocument.json(finding))
    }

    @Test func writesAFieldOnce() throws {
        let finding = Finding.make(group: [.init(field: "a", value: "1"), .init(field: "a", value: "2")])
        let text = FindingDocument.json(finding)
        #expect(text.components(separatedBy: #""group":{"a":"1"}"#).count == 2)
    }
}
