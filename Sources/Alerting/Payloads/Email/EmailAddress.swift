/// An address of mail that needs no quoting (RFC 5321 `Dot-string`): `siem@example.com`.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    public let local: String
    public let domain: String

    /// Nil for anything else: quoted local parts, display names, literal addresses, letters beyond ASCII.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count),
            EmailAddress.isDotted(parts[0], also: "!#$%&'*+-/=?^_`{|}~"), EmailAddress.isDomain(parts[1])
        else { return nil }
        local = String(parts[0])
        domain = String(parts[1])
    }

    public var description: String { local + "@" + domain }

    /// Whether the text is a domain's name of letters, digits and `-`.
    static func isDomain(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count) && isDotted(text, also: "-")
            && text.split(separator: ".").allSatisfy { !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 }
    }

    private static func isDotted(_ text: Substring, also marks: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { ASCII.isAlphanumeric($0) || marks.utf8.contains($0) }
        }
    }
}
