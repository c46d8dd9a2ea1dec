/// What classes and activities are called in other versions of OCSF than the one that is written.
///
/// The one place that knows: a mapping file says for which version it is written, and its names are brought to the version of
/// `OCSFSchema` row by row. To write a later version, its schema replaces the table of `OCSFSchema` and the list of
/// `EventClass`; mapping files stay as they are.
package enum OCSFVersions {
    /// One name that another took the place of.
    package struct Move: Sendable {
        /// The version since which the new name holds.
        package var since: String
        /// `class/activity`, or a class, of which then all activities keep their names.
        package var old: String
        package var new: String

        package init(since: String, old: String, new: String) {
            self.since = since
            self.old = old
            self.new = new
        }
    }

    /// The version of the events that are made: `metadata.version`.
    package static let written = OCSFSchemaTable.version

    /// The versions that a file can be written for, the last of which is written.
    package static let known = released.filter { !isBefore(written, $0) }
    private static let released = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0", "1.9.0"]

    /// Every renaming and replacement among classes that mapping files may use, in the order of versions
    /// (https://github.com/ocsf/ocsf-schema/blob/main/CHANGELOG.md). A class that several took the place of has the one that its
    /// activities agree with.
    package static let moves: [Move] = [
        Move(since: "1.1.0", old: "authentication/service_ticket", new: "authentication/service_ticket_request"),
        Move(since: "1.1.0", old: "network_file_activity", new: "file_hosting"),
        Move(since: "1.1.0", old: "security_finding", new: "detection_finding"),
        Move(since: "1.9.0", old: "account_change/attach_policy", new: "user_management/attach_policies"),
        Move(since: "1.9.0", old: "account_change/detach_policy", new: "user_management/detach_policies"),
        Move(since: "1.9.0", old: "account_change/mfa_factor_enable", new: "user_management/enable_mfa_factors"),
        Move(since: "1.9.0", old: "account_change/mfa_factor_disable", new: "user_management/disable_mfa_factors"),
        Move(since: "1.9.0", old: "account_change", new: "user_management"),
        Move(since: "1.9.0", old: "user_access/revoke_privileges", new: "user_management/remove_privileges"),
        Move(since: "1.9.0", old: "user_access", new: "user_management"),
    ]

    /// The name in `version` of what a file for the version `from` calls `class/activity`, or a class.
    package static func name(
        of name: String, from: String, in version: String = written, by moves: [Move] = moves
    ) -> String {
        var name = name
        for move in moves where isBefore(from, move.since) && !isBefore(version, move.since) {
            if name == move.old {
                name = move.new
            } else if name.hasPrefix(move.old + "/") {
                name = move.new + name.dropFirst(move.old.utf8.count)
            }
        }
        return name
    }

    private static func isBefore(_ a: String, _ b: String) -> Bool {
        func numbers(_ version: String) -> [Int] { version.split(separator: ".").map { Int($0) ?? 0 } }
        return numbers(a).lexicographicallyPrecedes(numbers(b))
    }
}
