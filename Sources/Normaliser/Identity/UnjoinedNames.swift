import EventModel

/// Names that are no one account's: nothing is learned from an event that carries one.
enum UnjoinedNames {
    /// Longer ones are no names of accounts. An address has at most 254 bytes (RFC 5321, section 4.5.3.1.3, without the angle
    /// brackets).
    static let maximumBytes = 254

    /// Logins and ids that stand for everybody, for nobody, or for a role that many have.
    private static let logins = ByteTable(
        [
            "-", "--", "0", "-1", "n/a", "na", "nil", "null", "none", "undefined", "unknown", "not available", "anonymous",
            "anonymous user", "guest", "everyone", "nobody", "system", "daemon", "root", "admin", "admins", "administrator",
            "administrators", "superuser", "sysadmin", "user", "users", "test", "service", "support", "api", "app", "bot",
            "ghost", "noreply", "no-reply", "default", "public", "local", "localhost", "ec2-user", "ubuntu", "operator",
            // The nil UUID, and Windows' well-known accounts: nobody, everyone, anonymous, system, the two services.
            "00000000-0000-0000-0000-000000000000", "s-1-0-0", "s-1-1-0", "s-1-5-7", "s-1-5-18", "s-1-5-19", "s-1-5-20",
        ].map { ($0, 0) })

    /// What stands before the at sign of addresses that nobody reads, or whoever is on duty.
    private static let mailboxes = ByteTable(
        [
            "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "do_not_reply", "mailer-daemon", "postmaster",
            "root", "nobody", "anonymous", "unknown", "system", "notifications", "notification", "bounce", "bounces",
        ].map { ($0, 0) })

    /// Whether an id or login, in lower case, is the name of one account.
    static func isAccount(_ name: UnsafeRawBufferPointer) -> Bool {
        guard !name.isEmpty, name.count <= maximumBytes, logins.find(name) == nil else { return false }
        // Control characters are no part of names, and would be one of what people are shown.
        return !name.contains { $0 < 0x20 || $0 == 0x7f }
    }

    /// Whether an address, in its normal form, is one that somebody owns.
    static func isPersonal(_ address: UnsafeRawBufferPointer) -> Bool {
        guard address.count <= maximumBytes, let at = address.lastIndex(of: UInt8(ascii: "@")) else { return false }
        if mailboxes.find(UnsafeRawBufferPointer(rebasing: address[..<at])) != nil { return false }
        let domain = address[(at + 1)...]
        return !domain.starts(with: "users.noreply.".utf8) && !domain.starts(with: "noreply.".utf8)
    }

    /// Whether an id is long enough to be unique everywhere, as UUIDs and Okta's, Google's and Microsoft's ids are; shorter ones
    /// are unique within a tenant, and so is every login.
    static func isUniqueEverywhere(_ id: UnsafeRawBufferPointer) -> Bool {
        var count = 0
        for byte in id where (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 { count += 1 }
        return count >= 16
    }
}
