/// What playbooks may be called: the name is that of a file, too.
public enum PlaybookName {
    /// What a name looks like, for messages.
    public static let form = "the name of a playbook, at most 64 small letters, digits and hyphens, as in account-takeover"

    /// Small ASCII letters and digits, and hyphens between them.
    public static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard (1...64).contains(bytes.count), bytes.first != hyphen, bytes.last != hyphen else { return false }
        return bytes.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == hyphen }
    }

    private static let hyphen = UInt8(ascii: "-")
}
