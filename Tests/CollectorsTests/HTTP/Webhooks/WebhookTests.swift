import Collectors
import EventModel
import Foundation
import Testing

struct WebhookTests {
    static func code(_ algorithm: SignatureScheme.Algorithm, _ key: String, _ text: String) -> [UInt8] {
        Array(text.utf8).withUnsafeBytes { MessageCode.make(algorithm, key: Secret(key), over: [$0]) } ?? []
    }

    static func hex(_ key: String, _ text: String, _ algorithm: SignatureScheme.Algorithm = .sha256) -> String {
        code(algorithm, key, text).map { String(format: "%02x", $0) }.joined()
    }

    /// docs.github.com, "Validating webhook deliveries"; RFC 2202 and RFC 4231, case 2.
    @Test(arguments: [
        (
            SignatureScheme.Algorithm.sha256, "It's a Secret to Everybody", "Hello, World!",
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
        ),
        (.sha1, "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (.sha256, "Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            .sha512, "Jefe", "what do ya want for nothing?",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
    ])
    func `codes are those that are published`(algorithm: SignatureScheme.Algorithm, key: String, text: String, code: String) {
        #expect(Self.hex(key, text, algorithm) == code)
    }

    @Test func `a delivery of GitHub is verified, and keeps its bytes`() async throws {
        let rig = try HTTPRig([("gh", .webhook(.github))])
        let body = #"{ "action":"added", "member":{"login":"mona"} }"#
        try await rig.run { rig async throws in
            let headers = [
                "X-Hub-Signature-256": "sha256=" + Self.hex(HTTPRig.token("gh"), body), "X-GitHub-Event": "member",
                "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958", "Content-Type": "application/json",
            ]
            #expect(try await rig.send("/webhooks/gh", body, headers).status == 200)
            #expect(try await rig.send("/webhooks/gh", body + " ", headers).status == 401)
            var form = headers
            form["Content-Type"] = "application/x-www-form-urlencoded"
            #expect(try await rig.send("/webhooks/gh", body, form).status == 415)
            #expect(try await rig.send("/webhooks/gh", body, ["X-GitHub-Event": "member"]).status == 401)
            #expect(try await rig.send("/webhooks/gh", [], [:], method: "GET").status == 405)
        }
        #expect(rig.sink.texts == [
            #"{"github_event":"member","github_delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","body":\#(body)}"#
        ])
        #expect(rig.sink.refusals == [.signature: 2, .malformed: 1])
    }

    @Test func `an event hook of Okta answers its challenge, and each event is a record`() async throws {
        let rig = try HTTPRig([("okta", .webhook(.okta))])
        try await rig.run { rig async throws in
            let challenge = try await rig.send("/webhooks/okta", nil, ["x-okta-verification-challenge": "a \"b\""], method: "GET")
            #expect(challenge == .init(status: 200, body: #"{"verification":"a \"b\""}"#, headers: [:]))
            let body = #"{"eventType":"com.okta.event_hook","data":{"events":[{"uuid":"1" },{"uuid":"2"}]}}"#
            #expect(try await rig.send("/webhooks/okta", body, ["Authorization": HTTPRig.token("okta")]).status == 200)
            #expect(try await rig.send("/webhooks/okta", body, ["Authorization": "guess"]).status == 401)
            #expect(try await rig.send("/webhooks/okta", body).status == 401)
            #expect(try await rig.send("/webhooks/okta", "{}", ["Authorization": HTTPRig.token("okta")]).status == 400)
        }
        #expect(rig.sink.texts == [#"{"uuid":"1" }"#, #"{"uuid":"2"}"#])
        #expect(rig.sink.refusals == [.authentication: 2, .malformed: 1])
    }

    static func signed(_ name: String, _ body: String, by key: String, age: Int = 0, zoom: Bool) -> [String: String] {
        let time = String(Int(Date().timeIntervalSince1970) - age)
        let signature = "v0=" + hex(key, "v0:\(time):\(body)")
        return zoom
            ? ["x-zm-request-timestamp": time, "x-zm-signature": signature]
            : ["X-Slack-Request-Timestamp": time, "X-Slack-Signature": signature]
    }

    @Test func `Slack is verified within five minutes, and its challenge answered`() async throws {
        let rig = try HTTPRig([("slack", .webhook(.slack))])
        let key = HTTPRig.token("slack")
        try await rig.run { rig async throws in
            let challenge = #"{"token":"t","challenge":"3eZbrw1a","type":"url_verification"}"#
            let reply = try await rig.send("/webhooks/slack", challenge, Self.signed("slack", challenge, by: key, zoom: false))
            #expect(reply.body == #"{"challenge":"3eZbrw1a"}"#)
            let event = #"{"type":"event_callback","event":{"type":"team_join"}}"#
            for (age, status) in [(0, 200), (290, 200), (310, 401), (-310, 401)] {
                let headers = Self.signed("slack", event, by: key, age: age, zoom: false)
                #expect(try await rig.send("/webhooks/slack", event, headers).status == status, "\(age)")
            }
            #expect(try await rig.send("/webhooks/slack", event, Self.signed("slack", event, by: "other", zoom: false)).status == 401)
        }
        #expect(rig.sink.records.count == 2)
        #expect(rig.sink.refusals == [.signature: 3])
    }

    @Test func `Zoom is verified, and its validation answered`() async throws {
        let rig = try HTTPRig([("zoom", .webhook(.zoom))])
        let key = HTTPRig.token("zoom")
        try await rig.run { rig async throws in
            let check = #"{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}"#
            let reply = try await rig.send("/webhooks/zoom", check, Self.signed("zoom", check, by: key, zoom: true))
            let code = Self.hex(key, "qgg8vlvZRS6UYooatFL8Aw")
            #expect(reply.body == #"{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"\#(code)"}"#)
            let event = #"{"event":"user.signed_in","payload":{"account_id":"a"}}"#
            #expect(try await rig.send("/webhooks/zoom", event, Self.signed("zoom", event, by: key, zoom: true)).status == 200)
        }
        #expect(rig.sink.texts == [#"{"event":"user.signed_in","payload":{"account_id":"a"}}"#])
    }

    @Test(arguments: [#"[{"log_id":"1"},{"log_id":"2"}]"#, "{\"log_id\":\"1\"}\n{\"log_id\":\"2\"}\n"])
    func `a log stream of Auth0 comes in any arrangement`(body: String) async throws {
        let rig = try HTTPRig([("auth0", .webhook(.auth0))])
        try await rig.run { rig async throws in
            #expect(try await rig.send("/webhooks/auth0", body, ["Authorization": HTTPRig.token("auth0")]).status == 200)
        }
        #expect(rig.sink.texts == [#"{"log_id":"1"}"#, #"{"log_id":"2"}"#])
    }

    @Test func `any HMAC can be described`() async throws {
        let scheme = SignatureScheme(
            header: "X-Signature", prefix: "s=", algorithm: .sha512, encoding: .base64, timestampHeader: "X-Time",
            signed: "{timestamp}|{body}|end")
        let rig = try HTTPRig([("own", .webhook(.hmac(scheme)))])
        try await rig.run { rig async throws in
            let time = String(Int(Date().timeIntervalSince1970))
            for body in [#"{"a":1}"#, "plain text\nof two lines"] {
                let code = Data(Self.code(.sha512, HTTPRig.token("own"), "\(time)|\(body)|end")).base64EncodedString()
                #expect(try await rig.send("/webhooks/own", body, ["X-Signature": "s=" + code, "X-Time": time]).status == 200)
                #expect(try await rig.send("/webhooks/own", body, ["X-Signature": code, "X-Time": time]).status == 401)
                #expect(try await rig.send("/webhooks/own", body, ["X-Signature": "s=" + code, "X-Time": time + "0"]).status == 401)
            }
        }
        #expect(rig.sink.texts == [#"{"a":1}"#, "plain text", "of two lines"])
    }

    @Test(arguments: [
        ("{body}", nil, true), ("{timestamp}.{body}", "X-Time", true), ("{timestamp}", "X-Time", false), ("{body}{body}", nil, false),
        ("{body}", "X-Time", false), ("{timestamp}{body}", nil, false), ("v1:{timestamp}:{body}:{timestamp}", "X-Time", true),
    ])
    func `a pattern of what is signed is checked`(signed: String, header: String?, isRight: Bool) {
        #expect((SignatureScheme(header: "X", timestampHeader: header, signed: signed).flaw == nil) == isRight)
    }
}
