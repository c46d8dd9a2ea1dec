import EventModel
import Testing

@Suite struct OCSFVersionsTests {
    @Test(arguments: [
        ("authentication/service_ticket", "1.0.0", "1.8.0", "authentication/service_ticket_request"),
        ("authentication/service_ticket", "1.1.0", "1.8.0", "authentication/service_ticket"),
        ("network_file_activity/upload", "1.0.0", "1.8.0", "file_hosting/upload"),
        ("network_file_activity", "1.0.0", "1.8.0", "file_hosting"),
        ("network_file_activity_x/upload", "1.0.0", "1.8.0", "network_file_activity_x/upload"),
        ("security_finding/close", "1.0.0", "1.8.0", "detection_finding/close"),
        ("account_change/create", "1.8.0", "1.8.0", "account_change/create"),
        ("account_change/create", "1.0.0", "1.8.0", "account_change/create"),
        ("account_change/create", "1.8.0", "1.9.0", "user_management/create"),
        ("account_change/attach_policy", "1.2.0", "1.9.0", "user_management/attach_policies"),
        ("user_access/revoke_privileges", "1.8.0", "1.9.0", "user_management/remove_privileges"),
        ("user_access/assign_privileges", "1.8.0", "1.10.0", "user_management/assign_privileges"),
        ("api_activity/read", "1.0.0", "1.9.0", "api_activity/read"),
    ])
    func aNameIsBroughtToTheVersionThatIsWritten(name: String, from: String, version: String, expected: String) {
        #expect(OCSFVersions.name(of: name, from: from, in: version) == expected)
    }

    /// A later version is a row more: what moved twice is followed.
    @Test func movesFollowOneAnother() {
        let moves = [
            OCSFVersions.Move(since: "1.1.0", old: "a", new: "b"), OCSFVersions.Move(since: "1.2.0", old: "b/x", new: "c/y"),
        ]
        #expect(OCSFVersions.name(of: "a/x", from: "1.0.0", in: "1.2.0", by: moves) == "c/y")
        #expect(OCSFVersions.name(of: "a/z", from: "1.0.0", in: "1.2.0", by: moves) == "b/z")
        #expect(OCSFVersions.name(of: "a/x", from: "1.0.0", in: "1.1.0", by: moves) == "b/x")
        #expect(OCSFVersions.name(of: "b/x", from: "1.2.0", in: "1.2.0", by: moves) == "b/x")
    }

    /// The table agrees with the classes: what a file may say today leads to a class and activity that there is.
    @Test func everyNewNameOfTheWrittenVersionIsKnown() {
        for move in OCSFVersions.moves where OCSFVersions.known.contains(move.since) {
            let parts = move.new.split(separator: "/").map(String.init)
            let known = EventClass.named(parts[0])
            #expect(known != nil, "\(move.new)")
            if parts.count == 2 { #expect(known?.activity(named: parts[1]) != nil, "\(move.new)") }
        }
        #expect(OCSFVersions.known.last == OCSFVersions.written)
    }
}
