import COpenSSL
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A signing key of Standard Webhooks, version 1: `whsec_` and the key in base64. Never printed.
public struct WebhookSecret: Sendable, Equatable {
    let key: [UInt8]

    /// The lengths that the specification allows, in bytes.
    public static let keyLengths = 24...64

    /// Reads a secret as configured; nil if it is none.
    public init?(_ text: String) {
        let encoded = text.hasPrefix("whsec_") ? String(text.dropFirst(6)) : text
        guard let key = Data(base64Encoded: encoded), WebhookSecret.keyLengths.contains(key.count) else { return nil }
        self.key = [UInt8](key)
    }

    /// A secret of these bytes; nil if they are too few or too many.
    public init?(key: [UInt8]) {
        guard WebhookSecret.keyLengths.contains(key.count) else { return nil }
        self.key = key
    }

    public static func == (a: WebhookSecret, b: WebhookSecret) -> Bool {
        a.key.count == b.key.count && CRYPTO_memcmp(a.key, b.key, a.key.count) == 0
    }
}

extension WebhookSecret: CustomStringConvertible, CustomReflectable {
    public var description: String { "<redacted>" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
