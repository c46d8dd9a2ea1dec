/// An address of mail that needs no quoting (RFC 5321 `Dot-string`): `siem@example.com`.
public struct EmailAddress: Sendable, Hashable, CustomStringConvertible {
    public let local: String
    public let domain: String

    /// Nil for anything else: quoted local parts, display names, literal addresses, letters beyond ASCII.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (1...253).contains(parts[1].utf8.count),
            EmailAddress.isDotted(parts[0], also: "!#$%&'*+-/=?^_`{|}~"), EmailAddress.isDotted(parts[1], also: "-"),
            parts[1].split(separator: ".").allSatisfy({ !$0.hasPrefix("-") && !$0.hasSuffix("-") && $0.utf8.count <= 63 })
        else { return nil }
        local = String(parts[0])
        domain = String(parts[1])
    }

    public var description: String { local + "@" + domain }

    private static func isDotted(_ text: Substring, also marks: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.allSatisfy { ASCII.isAlphanumeric($0) || marks.utf8.contains($0) }
        }
    }
}
