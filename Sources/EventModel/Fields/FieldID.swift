/// A field's name as a number: the index of its folded path (ASCII lower case, dots between levels, array levels left out) in
/// the process's `FieldCatalog`. `target[].alternateId` and `Target.alternateid` are one field.
public struct FieldID: Sendable, Hashable, Comparable {
    public let rawValue: UInt32

    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable public var index: Int { Int(rawValue) }
    @inlinable public static func < (a: FieldID, b: FieldID) -> Bool { a.rawValue < b.rawValue }

    /// Stands for every path beyond the catalog's bound: such values are found by free text only.
    public static let overflow = FieldID(rawValue: 0)
}

/// Fields with a number known at compile time, in the catalog's first places.
extension FieldID {
    public static let time = known(1)
    public static let classUID = known(2)
    public static let className = known(3)
    public static let categoryUID = known(4)
    public static let categoryName = known(5)
    public static let activityID = known(6)
    public static let activityName = known(7)
    public static let typeUID = known(8)
    public static let typeName = known(9)
    public static let severityID = known(10)
    public static let severity = known(11)
    public static let statusID = known(12)
    public static let status = known(13)
    public static let statusDetail = known(14)
    public static let message = known(15)
    public static let eventCode = known(16)
    public static let originalEventUID = known(17)
    public static let productName = known(18)
    public static let tenantUID = known(19)
    public static let actorUserUID = known(20)
    public static let actorUserName = known(21)
    public static let actorUserEmail = known(22)
    public static let userUID = known(23)
    public static let userName = known(24)
    public static let userEmail = known(25)
    public static let sourceIP = known(26)
    public static let userAgent = known(27)
    public static let apiOperation = known(28)
    /// The one entity behind the event, joined across products (our own field, not part of OCSF).
    public static let identity = known(29)
    /// Why a record was quarantined, and at which byte of it (our own fields).
    public static let quarantineError = known(30)
    public static let quarantineOffset = known(31)
    public static let syslogHostname = known(32)
    public static let syslogAppName = known(33)
    public static let syslogProcID = known(34)
    public static let syslogMsgID = known(35)
    public static let syslogFacility = known(36)
    public static let syslogSeverity = known(37)
    public static let originalTime = known(38)
    public static let productVendor = known(39)
    public static let logProvider = known(40)

    static let knownPaths = [
        "", "time", "class_uid", "class_name", "category_uid", "category_name", "activity_id", "activity_name", "type_uid",
        "type_name", "severity_id", "severity", "status_id", "status", "status_detail", "message", "metadata.event_code",
        "metadata.original_event_uid", "metadata.product.name", "metadata.tenant_uid", "actor.user.uid", "actor.user.name",
        "actor.user.email_addr", "user.uid", "user.name", "user.email_addr", "src_endpoint.ip", "http_request.user_agent",
        "api.operation", "identity", "quarantine.error", "quarantine.offset", "syslog.hostname", "syslog.app_name",
        "syslog.proc_id", "syslog.msg_id", "syslog.facility", "syslog.severity", "metadata.original_time",
        "metadata.product.vendor_name", "metadata.log_provider",
    ]

    private static func known(_ index: UInt32) -> FieldID { FieldID(rawValue: index) }

    /// Fields that Perimeter adds beside OCSF: searchable and usable in rules, left out of OCSF documents.
    public static func isOwn(path: String) -> Bool {
        path == "identity" || path.hasPrefix("quarantine.") || path.hasPrefix("syslog.")
    }
}
