import LocatedYAML

/// A test that stands in a mapping file: a record, and what its events must be.
struct MappingTest: Sendable {
    /// A value of an event's document.
    struct Expectation: Sendable {
        /// Dotted; elements of lists by their number from 0.
        var path: String
        /// The texts that would do, since numbers can be written in several ways; nil: nothing is to be there.
        var texts: [String]?
        var location: SourceLocation
    }

    struct ExpectedEvent: Sendable {
        /// `class/activity`, or a class alone.
        var target: MappingPlace?
        var fields: [Expectation]
        var location: SourceLocation
    }

    /// The name, or its number.
    var name: String
    var location: SourceLocation
    var record: [UInt8]
    /// The source is configured with the product, so that its shape need not tell.
    var isConfigured: Bool
    /// One for each event of the record.
    var events: [ExpectedEvent]
}
