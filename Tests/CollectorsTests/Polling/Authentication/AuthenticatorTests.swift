import Collectors
import EventModel
import Foundation
import TestSupport
import Testing

struct AuthenticatorTests {
    private static let now = Timestamp(seconds: 1_777_629_600)

    private static func request(_ configured: PollSource) throws -> PollRequest {
        PollRequest(url: try #require(configured.configuration.baseURL.appending("/x", [])))
    }

    /// What each product's token request proves, and with what its API requests go out.
    @Test func assertionsAreSignedForTheVendor() async throws {
        for (vendor, expected) in [
            (GoogleVendor() as any Vendor, [#""iss":"siem@project.iam.gserviceaccount.com""#, #""sub":"admin@example.com""#,
                #""aud":"https://oauth2.googleapis.com/token""#, #""exp":1777633200"#, "admin.reports.audit.readonly"]),
            (SalesforceVendor(), [#""iss":"id""#, #""sub":"siem@example.com""#, #""aud":"https://login.salesforce.com""#]),
        ] {
            let configured = try PollSource(vendor, url: "https://127.0.0.1:1")
            let clock = VirtualClock(Self.now)
            let log = EventLog(seed: 1, streams: [], from: Self.now, to: Self.now + 1_000_000, count: 0, lag: 0)
            let served = ServedVendor(vendor, log, clock: clock)
            let authenticator = AuthenticatedClient(configured.configuration, transport: served, clock: clock).authenticator
            let headers = try await authenticator.headers(for: Self.request(configured))
            #expect(headers == [.init("Authorization", "Bearer t1")])
            let body = try #require(served.requests.first?.body)
            let assertion = try #require(APIRequest.between("assertion=", "&", in: body + "&"))
            let claims = try #require(TestKeys.claims(of: assertion, signedBy: TestKeys.rsa))
            for claim in expected { #expect(claims.contains(claim), "\(claims)") }
        }
    }

    @Test func aKeyPairTokenIsSentItself() async throws {
        let configured = try PollSource(SnowflakeVendor(), url: "https://127.0.0.1:1")
        let client = AuthenticatedClient(configured.configuration, transport: FixedTransport(), clock: VirtualClock(Self.now))
        let headers = try await client.authenticator.headers(for: Self.request(configured))
        #expect(headers.contains(.init("X-Snowflake-Authorization-Token-Type", "KEYPAIR_JWT")))
        let token = try #require(headers.last?.value.dropFirst("Bearer ".count))
        let claims = try #require(TestKeys.claims(of: String(token), signedBy: TestKeys.rsa))
        let print = try SigningKey(pem: TestKeys.rsa).fingerprint()
        let iss = "\"iss\":\"MYORG-ACC.SIEM.\(print)\""
        #expect(claims.contains(iss) || claims.replacing("\\/", with: "/").contains(iss), "\(claims)")
        #expect(claims.contains(#""sub":"MYORG-ACC.SIEM""#))
    }

    @Test func tokensAreKeptUntilShortlyBeforeTheirEndAndRenewedOnceWhenRefused() async throws {
        let vendor = EntraVendor()
        let configured = try PollSource(vendor, url: "https://127.0.0.1:1")
        let log = EventLog(seed: 1, streams: [], from: Self.now, to: Self.now + 1_000_000, count: 0, lag: 0)
        let clock = VirtualClock(Self.now)
        let served = ServedVendor(vendor, log, clock: clock)
        let client = AuthenticatedClient(configured.configuration, transport: served, clock: clock)
        let authenticator = client.authenticator
        let request = try Self.request(configured)
        for _ in 0..<3 { _ = try await authenticator.headers(for: request) }
        #expect(served.tokens == 1)
        try await clock.sleep(until: Self.now + 470_000_000)
        _ = try await authenticator.headers(for: request)
        #expect(served.tokens == 1)
        try await clock.sleep(until: Self.now + 481_000_000)
        _ = try await authenticator.headers(for: request)
        #expect(served.tokens == 2)
        let renewed = await authenticator.forgetToken()
        let nothing = await authenticator.forgetToken()
        #expect(renewed && !nothing, "asking a third time would not help")
    }

    @Test func oneTokenForManyStreams() async throws {
        let configured = try PollSource(EntraVendor(), url: "https://127.0.0.1:1")
        let log = EventLog(seed: 1, streams: [], from: Self.now, to: Self.now + 1_000_000, count: 0, lag: 0)
        let served = ServedVendor(EntraVendor(), log, clock: VirtualClock(Self.now))
        let authenticator = AuthenticatedClient(
            configured.configuration, transport: served, clock: VirtualClock(Self.now)
        ).authenticator
        let request = try Self.request(configured)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await authenticator.headers(for: request) } }
            try await group.waitForAll()
        }
        #expect(served.tokens == 1)
    }

    @Test(arguments: [
        (PollResponse.json(#"{"error":"invalid_client","error_description":"AADSTS7000215"}"#, status: 401), PollError.Kind.needsPerson),
        (.json(#"{"error":"x"}"#, status: 400), .needsPerson), (.json("oops", status: 503), .transient),
        (.json("{}", status: 429, ["Retry-After": "5"]), .throttled(until: now + 5_000_000)), (.json("{}"), .transient),
        (.json(#"{"access_token":"a\nb"}"#), .transient),
    ])
    func whatAnAuthorisationServerMayAnswer(_ response: PollResponse, _ kind: PollError.Kind) async throws {
        let configured = try PollSource(EntraVendor(), url: "https://127.0.0.1:1")
        let client = AuthenticatedClient(
            configured.configuration, transport: FixedTransport(response), clock: VirtualClock(Self.now))
        do {
            _ = try await client.authenticator.headers(for: Self.request(configured))
            Issue.record("it must fail")
        } catch let error as PollError {
            #expect(error.kind == kind)
            #expect(!error.description.contains("secret"))
        }
    }

    @Test func aSecretThatIsMissingOrOddNeedsAPerson() async throws {
        let configured = try PollSource(OktaVendor(), url: "https://127.0.0.1:1")
        let client = AuthenticatedClient(configured.configuration, transport: FixedTransport(), clock: VirtualClock(Self.now))
        let request = try Self.request(configured)
        try configured.folder.file("token", Data("a\r\nX-Evil: 1".utf8))
        await #expect(throws: PollError.self) { try await client.authenticator.headers(for: request) }
        try configured.folder.file("token", Data("rotated\n".utf8))
        #expect(try await client.authenticator.headers(for: request) == [.init("Authorization", "SSWS rotated")])
        try FileManager.default.removeItem(atPath: configured.folder.path("token"))
        await #expect(throws: PollError.self) { try await client.authenticator.headers(for: request) }
    }
}

/// Answers everything alike.
struct FixedTransport: PollTransport {
    var response = PollResponse.json("{}")

    init(_ response: PollResponse = .json("{}")) { self.response = response }

    func send(_ request: PollRequest) async throws(PollError) -> PollResponse { response }
}
