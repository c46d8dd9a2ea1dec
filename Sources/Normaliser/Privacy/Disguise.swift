package import EventModel

/// Makes of a value what may be stored. A disguised address is still an address, so that the events stay valid and rules that
/// group by it go on working.
package struct Disguise: Sendable {
    private let key: (UInt64, UInt64)

    /// - Parameter secret: whoever has it can tell whether a pseudonym is that of a value he knows. With another one every
    ///   pseudonym is another.
    package init(secret: Secret) {
        var hash = SipHash128(key: (0x7065_7269_6d65_7465, 0x7220_7072_6976_6163))
        Array(secret.value.utf8).withUnsafeBytes { hash.combine($0) }
        let bits = hash.finish()
        key = (bits.high, bits.low)
    }

    /// Nil for `drop`.
    package func text(_ text: String, _ treatment: PrivacyRules.Treatment) -> String? {
        switch treatment {
        case .drop: nil
        case .mask: masked(text)
        case .pseudonymise: pseudonym(text)
        }
    }

    private func masked(_ text: String) -> String {
        if text.isEmpty { return "" }
        if let domain = Self.domain(of: text) { return "*@" + domain }
        return Self.address(in: text).map(Self.network) ?? "***"
    }

    /// The network of an address: what it is of a site, without what it is of a machine there.
    private static func network(_ address: IPAddress) -> String {
        IPNetwork(address, prefixLength: address.isV4 ? 24 : 48).address.description
    }

    private func pseudonym(_ text: String) -> String {
        if text.isEmpty { return "" }
        // A name is the same one in upper case.
        let lowered = text.lowercased()
        let bits = hash(lowered)
        if Self.address(in: text) != nil { return Self.uniqueLocalAddress(bits) }
        let word = "p-" + Self.hexadecimal(bits.high) + Self.hexadecimal(bits.low).prefix(8)
        return Self.domain(of: lowered).map { "\(word)@\($0)" } ?? word
    }

    private func hash(_ text: String) -> (high: UInt64, low: UInt64) {
        var hash = SipHash128(key: key)
        var text = text
        text.withUTF8 { hash.combine(UnsafeRawBufferPointer($0)) }
        return hash.finish()
    }

    /// An address of RFC 4193 that stands for another one: `fd`, and 120 bits of the hash.
    private static func uniqueLocalAddress(_ bits: (high: UInt64, low: UInt64)) -> String {
        IPAddress(high: bits.high & 0x00ff_ffff_ffff_ffff | 0xfd00_0000_0000_0000, low: bits.low).description
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func domain(of text: String) -> Substring? {
        var copy = text
        guard copy.withUTF8({ EmailText.isValid(UnsafeRawBufferPointer($0)) }), let at = text.lastIndex(of: "@") else {
            return nil
        }
        return text[text.index(after: at)...]
    }

    private static func address(in text: String) -> IPAddress? {
        var text = text
        return text.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            return IPText.address(in: bytes).flatMap { IPAddress(UnsafeRawBufferPointer(rebasing: bytes[$0])) }
        }
    }
}
