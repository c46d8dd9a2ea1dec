/// What is wrong with a syslog frame. A frame with errors is kept all the same; fields that could be told apart are set.
public struct SyslogErrors: OptionSet, Sendable, Hashable {
    public let rawValue: UInt16

    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// No bytes, or nothing but line ends.
    public static let empty = SyslogErrors(rawValue: 1 << 0)
    /// Starts like a PRI, but is none: not 1 to 3 digits in `<>`, or above 191 (RFC 5424, section 6.2.1).
    public static let priority = SyslogErrors(rawValue: 1 << 1)
    /// Neither a PRI nor a timestamp: whatever this is, it is not a syslog header.
    public static let noHeader = SyslogErrors(rawValue: 1 << 2)
    /// An RFC 5424 header without a PRI before it.
    public static let missingPriority = SyslogErrors(rawValue: 1 << 3)
    /// A PRI, but no timestamp after it (RFC 3164, section 4.3.2).
    public static let missingTimestamp = SyslogErrors(rawValue: 1 << 4)
    /// The timestamp's form or date is not valid (RFC 5424, section 6.2.3).
    public static let timestamp = SyslogErrors(rawValue: 1 << 5)
    /// A header field is missing, empty, or holds a character that cannot stand there.
    public static let headerField = SyslogErrors(rawValue: 1 << 6)
    /// A header field is longer than RFC 5424 allows; the field is cut there, the record is kept whole.
    public static let fieldTooLong = SyslogErrors(rawValue: 1 << 7)
    /// The structured data breaks the grammar of RFC 5424, section 6.3.
    public static let structuredData = SyslogErrors(rawValue: 1 << 8)
    /// One SD-ID occurs twice (RFC 5424, section 6.3.2).
    public static let duplicateSDID = SyslogErrors(rawValue: 1 << 9)

    /// What other text has too, and devices that keep to no RFC: no sign that something is broken. The other errors are in
    /// `syslog.error` of the event.
    static let claimingNothing: SyslogErrors = [.empty, .noHeader, .missingTimestamp]

    private static let texts: [(SyslogErrors, String)] = [
        (.empty, "the frame is empty"),
        (.priority, "the priority is not a number from 0 to 191 between < and >"),
        (.noHeader, "no syslog header: neither a priority nor a timestamp"),
        (.missingPriority, "the priority is missing before an RFC 5424 header"),
        (.missingTimestamp, "no timestamp after the priority"),
        (.timestamp, "the timestamp is not valid"),
        (.headerField, "a header field is missing, empty or holds a character that cannot stand there"),
        (.fieldTooLong, "a header field is longer than RFC 5424 allows"),
        (.structuredData, "the structured data is not valid"),
        (.duplicateSDID, "an SD-ID occurs twice"),
    ]

    /// One line for each error, for people.
    public var descriptions: [String] {
        Self.texts.filter { contains($0.0) }.map(\.1)
    }
}
