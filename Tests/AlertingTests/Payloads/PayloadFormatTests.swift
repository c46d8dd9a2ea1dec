import Alerting
import EventModel
import Foundation
import Testing

@Suite struct PayloadFormatTests {
    private static let jsonFormats = PayloadFormat.allCases.filter { $0 != .email }
    /// Formats whose every notification of something new tells all of it.
    private static let toldInFull: [PayloadFormat] = [.template, .slack, .pagerduty, .teams, .discord, .alertmanager, .opsgenie]

    @Test(arguments: PayloadFormat.allCases, Alerting.Notification.Kind.allCases)
    func everyKindKeepsWithinItsSize(format: PayloadFormat, kind: Alerting.Notification.Kind) throws {
        let options = try PayloadSamples.options()
        for count in [1, 2, 5, 25] {
            let notification = PayloadSamples.notification(kind, findings: count, omitted: count == 25 ? 975 : 0)
            guard let payload = format.payload(for: notification, options: options) else {
                #expect(format == .alertmanager && kind == .acknowledged)
                continue
            }
            #expect(payload.body.utf8.count <= format.maximumBytes)
            #expect(payload.method == .post)
            #expect(payload == format.payload(for: notification, options: options), "the same notification, the same bytes")
        }
    }

    @Test(arguments: jsonFormats, PayloadSamples.hostileTexts.indices)
    func hostileTextsKeepWithinTheSizeAndAreJSON(format: PayloadFormat, index: Int) throws {
        for (kind, count) in [(Alerting.Notification.Kind.firing, 25), (.resolved, 1)] {
            let notification = PayloadSamples.hostile(PayloadSamples.hostileTexts[index], kind, findings: count)
            let payload = try PayloadSamples.payload(format, notification)
            #expect(payload.body.utf8.count <= format.maximumBytes)
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(payload.body.utf8)) }
            #expect(payload.path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
        }
    }

    @Test(arguments: toldInFull)
    func aPersonUnderstandsItFromItsText(format: PayloadFormat) throws {
        let body = try PayloadSamples.payload(format, PayloadSamples.notification()).body
        let plain = body.replacing(#"\\"#, with: "")
        for part in [
            "Many failed sign-ins", "eve@example.com", "10 in 5 min", "2026-11-24T12:00:00Z", "12", "password-spraying",
            "siemctl alert show f-0",
        ] { #expect(plain.contains(part), "\(part)") }
        #expect(plain.range(of: "high", options: .caseInsensitive) != nil)
        #expect(!plain.contains("DRILL"))
    }

    @Test(arguments: PayloadFormat.allCases)
    func aDrillIsMarked(format: PayloadFormat) throws {
        let body = try PayloadSamples.payload(format, PayloadSamples.notification(isDrill: true)).body
        #expect(body.replacing(#"\\"#, with: "").contains("[DRILL]"))
    }

    @Test(arguments: toldInFull)
    func saysWhatIsLeftOutAndHowToFetchIt(format: PayloadFormat) throws {
        let body = try PayloadSamples.payload(format, PayloadSamples.hostile("long " + String(repeating: "x", count: 2_000))).body
        let plain = body.replacing(#"\\"#, with: "")
        #expect(plain.contains("more findings are left out here: siemctl alert "))
        #expect(plain.contains("siemctl alert ls"))
    }

    @Test(arguments: PayloadFormat.allCases)
    func nothingFoundIsNothingToSend(format: PayloadFormat) throws {
        #expect(format.payload(for: PayloadSamples.notification(findings: 0), options: try PayloadSamples.options()) == nil)
    }

    @Test(arguments: [PayloadFormat.template, .email])
    func whatItCannotDoWithoutIsMissing(format: PayloadFormat) {
        #expect(format.payload(for: PayloadSamples.notification(), options: PayloadOptions()) == nil)
    }

    @Test func pagerDutysKeyIsInTheBodyThatIsSentOnly() throws {
        let stored = try PayloadSamples.payload(.pagerduty, PayloadSamples.notification()).body
        #expect(!stored.contains("routing_key"))
        let sent = PayloadFormat.pagerduty.completed(stored, key: #"k"\1"#)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(sent.utf8)) as? [String: Any])
        #expect(object["routing_key"] as? String == #"k"\1"#)
        #expect(object["event_action"] as? String == "trigger")
        #expect(PayloadFormat.pagerduty.completed("{}", key: "k") == #"{"routing_key":"k"}"#)
        #expect(PayloadFormat.pagerduty.headers(key: "k").isEmpty)
    }

    @Test func opsgeniesKeyIsInAHeader() {
        let headers = PayloadFormat.opsgenie.headers(key: "k-1")
        #expect(headers.map(\.name) == ["authorization"])
        #expect(headers.map(\.value) == ["GenieKey k-1"])
        #expect(PayloadFormat.opsgenie.completed("{}", key: "k-1") == "{}")
    }

    @Test(arguments: [("k", true), ("", false), ("a b", false), ("a\r\nb", false), ("ä", false)])
    func aKeyIsOfVisibleASCII(key: String, isKey: Bool) {
        #expect(PayloadFormat.isKey(key) == isKey)
        #expect(PayloadFormat.opsgenie.headers(key: key).isEmpty == !isKey)
        #expect((PayloadFormat.pagerduty.completed("{}", key: key) != "{}") == isKey)
    }
}
