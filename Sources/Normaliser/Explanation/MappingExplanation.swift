public import EventModel
public import LocatedYAML

/// How the engine came to one event: what of the record gave which field, and which lines of the mapping file said so.
public struct MappingExplanation: Sendable {
    /// What makes the event.
    public enum Maker: Sendable {
        /// - Parameters:
        ///   - alternative: of `detect`; nil if only the source's configuration says what product it is.
        ///   - envelope: the shipper's, in which it holds.
        case product(name: String, title: MappingPlace, alternative: MappingPlace?, envelope: String?)
        /// No mapping: text, JSON of no known product, or a record that cannot be read. The reason is for people.
        case none(String)
    }

    /// Why the event has its class and activity.
    public struct Classification: Sendable {
        /// The native event type; nil if the record has none.
        public var type: String?
        /// The entry of the file's types that it is; nil if only the default takes it.
        public var entry: MappingPlace?
        /// The class and activity that are written for that type.
        public var wanted: MappingPlace?
        /// What the wanted class requires and the record does not give: for each, the attributes of which one would do.
        public var missing: [[String]]
        /// The class and activity that the event has.
        public var used: MappingPlace
    }

    /// One value of the event, in the document's order.
    public struct Field: Sendable {
        public var path: String
        public var text: String
        public var isText: Bool
        /// What it was made of, in words or as the file writes it; nil location: the engine itself.
        public var origin: String
        public var location: SourceLocation?
    }

    /// A vendor's value that an attribute was to have, and has not.
    public struct Refusal: Sendable {
        public var path: String
        /// The source as the file writes it.
        public var source: String
        public var text: String
        /// Why, in words.
        public var reason: String
        public var location: SourceLocation
    }

    public var maker: Maker
    public var classification: Classification?
    public var fields: [Field]
    /// The record's values and where they are found.
    public var values: [VendorValue]
    public var refusals: [Refusal]
    /// The event as an OCSF document.
    public var document: [UInt8]
}
