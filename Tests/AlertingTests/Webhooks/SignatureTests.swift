import Alerting
import Testing

@Suite struct SignatureTests {
    // Keys of the bytes 1...32 and 100...123; signatures computed with Python's hmac module.
    static let first = "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="
    static let second = "whsec_ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7"
    static let body = #"{"class_uid":2004,"title":"Grüße"}"#
    static let firstSignature = "v1,HAsnxWor16DvYxr2ZH1TXH8CXBljrf8LcOMdONpcRQo="
    static let secondSignature = "v1,Ew5IAMIFImMSgFft65Mye2TeGfv4e629AGnGZsTSqUA="

    private func secrets(_ texts: String...) throws -> [WebhookSecret] {
        try texts.map { try #require(WebhookSecret($0)) }
    }

    @Test func signsIDTimeAndBody() throws {
        let header = Signature.header(
            id: "msg_a1", timestamp: 1_795_521_600, body: Self.body, secrets: try secrets(Self.first, Self.second))
        #expect(header == Self.firstSignature + " " + Self.secondSignature)
    }

    @Test(arguments: [
        (firstSignature, "msg_a1", 1_795_521_600, body, true),
        ("v1,AAAA \(firstSignature)", "msg_a1", 1_795_521_600, body, true),
        (firstSignature, "msg_a2", 1_795_521_600, body, false),
        (firstSignature, "msg_a1", 1_795_521_601, body, false),
        (firstSignature, "msg_a1", 1_795_521_600, body + " ", false),
        (secondSignature, "msg_a1", 1_795_521_600, body, false),
        ("", "msg_a1", 1_795_521_600, body, false),
        ("v1a," + firstSignature.dropFirst(3), "msg_a1", 1_795_521_600, body, false),
    ])
    func verifies(header: String, id: String, timestamp: Int64, body: String, isValid: Bool) throws {
        let isVerified = Signature.verify(header, id: id, timestamp: timestamp, body: body, secrets: try secrets(Self.first))
        #expect(isVerified == isValid)
    }

    @Test(arguments: ["", "whsec_", "whsec_AQID", "whsec_not base64 at all!", "whsec_" + String(repeating: "AAAA", count: 22)])
    func refusesBadSecrets(text: String) {
        #expect(WebhookSecret(text) == nil)
    }

    @Test func neverPrintsASecret() throws {
        let secret = try #require(WebhookSecret(Self.first))
        var dumped = ""
        dump(secret, to: &dumped)
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        #expect(!dumped.contains("1"))
        #expect(secret == WebhookSecret(Self.first))
        #expect(secret != WebhookSecret(Self.second))
    }
}
