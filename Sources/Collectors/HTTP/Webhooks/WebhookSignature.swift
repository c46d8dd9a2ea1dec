import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The signature that a request carries, as far as its headers tell.
struct WebhookSignature: Sendable {
    private static let maximumTimestampDigits = 19

    private let scheme: SignatureScheme
    private let given: [UInt8]
    private let timestamp: String

    /// - Parameters:
    ///   - header: a header's value, by its name.
    ///   - now: seconds since 1970.
    /// - Throws: `.badSignature` if one is missing, is none, or is of another time. Nothing has been computed then.
    init(_ scheme: SignatureScheme, now: Int64, header: (String) -> String?) throws(RequestFailure) {
        self.scheme = scheme
        guard let text = header(scheme.header), text.hasPrefix(scheme.prefix) else { throw .badSignature }
        let code = text.dropFirst(scheme.prefix.count)
        let decoded =
            switch scheme.encoding {
            case .hex: Hex.bytes(code)
            case .base64: Data(base64Encoded: String(code)).map { Array($0) }
            }
        guard let decoded, !decoded.isEmpty else { throw .badSignature }
        given = decoded
        guard let name = scheme.timestampHeader else {
            timestamp = ""
            return
        }
        guard let time = header(name), time.utf8.count <= Self.maximumTimestampDigits, let seconds = Int64(time),
            seconds > now - SignatureScheme.tolerance - 1, seconds < now + SignatureScheme.tolerance + 1
        else { throw .badSignature }
        timestamp = time
    }

    /// Whether one of the secrets signed the body. All are tried, so that time tells nothing of which one it was.
    func verifies(_ body: UnsafeRawBufferPointer, _ secrets: [Secret]) -> Bool {
        var (before, after) = scheme.surroundings(timestamp: timestamp)
        var isValid = false
        before.withUTF8 { before in
            after.withUTF8 { after in
                let pieces = [UnsafeRawBufferPointer(before), body, UnsafeRawBufferPointer(after)]
                for secret in secrets {
                    guard let code = MessageCode.make(scheme.algorithm, key: secret, over: pieces) else { continue }
                    if MessageCode.areEqual(code, given) { isValid = true }
                }
            }
        }
        return isValid
    }
}
