import COpenSSL

/// The names that a certificate is for: the DNS names of its subject alternative name, or, where it has none, the common name of
/// its subject (RFC 6125, section 6.4.4).
public struct CertificateNames: Sendable, Equatable {
    /// More names of one certificate are not looked at.
    private static let maximumCount = 256

    public let names: [String]

    public init(names: [String]) {
        self.names = names
    }

    /// The names of a certificate in DER form. Bytes that are no certificate have none.
    package init(der: [UInt8]) {
        let certificate = der.withUnsafeBufferPointer { bytes in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
        guard let certificate else {
            names = []
            return
        }
        defer { X509_free(certificate) }
        let alternatives = Self.alternativeNames(certificate)
        names = alternatives.isEmpty ? Self.commonNames(certificate) : alternatives
    }

    /// Whether one of the names is one of the patterns, case ignored. `*.example.com` stands for exactly one label in the star's
    /// place (RFC 5425, section 5.2).
    public func matches(_ patterns: [String]) -> Bool {
        names.contains { name in patterns.contains { Self.matches(name, $0) } }
    }

    /// Whether a text can be a pattern: a star stands alone, in the place of the first label.
    public static func isPattern(_ text: String) -> Bool {
        let rest = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !rest.isEmpty && !rest.contains("*") && !rest.hasPrefix(".")
            && rest.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        let name = name.lowercased()
        let pattern = pattern.lowercased()
        guard pattern.hasPrefix("*.") else { return name == pattern }
        guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return false }
        return name[dot...] == pattern.dropFirst()
    }

    private static func alternativeNames(_ certificate: OpaquePointer) -> [String] {
        guard let found = X509_get_ext_d2i(certificate, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(found)
        defer { GENERAL_NAMES_free(stack) }
        var names: [String] = []
        for index in 0..<min(OPENSSL_sk_num(stack), Int32(maximumCount)) {
            guard let value = OPENSSL_sk_value(stack, index) else { continue }
            let name = value.assumingMemoryBound(to: GENERAL_NAME.self)
            if name.pointee.type == GEN_DNS, let text = text(name.pointee.d.dNSName) { names.append(text) }
        }
        return names
    }

    private static func commonNames(_ certificate: OpaquePointer) -> [String] {
        guard let subject = X509_get_subject_name(certificate) else { return [] }
        var names: [String] = []
        var index: Int32 = -1
        while names.count < maximumCount {
            index = X509_NAME_get_index_by_NID(subject, NID_commonName, index)
            guard index >= 0, let entry = X509_NAME_get_entry(subject, index) else { break }
            if let text = text(X509_NAME_ENTRY_get_data(entry)) { names.append(text) }
        }
        return names
    }

    /// The text with whatever is in it, a NUL too: cut there, `a.example.com\0.evil.com` would pass for another.
    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String? {
        guard let string else { return nil }
        var utf8: UnsafeMutablePointer<UInt8>?
        let count = ASN1_STRING_to_UTF8(&utf8, string)
        guard count >= 0, let utf8 else { return nil }
        defer { CRYPTO_free(utf8, #file, #line) }
        return String(validating: UnsafeBufferPointer(start: utf8, count: Int(count)), as: UTF8.self)
    }
}
