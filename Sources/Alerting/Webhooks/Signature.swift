import COpenSSL
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The symmetric signature of Standard Webhooks, version 1: HMAC-SHA256 over `id.timestamp.body`, in base64 after `v1,`.
public enum Signature {
    /// The value of `webhook-signature`: one signature a secret, a space between them, so that a secret can be replaced while
    /// receivers still know the old one.
    ///
    /// - Parameter timestamp: seconds since 1970 of the attempt, the value of `webhook-timestamp`.
    public static func header(id: String, timestamp: Int64, body: String, secrets: [WebhookSecret]) -> String {
        secrets.map { "v1," + Data(mac(id: id, timestamp: timestamp, body: body, secret: $0)).base64EncodedString() }
            .joined(separator: " ")
    }

    /// Whether one of the header's signatures is one of the secrets', compared in constant time.
    public static func verify(
        _ header: String, id: String, timestamp: Int64, body: String, secrets: [WebhookSecret]
    ) -> Bool {
        var isValid = false
        for part in header.split(separator: " ") where part.hasPrefix("v1,") {
            guard let given = Data(base64Encoded: String(part.dropFirst(3))) else { continue }
            for secret in secrets {
                let expected = mac(id: id, timestamp: timestamp, body: body, secret: secret)
                // Every pair is compared, so that time tells nothing about which one matched.
                if given.count == expected.count, CRYPTO_memcmp([UInt8](given), expected, expected.count) == 0 { isValid = true }
            }
        }
        return isValid
    }

    private static func mac(id: String, timestamp: Int64, body: String, secret: WebhookSecret) -> [UInt8] {
        let signed = Array("\(id).\(timestamp).\(body)".utf8)
        var mac = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        let result = HMAC(EVP_sha256(), secret.key, Int32(secret.key.count), signed, signed.count, &mac, &length)
        precondition(result != nil && length == 32, "libcrypto computes HMAC-SHA256 over memory that it was given")
        return Array(mac[..<Int(length)])
    }
}
