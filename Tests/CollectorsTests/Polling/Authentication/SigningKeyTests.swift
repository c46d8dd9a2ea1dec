import Collectors
import EventModel
import TestSupport
import Testing

struct SigningKeyTests {
    @Test(arguments: [("RS256", TestKeys.rsa), ("ES256", TestKeys.elliptic)])
    func kinds(_ algorithm: String, _ pem: String) throws {
        let key = try SigningKey(pem: pem)
        #expect(key.algorithm == algorithm)
        let signature = try key.sign(Array("text".utf8))
        #expect(signature.count == (algorithm == "ES256" ? 64 : 256))
        #expect(try key.fingerprint().hasPrefix("SHA256:"))
        // Escaped line breaks, as environment variables have them.
        let escaped = pem.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
        #expect(try SigningKey(pem: escaped).fingerprint() == key.fingerprint())
    }

    @Test func encryptedKeysNeedTheirPassphrase() throws {
        let opened = try SigningKey(pem: TestKeys.encrypted, passphrase: "opensesame").fingerprint()
        #expect(try opened == SigningKey(pem: TestKeys.rsa).fingerprint())
        for wrong in [nil, "", "other"] as [String?] {
            #expect(throws: SigningError.self) { _ = try SigningKey(pem: TestKeys.encrypted, passphrase: wrong).algorithm }
        }
    }

    @Test(arguments: ["", "secret", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", TestKeys.weak])
    func isRefusedWithoutRepeatingIt(_ pem: String) {
        do {
            _ = try SigningKey(pem: pem).algorithm
            Issue.record("it must be refused")
        } catch {
            #expect(!"\(error)".contains("AAAA") && !"\(error)".contains("secret"))
        }
    }

    @Test func base64HasNoPadding() {
        #expect(Base64.encodeURL([0xfb, 0xff, 0xfe, 1]) == "-__-AQ")
        #expect(TestKeys.decode("-__-AQ") == [0xfb, 0xff, 0xfe, 1])
    }
}

struct DuoSignatureTests {
    /// https://duo.com/docs/adminapi#authentication: date, method, host, path and sorted parameters, a line each.
    @Test func theCanonicalText() throws {
        let url = try #require(PollURL("https://api-XXXX.duosecurity.com/admin/v1/x?username=root&realname=First%20Last&a=%7e"))
        let text = DuoSignature.canonical(date: "Tue, 21 Aug 2012 17:29:18 -0000", method: "get", url: url)
        #expect(
            text == "Tue, 21 Aug 2012 17:29:18 -0000\nGET\napi-xxxx.duosecurity.com\n/admin/v1/x\n"
                + "a=~&realname=First%20Last&username=root")
    }

    @Test func theHeadersAreSignedOverTheDateThatIsSent() throws {
        let url = try #require(PollURL("https://h/x?b=2&a=1"))
        let time = try #require(RFC3339.parse("2012-08-21T17:29:18Z"))
        let headers = DuoSignature.headers(PollRequest(url: url), integrationKey: "DI", secretKey: Secret("key"), now: time)
        #expect(headers.first?.value == "Tue, 21 Aug 2012 17:29:18 -0000")
        let basic = String(headers[1].value.dropFirst("Basic ".count).prefix { $0 != "=" })
        let text = String(decoding: TestKeys.decode(basic), as: UTF8.self)
        // Computed with Python's hmac over the same five lines.
        #expect(text == "DI:\(Self.signature)")
    }

    private static let signature =
        "dd9b363a87864f4193c46181941da462634c9c9d41227ed306e760c80ae32cfdb4dcb8fa249d2a84b301b6c6fb83dd063bc54179c4619231b4d0061c6e06bfd0"
}
