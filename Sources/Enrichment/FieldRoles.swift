import EventModel

// Hot path: `role`.

/// What each field means to enrichment, told from its path once. Of one lane.
struct FieldRoles {
    /// An object with an address, which databases say more of.
    enum Endpoint: Int, CaseIterable {
        case source, destination, device

        var path: String {
            switch self {
            case .source: "src_endpoint"
            case .destination: "dst_endpoint"
            case .device: "device"
            }
        }

        /// OCSF's `device` has no `autonomous_system`.
        var hasSystem: Bool { self != .device }
    }

    /// What a field is to databases.
    enum Geo {
        case address(Endpoint)
        case country(Endpoint)
        case location(Endpoint)
        case system(Endpoint)
    }

    struct Role {
        var path: [UInt8]
        var geo: Geo?
        var observable: ObservableType?
        var lookups: [Int] = []
        var labels: [Int] = []
        var patterns: [Int] = []

        /// Whether OCSF's fields of this path are of no concern.
        var isIdle: Bool { geo == nil && observable == nil && lookups.isEmpty && !classifies }
        var classifies: Bool { !labels.isEmpty || !patterns.isEmpty }
    }

    /// Which parts a role has: looked at for every field, where a copy of the role would cost more than all the rest.
    struct Traits: OptionSet {
        var rawValue: UInt8
        static let geo = Traits(rawValue: 1)
        static let observable = Traits(rawValue: 2)
        static let lookups = Traits(rawValue: 4)
        static let classifies = Traits(rawValue: 8)
    }

    private(set) var roles: [Role] = []
    /// By the role's number.
    private(set) var traits: [Traits] = []
    /// By a field's number: 0 for one not met yet, 1 for one of no concern, else the role's number plus 2.
    private var places: [UInt32] = []
    private let catalog: FieldCatalog
    private let lookups: [FieldID: [Int]]
    private let classifier: Classifier
    private let hasDatabases: Bool
    private let hasIndicators: Bool

    init(_ configuration: EnrichmentConfiguration, _ classifier: Classifier, _ catalog: FieldCatalog) {
        self.catalog = catalog
        self.classifier = classifier
        var lookups: [FieldID: [Int]] = [:]
        for (number, lookup) in configuration.lookups.enumerated() {
            for field in lookup.match { lookups[catalog.intern(field.path), default: []].append(number) }
        }
        self.lookups = lookups
        hasDatabases = !configuration.databases.isEmpty
        hasIndicators = !configuration.indicators.isEmpty
    }

    /// The number of a field's role; -1 if it is of no concern.
    @inline(__always)
    mutating func role(_ id: FieldID) -> Int {
        if id.index < places.count {
            let place = places[id.index]
            if place > 0 { return Int(place) - 2 < 0 ? -1 : Int(place) - 2 }
        }
        return learn(id)
    }

    @inline(never)
    private mutating func learn(_ id: FieldID) -> Int {
        while places.count <= id.index { places.append(0) }
        guard id != .overflow else {
            places[id.index] = 1
            return -1
        }
        let path = catalog.path(of: id)
        var role = Role(path: Array(path.utf8))
        if hasDatabases { role.geo = Self.geo(path) }
        if hasIndicators { role.observable = OCSFPaths.observable(at: path) }
        role.lookups = lookups[id] ?? []
        role.labels = classifier.labels.indices.filter { classifier.labels[$0].field.id == id }
        role.patterns = classifier.patterns.indices.filter { classifier.patterns[$0].fields.contains { $0.id == id } }
        guard !role.isIdle else {
            places[id.index] = 1
            return -1
        }
        var traits: Traits = role.classifies ? .classifies : []
        if role.geo != nil { traits.insert(.geo) }
        if role.observable != nil { traits.insert(.observable) }
        if !role.lookups.isEmpty { traits.insert(.lookups) }
        roles.append(role)
        self.traits.append(traits)
        places[id.index] = UInt32(roles.count + 1)
        return roles.count - 1
    }

    private static func geo(_ path: String) -> Geo? {
        for endpoint in Endpoint.allCases where path.hasPrefix(endpoint.path + ".") {
            let rest = path.dropFirst(endpoint.path.count + 1)
            if rest == "ip" { return .address(endpoint) }
            if rest == "location.country" { return .country(endpoint) }
            if rest.hasPrefix("location.") { return .location(endpoint) }
            if rest.hasPrefix("autonomous_system.") { return .system(endpoint) }
        }
        return nil
    }
}
