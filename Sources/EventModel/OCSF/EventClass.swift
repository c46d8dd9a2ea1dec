/// A class of OCSF events, of schema version 1.8.0: its numbers, names and activities.
public struct EventClass: Sendable, Equatable {
    /// One thing that can happen, within a class.
    public struct Activity: Sendable, Equatable {
        public var id: Int
        /// As the schema writes it, for example `Password Change`: `activity_name`.
        public var caption: String
        /// As mapping files write it, for example `password_change`.
        public var name: String { EventClass.snakeCase(caption) }
    }

    /// `class_uid`.
    public let uid: UInt32
    /// As the schema and mapping files name it, for example `api_activity`.
    public let name: String
    /// `class_name`.
    public let caption: String
    public let categoryUID: Int
    public let categoryName: String
    public let activities: [Activity]

    init(
        uid: UInt32, name: String, caption: String, categoryUID: Int, categoryName: String, activities: [(Int, String)]
    ) {
        self.uid = uid
        self.name = name
        self.caption = caption
        self.categoryUID = categoryUID
        self.categoryName = categoryName
        self.activities = activities.map { Activity(id: $0.0, caption: $0.1) }
    }

    /// The activity that a mapping file names.
    public func activity(named name: String) -> Activity? { activities.first { $0.name == name } }

    /// `type_uid` of an activity.
    public func typeUID(_ activity: Activity) -> Int { Int(uid) * 100 + activity.id }

    /// `type_name` of an activity.
    public func typeName(_ activity: Activity) -> String { "\(caption): \(activity.caption)" }

    /// OCSF profiles that events of this class declare: `host` brings `actor` and `device` to classes that have no actor,
    /// `security_control` what a proxy or firewall did with the traffic.
    public var profiles: [String] {
        switch name {
        case "web_resources_activity", "application_lifecycle", "detection_finding": ["host"]
        case "network_activity", "http_activity", "dns_activity", "email_activity", "tunnel_activity":
            ["host", "security_control"]
        default: []
        }
    }

    public static func named(_ name: String) -> EventClass? { all.first { $0.name == name } }
    public static func with(uid: UInt32) -> EventClass? { all.first { $0.uid == uid } }

    /// The class of what is no known event.
    public static let baseEvent = all[0]

    static func snakeCase(_ caption: String) -> String {
        String(caption.lowercased().map { $0 == " " ? "_" : $0 })
    }
}

extension EventClass {
    /// The classes that mapping files may use.
    public static let all: [EventClass] = [
        EventClass(
            uid: 0, name: "base_event", caption: "Base Event", categoryUID: 0,
            categoryName: "Uncategorized",
            activities: [
                (0, "Unknown"), (99, "Other"),
            ]),
        EventClass(
            uid: 3001, name: "account_change", caption: "Account Change", categoryUID: 3,
            categoryName: "Identity & Access Management",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Enable"), (3, "Password Change"), (4, "Password Reset"),
                (5, "Disable"), (6, "Delete"), (7, "Attach Policy"), (8, "Detach Policy"), (9, "Lock"),
                (10, "MFA Factor Enable"), (11, "MFA Factor Disable"), (12, "Unlock"), (99, "Other"),
            ]),
        EventClass(
            uid: 3002, name: "authentication", caption: "Authentication", categoryUID: 3,
            categoryName: "Identity & Access Management",
            activities: [
                (0, "Unknown"), (1, "Logon"), (2, "Logoff"), (3, "Authentication Ticket"),
                (4, "Service Ticket Request"), (5, "Service Ticket Renew"), (6, "Preauth"), (7, "Account Switch"),
                (99, "Other"),
            ]),
        EventClass(
            uid: 3004, name: "entity_management", caption: "Entity Management", categoryUID: 3,
            categoryName: "Identity & Access Management",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Read"), (3, "Update"), (4, "Delete"), (5, "Move"), (6, "Enroll"),
                (7, "Unenroll"), (8, "Enable"), (9, "Disable"), (10, "Activate"), (11, "Deactivate"), (12, "Suspend"),
                (13, "Resume"), (99, "Other"),
            ]),
        EventClass(
            uid: 3005, name: "user_access", caption: "User Access Management", categoryUID: 3,
            categoryName: "Identity & Access Management",
            activities: [
                (0, "Unknown"), (1, "Assign Privileges"), (2, "Revoke Privileges"), (99, "Other"),
            ]),
        EventClass(
            uid: 3006, name: "group_management", caption: "Group Management", categoryUID: 3,
            categoryName: "Identity & Access Management",
            activities: [
                (0, "Unknown"), (1, "Assign Privileges"), (2, "Revoke Privileges"), (3, "Add User"), (4, "Remove User"),
                (5, "Delete"), (6, "Create"), (7, "Add Subgroup"), (8, "Remove Subgroup"), (99, "Other"),
            ]),
        EventClass(
            uid: 6001, name: "web_resources_activity", caption: "Web Resources Activity", categoryUID: 6,
            categoryName: "Application Activity",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Read"), (3, "Update"), (4, "Delete"), (5, "Search"), (6, "Import"),
                (7, "Export"), (8, "Share"), (99, "Other"),
            ]),
        EventClass(
            uid: 6002, name: "application_lifecycle", caption: "Application Lifecycle", categoryUID: 6,
            categoryName: "Application Activity",
            activities: [
                (0, "Unknown"), (1, "Install"), (2, "Remove"), (3, "Start"), (4, "Stop"), (5, "Restart"), (6, "Enable"),
                (7, "Disable"), (8, "Update"), (99, "Other"),
            ]),
        EventClass(
            uid: 6003, name: "api_activity", caption: "API Activity", categoryUID: 6,
            categoryName: "Application Activity",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Read"), (3, "Update"), (4, "Delete"), (99, "Other"),
            ]),
        EventClass(
            uid: 6005, name: "datastore_activity", caption: "Datastore Activity", categoryUID: 6,
            categoryName: "Application Activity",
            activities: [
                (0, "Unknown"), (1, "Read"), (2, "Update"), (3, "Connect"), (4, "Query"), (5, "Write"), (6, "Create"),
                (7, "Delete"), (8, "List"), (9, "Encrypt"), (10, "Decrypt"), (99, "Other"),
            ]),
        EventClass(
            uid: 6006, name: "file_hosting", caption: "File Hosting Activity", categoryUID: 6,
            categoryName: "Application Activity",
            activities: [
                (0, "Unknown"), (1, "Upload"), (2, "Download"), (3, "Update"), (4, "Delete"), (5, "Rename"),
                (6, "Copy"), (7, "Move"), (8, "Restore"), (9, "Preview"), (10, "Lock"), (11, "Unlock"), (12, "Share"),
                (13, "Unshare"), (14, "Open"), (15, "Sync"), (16, "Unsync"), (17, "Access Check"), (99, "Other"),
            ]),
        EventClass(
            uid: 2004, name: "detection_finding", caption: "Detection Finding", categoryUID: 2,
            categoryName: "Findings",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Update"), (3, "Close"), (99, "Other"),
            ]),
        EventClass(
            uid: 4001, name: "network_activity", caption: "Network Activity", categoryUID: 4,
            categoryName: "Network Activity",
            activities: [
                (0, "Unknown"), (1, "Open"), (2, "Close"), (3, "Reset"), (4, "Fail"), (5, "Refuse"), (6, "Traffic"),
                (7, "Listen"), (99, "Other"),
            ]),
        EventClass(
            uid: 4002, name: "http_activity", caption: "HTTP Activity", categoryUID: 4,
            categoryName: "Network Activity",
            activities: [
                (0, "Unknown"), (1, "Connect"), (2, "Delete"), (3, "Get"), (4, "Head"), (5, "Options"), (6, "Post"),
                (7, "Put"), (8, "Trace"), (9, "Patch"), (99, "Other"),
            ]),
        EventClass(
            uid: 4003, name: "dns_activity", caption: "DNS Activity", categoryUID: 4,
            categoryName: "Network Activity",
            activities: [
                (0, "Unknown"), (1, "Query"), (2, "Response"), (6, "Traffic"), (99, "Other"),
            ]),
        EventClass(
            uid: 4009, name: "email_activity", caption: "Email Activity", categoryUID: 4,
            categoryName: "Network Activity",
            activities: [
                (0, "Unknown"), (1, "Send"), (2, "Receive"), (3, "Scan"), (4, "Trace"), (5, "MTA Relay"), (99, "Other"),
            ]),
        EventClass(
            uid: 4014, name: "tunnel_activity", caption: "Tunnel Activity", categoryUID: 4,
            categoryName: "Network Activity",
            activities: [
                (0, "Unknown"), (1, "Open"), (2, "Close"), (3, "Renew"), (99, "Other"),
            ]),
        EventClass(
            uid: 2006, name: "data_security_finding", caption: "Data Security Finding", categoryUID: 2,
            categoryName: "Findings",
            activities: [
                (0, "Unknown"), (1, "Create"), (2, "Update"), (3, "Close"), (4, "Suppressed"), (99, "Other"),
            ]),
    ]
}
