import EventModel
import LocatedYAML

/// A mapping file as it is written: one product's way to OCSF. See docs/mappings.md for the format.
struct MappingFile {
    /// A value and where the file says it.
    struct Located<Value> {
        var value: Value
        var location: SourceLocation
    }

    /// The values that may give a field, best first; or a list of objects made of each element of a vendor's list.
    enum FieldSource {
        case values([ValueExpression])
        case lookup(Lookup)
        case each(list: String, members: [(name: String, place: SourceLocation, sources: [ValueExpression])])
    }

    /// A value translated word by word.
    struct Lookup {
        var from: [ValueExpression]
        /// The vendor's word, what it becomes, and where that is written.
        var words: [(word: String, result: Located<String>)]
        var otherwise: Located<String>?

        /// Where the result of each of the vendor's words is written; a word that stands twice counts where it stands first.
        var places: [String: SourceLocation] {
            Dictionary(words.map { ($0.word, $0.result.location) }, uniquingKeysWith: { first, _ in first })
        }
    }

    struct FieldRule {
        var path: Located<String>
        var source: FieldSource
    }

    /// A condition on a record's shape: the path is there, and is the text if one is given; one that ends in `*` begins it.
    struct Condition {
        var path: String
        var text: String?
    }

    /// Conditions that together make a record the product's.
    struct Alternative {
        var conditions: [Condition]
        /// As it is written.
        var place: MappingPlace
    }

    /// Event types that become one class and activity.
    struct EventRule {
        var target: Located<String>
        var types: [Located<String>]
        var status: Located<String>?
        var severity: Located<String>?
        var fields: [FieldRule]
    }

    /// Fields of a record that are names of one account.
    struct AccountRule {
        var role: CompiledMapping.Account.Role
        var id: [ValueExpression]
        var login: [ValueExpression]
        var email: [ValueExpression]
        /// Where any of these is there, the names are not known to be of one account.
        var unless: [ValueExpression]
        var location: SourceLocation
    }

    /// Another name for a field, as rules write it.
    struct AliasRule {
        var name: Located<String>
        var paths: [Located<String>]
        /// The rules' word, and the vendor's.
        var words: [(word: Located<String>, vendor: String)]
    }

    var path: String
    var name: Located<String>
    var aliases: [Located<String>]
    var vendor: String
    var title: String
    var logSources: [LogSource]
    /// The version of OCSF that the file is written for.
    var version: Located<String>
    var detect: [Alternative]
    /// Objects that shippers put around the vendor's record.
    var envelopes: [String]
    /// The list whose elements are one event each.
    var explode: Located<String>?
    /// How records that are no JSON are read.
    var text: TextSection?
    var time: [ValueExpression]
    /// The zone of times that name none, as POSIX writes it; nil: UTC.
    var timeZone: Located<String>?
    /// The parts of the event's own id, each with its alternatives.
    var id: [[ValueExpression]]
    var eventType: [ValueExpression]
    var eventScope: [ValueExpression]
    var status: Lookup?
    var severity: Lookup?
    var fields: [FieldRule]
    var classes: [(name: Located<String>, fields: [FieldRule])]
    var events: [EventRule]
    var otherwise: Located<String>
    var fieldAliases: [AliasRule]
    var accounts: [AccountRule]
    /// The product makes the names of guest accounts itself, out of their addresses.
    var namesGuests: Bool
    /// Paths of the vendor's records beyond those mapped; nil: they are not described.
    var vendorFields: [Located<String>]?
    /// Vendor fields that are left out of `unmapped`.
    var drop: [Located<String>]
    var tests: [MappingTest]
}
