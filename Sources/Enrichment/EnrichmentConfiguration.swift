public import LocatedYAML

/// What events are enriched with, as `enrichment:` of the configuration says; paths are absolute.
public struct EnrichmentConfiguration: Sendable, Equatable {
    /// A file that data is read from, and where the configuration names it.
    public struct File: Sendable, Equatable {
        public var path: String
        public var location: SourceLocation

        public init(path: String, location: SourceLocation) {
            self.path = path
            self.location = location
        }
    }

    /// MaxMind databases, in order: the first that knows an attribute's object counts.
    public var databases: [File] = []
    public var lookups: [LookupConfiguration] = []
    public var indicators: [IndicatorConfiguration] = []
    public var labels: [LabelConfiguration] = []
    public var patterns: [PatternConfiguration] = []
    /// How often files are looked at for changes, in microseconds; 0 for never.
    public var checkInterval: Int64 = 60_000_000

    public init() {}

    /// Whether there is nothing to enrich events with.
    public var isEmpty: Bool {
        databases.isEmpty && lookups.isEmpty && indicators.isEmpty && labels.isEmpty && patterns.isEmpty
    }

    /// Whether anything comes from files, which can change.
    public var hasFiles: Bool { !(databases.isEmpty && lookups.isEmpty && indicators.isEmpty) }
}

/// One entry of `lookups`: a table, and the fields whose values are looked up in it.
public struct LookupConfiguration: Sendable, Equatable {
    public enum Format: String, Sendable, CaseIterable { case csv, json }

    /// A column of the table, and the name under which its value is added.
    public struct Column: Sendable, Equatable {
        public var column: String
        public var name: String

        public init(column: String, name: String) {
            self.column = column
            self.name = name
        }
    }

    public var name: String
    public var file: EnrichmentConfiguration.File
    public var format: Format
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// The column with the values of the fields.
    public var key: String
    /// Fields, with the places at which the configuration names them.
    public var match: [FieldName]
    /// What is added; empty for all columns but the key.
    public var add: [Column] = []

    public init(name: String, file: EnrichmentConfiguration.File, format: Format, key: String, match: [FieldName]) {
        self.name = name
        self.file = file
        self.format = format
        self.key = key
        self.match = match
    }
}

/// A field's path as the configuration names it.
public struct FieldName: Sendable, Equatable {
    public var path: String
    public var location: SourceLocation

    public init(path: String, location: SourceLocation) {
        self.path = path
        self.location = location
    }
}

/// One entry of `indicators`: a list of addresses, domains, hashes, URLs and e-mail addresses.
public struct IndicatorConfiguration: Sendable, Equatable {
    public enum Format: String, Sendable, CaseIterable { case text, csv, stix }

    public var name: String
    public var file: EnrichmentConfiguration.File
    public var format: Format
    public var delimiter: UInt8 = UInt8(ascii: ",")
    /// The column of a CSV file that has the indicators; nil for the first.
    public var column: String?
    /// Columns of a CSV file that say more: an id, labels, a confidence.
    public var idColumn: String?
    public var labelsColumn: String?
    public var confidenceColumn: String?
    /// What all of the list's indicators are; nil if each tells by its shape.
    public var type: IndicatorType?
    /// Whether a domain stands for those below it.
    public var includesSubdomains = true
    public var provider: String?

    public init(name: String, file: EnrichmentConfiguration.File, format: Format) {
        self.name = name
        self.file = file
        self.format = format
    }
}

/// What an indicator is.
public enum IndicatorType: String, Sendable, CaseIterable {
    case ip, domain, url, email, hash
}

/// How confidential data is; a higher one counts before a lower one.
public enum Sensitivity: String, Sendable, CaseIterable, Comparable {
    case `public`, `internal`, confidential, restricted

    public static func < (a: Sensitivity, b: Sensitivity) -> Bool { a.rank < b.rank }

    var rank: Int {
        switch self {
        case .public: 0
        case .internal: 1
        case .confidential: 2
        case .restricted: 3
        }
    }
}

/// One entry of `classification.labels`: a field with a product's own labels, and what they mean.
public struct LabelConfiguration: Sendable, Equatable {
    public var name: String
    /// The vendor's path or OCSF's.
    public var field: FieldName
    /// A name of the product whose events it is for; nil for all.
    public var product: FieldName?
    /// By label, whose case does not count.
    public var values: [String: Sensitivity]

    public init(name: String, field: FieldName, product: FieldName? = nil, values: [String: Sensitivity]) {
        self.name = name
        self.field = field
        self.product = product
        self.values = values
    }
}

/// One entry of `classification.patterns`: fields whose values tell by their look.
public struct PatternConfiguration: Sendable, Equatable {
    public var name: String
    public var fields: [FieldName]
    public var product: FieldName?
    /// `*` is any text, `?` any one byte; case does not count.
    public var globs: [String]
    public var level: Sensitivity

    public init(name: String, fields: [FieldName], product: FieldName? = nil, globs: [String], level: Sensitivity) {
        self.name = name
        self.fields = fields
        self.product = product
        self.globs = globs
        self.level = level
    }
}
