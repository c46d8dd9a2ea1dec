public import LocatedYAML

/// Something that a mapping file says, and where.
public struct MappingPlace: Sendable, Equatable {
    /// As it is written, or nearly so.
    public var text: String
    public var location: SourceLocation

    public init(_ text: String, at location: SourceLocation) {
        self.text = text
        self.location = location
    }
}

/// What a mapping file says that its tables were made of, by the tables' numbers: for explanations. Nothing reads it while events
/// are made.
struct MappingOrigins: Sendable {
    /// How `status` or `severity` follows from a record.
    struct Words: Sendable {
        /// By the place among the rule's slots.
        var paths: [MappingPlace] = []
        /// By the vendor's word.
        var words: [String: SourceLocation] = [:]
        var anyOther: SourceLocation?
        var otherwise: SourceLocation?
    }

    /// The product's title.
    var product: MappingPlace
    /// The version of OCSF.
    var version: MappingPlace
    /// The alternatives of `detect`.
    var detect: [MappingPlace]
    var steps: [MappingPlace] = []
    /// Where each vendor's word of a translation is written, by the table's number.
    var tables: [[String: SourceLocation]] = []
    var status = Words()
    var severity = Words()

    /// What one plan was made of, by the numbers of its parts.
    struct Plan: Sendable {
        /// `class/activity`
        var target: MappingPlace
        /// The event types that have it; empty for the default.
        var types: [MappingPlace]
        var status: SourceLocation?
        var severity: SourceLocation?
        /// The OCSF path of each op.
        var ops: [MappingPlace] = []
        /// The OCSF path of each list, and the members that elements have.
        var each: [(list: MappingPlace, members: [MappingPlace])] = []
        /// The attributes, one of which each need asks for.
        var needs: [[String]] = []
        /// The object that each constraint is about, and the members, one of which it needs.
        var constraints: [(object: String, members: [String])] = []
    }
}
