/// What rules may call the fields of one product's records, and which fields those records can carry.
///
/// Public rules name one field in several dialects: as the vendor's interface, its portal's export or a shipper has it. An alias
/// says where the value stands in the records that come here. Names compare as in the field catalog: case does not matter.
public struct ProductFields: Sendable, Equatable {
    /// A name that rules use for a field, and where its value stands.
    public struct Alias: Sendable, Equatable {
        /// As the rules write it; with `.*` at its end, everything below.
        public var name: String
        /// Where the value may stand: the vendor's paths, or OCSF's; with `.*` at their ends if the name has it, where `*` alone
        /// is the record itself.
        public var paths: [String]
        /// The vendor's words for the values that rules name otherwise, by the rules' word in lower case. Other values are the
        /// same in both.
        public var words: [String: [String]]

        public init(_ name: String, _ paths: [String], words: [String: [String]] = [:]) {
            self.name = name
            self.paths = paths
            self.words = words
        }
    }

    /// Ends a name that stands for all below an object whose members are the vendor's users' own.
    public static let wildcard = ".*"

    /// In the order written.
    public let aliases: [Alias]
    /// Paths that events can carry, as they are written, sorted; without those that end in `.*`.
    public let names: [String]
    /// Those paths folded; those with `.*` stand for all below them.
    public let known: Set<String>
    /// Whether `known` was written to be complete, so that a name it lacks is worth a warning.
    public let isDescribed: Bool
    /// Paths that `unmapped` leaves out, folded; those with `.*` stand for all below them.
    public let dropped: Set<String>
    private let byName: [String: Int]
    /// Names with a wildcard, without it but for the point, the longest first.
    private let prefixes: [(prefix: String, alias: Int)]
    private let openObjects: [String]
    /// Every path above one of `known`.
    private let objects: Set<String>

    /// - Parameters:
    ///   - known: paths that events can carry, as the vendor and OCSF write them; those of aliases count too.
    ///   - dropped: paths that `unmapped` leaves out.
    public init(
        aliases: [Alias] = [], known: some Sequence<String> = [String](), isDescribed: Bool = false,
        dropped: some Sequence<String> = [String]()
    ) {
        self.aliases = aliases
        self.isDescribed = isDescribed
        self.dropped = Set(dropped.map(FieldCatalog.fold))
        let written = Array(known) + aliases.flatMap(\.paths).filter { $0 != "*" }
        let folded = Set(written.map(FieldCatalog.fold))
        names = Set(written.filter { !$0.hasSuffix(Self.wildcard) }).sorted()
        self.known = folded
        byName = Dictionary(
            aliases.enumerated().map { (FieldCatalog.fold($1.name), $0) }, uniquingKeysWith: { first, _ in first })
        prefixes = aliases.enumerated().filter { $1.name.hasSuffix(Self.wildcard) }
            .map { (String(FieldCatalog.fold($1.name).dropLast()), $0) }
            .sorted { ($1.prefix.utf8.count, $0.prefix) < ($0.prefix.utf8.count, $1.prefix) }
        openObjects = folded.filter { $0.hasSuffix(Self.wildcard) }.map { String($0.dropLast()) }.sorted()
        var objects: Set<String> = []
        for path in folded {
            var rest = path[...]
            while let point = rest.lastIndex(of: ".") {
                rest = rest[..<point]
                objects.insert(String(rest))
            }
        }
        self.objects = objects
    }

    /// A place of a value, with the words that it is written in there.
    public struct Place: Sendable, Equatable {
        public var path: String
        public var words: [String: [String]]

        public init(path: String, words: [String: [String]] = [:]) {
            self.path = path
            self.words = words
        }
    }

    /// Where the value of a field that rules name so stands, beside the field of that very name. Empty if it is no alias.
    public func places(of name: String) -> [Place] {
        let folded = FieldCatalog.fold(name)
        if let alias = byName[folded] {
            return aliases[alias].paths.map { Place(path: $0, words: aliases[alias].words) }
        }
        let isBelow: (String) -> Bool = { folded.hasPrefix($0) && folded.utf8.count > $0.utf8.count }
        guard let found = prefixes.first(where: { isBelow($0.prefix) }) else { return [] }
        let rest = folded.dropFirst(found.prefix.count)
        let alias = aliases[found.alias]
        return alias.paths.map { Place(path: String($0.dropLast()) + rest, words: alias.words) }
    }

    /// What is known of a name.
    public enum Knowledge: Sendable, Equatable {
        /// Records can carry a value of that name.
        case value
        /// Records can carry an object of that name, and values only below it.
        case object
        case unknown
    }

    /// What events can carry under a name, aliases left aside.
    public func knowledge(of name: String) -> Knowledge {
        let folded = FieldCatalog.fold(name)
        if known.contains(folded) { return .value }
        if openObjects.contains(where: { folded.hasPrefix($0) && folded.utf8.count > $0.utf8.count }) { return .value }
        return objects.contains(folded) ? .object : .unknown
    }

    /// Whether `unmapped` leaves a field out.
    /// - Parameter path: folded as the field catalog folds it.
    public func drops(_ path: String) -> Bool {
        if dropped.isEmpty { return false }
        if dropped.contains(path) { return true }
        var rest = path[...]
        while let point = rest.lastIndex(of: ".") {
            rest = rest[..<point]
            if dropped.contains(rest + Self.wildcard) { return true }
        }
        return false
    }

    public static func == (a: ProductFields, b: ProductFields) -> Bool {
        a.aliases == b.aliases && a.names == b.names && a.known == b.known && a.isDescribed == b.isDescribed
            && a.dropped == b.dropped
    }
}
