import Alerting
import EventModel
import Testing

@Suite struct WebhookTests {
    @Test(arguments: [
        ("a", "https://example.com/x", false), ("a.b-c_9", "https://[2001:db8::1]:8443/x?y=z", false),
        ("a", "http://127.0.0.1:8080/", false), ("a", "http://localhost/x", false), ("a", "http://[::1]:1/", false),
        ("a", "http://example.com/", true),
    ])
    func accepts(name: String, url: String, isInsecureAllowed: Bool) throws {
        let webhook = try Webhook(name: name, url: url, allowsInsecureHTTP: isInsecureAllowed)
        #expect(webhook.url == url)
        #expect(webhook.timeout == .seconds(20))
        #expect(!webhook.allowsPrivateAddresses)
    }

    @Test(arguments: [
        ("", "https://example.com/", [], 20, WebhookError.Code.name), ("a b", "https://example.com/", [], 20, .name),
        (String(repeating: "a", count: 65), "https://example.com/", [], 20, .name),
        ("a", "", [], 20, .url), ("a", "example.com", [], 20, .url), ("a", "ftp://example.com/", [], 20, .url),
        ("a", "https://", [], 20, .url), ("a", "http://example.com/", [], 20, .insecure),
        ("a", "http://127.0.0.1.example.com/", [], 20, .insecure), ("a", "https://u:p@example.com/", [], 20, .userInfo),
        ("a", "https://example.com/#f", [], 20, .userInfo), ("a", "https://example.com/", ["whsec_AA=="], 20, .secret),
        ("a", "https://example.com/", [], 0, .timeout), ("a", "https://example.com/", [], 301, .timeout),
    ] as [(String, String, [String], Int, WebhookError.Code)])
    func refuses(name: String, url: String, secrets: [String], timeout: Int, code: WebhookError.Code) {
        let error = #expect(throws: WebhookError.self) {
            _ = try Webhook(name: name, url: url, secrets: secrets, timeout: .seconds(timeout))
        }
        #expect(error?.code == code)
        for secret in secrets { #expect(error?.description.contains(secret) == false) }
    }

    @Test(arguments: [
        ("8.8.8.8", true), ("2606:4700::1111", true), ("172.32.0.1", true), ("100.128.0.1", true),
        ("10.1.2.3", false), ("127.0.0.1", false), ("169.254.169.254", false), ("172.16.0.1", false), ("172.31.255.255", false),
        ("192.168.1.1", false), ("100.64.0.1", false), ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false),
        ("::1", false), ("::", false), ("fe80::1", false), ("fd00:ec2::254", false), ("::ffff:10.0.0.1", false),
        ("::ffff:8.8.8.8", true), ("64:ff9b::a00:1", false), ("2002:a00:1::", false), ("ff02::1", false),
    ])
    func tellsPublicAddresses(text: String, isPublic: Bool) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.isPublic(address) == isPublic)
    }

    @Test(arguments: ["http://127.0.0.1:9/", "http://localhost:9/", "https://10.0.0.1/", "https://[::1]/"])
    func sendsNothingToPrivateAddresses(url: String) async throws {
        let transport = HTTPTransport()
        let webhook = try Webhook(name: "hook", url: url)
        let delivery = PendingDelivery(
            id: "m", endpoint: "hook", thread: "f", body: "{}", failedAttempts: 0, createdAt: Timestamp(seconds: 0))
        let attempt = await transport.send(WebhookRequest(webhook, delivery, at: Timestamp(seconds: 1)), to: webhook)
        guard case .refused(let reason) = attempt else {
            Issue.record("was not refused: \(attempt)")
            return
        }
        #expect(reason.contains("not public"))
        await transport.shutdown()
    }

    @Test func namesThatDoNotResolveAreFailures() async throws {
        let transport = HTTPTransport()
        let webhook = try Webhook(name: "hook", url: "https://nobody.invalid/")
        let delivery = PendingDelivery(
            id: "m", endpoint: "hook", thread: "f", body: "{}", failedAttempts: 0, createdAt: Timestamp(seconds: 0))
        let attempt = await transport.send(WebhookRequest(webhook, delivery, at: Timestamp(seconds: 1)), to: webhook)
        guard case .failure(let reason) = attempt else {
            Issue.record("did not fail: \(attempt)")
            return
        }
        #expect(reason.contains("cannot be resolved"))
        await transport.shutdown()
    }
}
