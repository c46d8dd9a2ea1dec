import EventModel
import Testing

import Alerting

@Suite struct OCSFPayloadTests {
    @Test(arguments: [
        (Notification.Kind.firing, 1, 1, true), (.reminder, 2, 1, true), (.acknowledged, 2, 2, true), (.resolved, 3, 4, false),
    ])
    func theActivityIsInStepWithTheKind(kind: Notification.Kind, activity: Int, status: Int, isAlert: Bool) throws {
        let document = try PayloadSamples.object(.ocsf, PayloadSamples.notification(kind))
        #expect(document["activity_id"] as? Int == activity)
        #expect(document["type_uid"] as? Int == 200_400 + activity)
        #expect(document["status_id"] as? Int == status)
        #expect(document["is_alert"] as? Bool == isAlert)
        #expect((document["unmapped"] as? [String: Any])?["notification"] as? String == kind.rawValue)
    }

    @Test func saysWhatPeopleConcluded() throws {
        let document = try PayloadSamples.object(.ocsf, PayloadSamples.notification(.resolved))
        #expect((document["metadata"] as? [String: Any])?["profiles"] as? [String] == ["incident"])
        #expect(document["assignee"] as? [String: String] == ["name": "alice"])
        #expect(document["verdict_id"] as? Int == 2)
        #expect(document["verdict"] as? String == "True Positive")
        #expect(document["is_suspected_breach"] as? Bool == true)
        #expect(document["src_url"] as? String == "https://siem.example.com/findings/f-0")
        let remediation = try #require(document["remediation"] as? [String: Any])
        #expect(remediation["desc"] as? String == "Follow the playbook password-spraying.")
        #expect((remediation["kb_article_list"] as? [[String: String]]) == [
            ["uid": "password-spraying", "src_url": "https://wiki.example.com/password-spraying"]
        ])
    }

    @Test func aFindingAloneClaimsNoProfile() {
        #expect(!FindingDocument.json(PayloadSamples.finding().finding).contains("profiles"))
    }

    @Test func severalAreAnArray() throws {
        let documents = try PayloadSamples.list(.ocsf, PayloadSamples.notification(findings: 5))
        let uids = documents.map { ($0["finding_info"] as? [String: Any])?["uid"] as? String }
        #expect(uids == ["f-0", "f-1", "f-2", "f-3", "f-4"])
    }

    @Test func saysWhatIsLeftOut() throws {
        let documents = try PayloadSamples.list(.ocsf, PayloadSamples.notification(findings: 25, omitted: 10))
        #expect(documents.count >= 5)
        let unmapped = try #require(documents[0]["unmapped"] as? [String: Any])
        #expect(unmapped["findings_omitted"] as? Int == 35 - documents.count)
        let commands = try #require(unmapped["findings_omitted_commands"] as? [String])
        #expect(commands.first == "siemctl alert show f-\(documents.count)")
        #expect(commands.last == "siemctl alert ls")
        #expect(documents.dropFirst().allSatisfy { ($0["unmapped"] as? [String: Any])?["findings_omitted"] == nil })
    }
}
