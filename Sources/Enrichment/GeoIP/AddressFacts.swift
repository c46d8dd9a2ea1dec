import CMaxMindDB
import EventModel

/// What databases say of an address, in OCSF's attributes.
final class AddressFacts {
    /// An attribute of `location` or of `autonomous_system`.
    enum Attribute: Int, CaseIterable {
        case city, continent, country, lat, long, postalCode, provider, region
        case number, name

        var path: String {
            switch self {
            case .city: "location.city"
            case .continent: "location.continent"
            case .country: "location.country"
            case .lat: "location.lat"
            case .long: "location.long"
            case .postalCode: "location.postal_code"
            case .provider: "location.provider"
            case .region: "location.region"
            case .number: "autonomous_system.number"
            case .name: "autonomous_system.name"
            }
        }

        var kind: FieldKind {
            switch self {
            case .lat, .long: .float
            case .number: .integer
            default: .string
            }
        }
    }

    struct Fact {
        var attribute: Attribute
        var text: [UInt8]
    }

    /// Empty, or valid as OCSF's `location`.
    let location: [Fact]
    /// Empty, or valid as OCSF's `autonomous_system`.
    let system: [Fact]

    init(_ address: IPAddress, _ databases: [GeoDatabase]) {
        var location: [Fact] = []
        var system: [Fact] = []
        for database in databases where location.isEmpty || system.isEmpty {
            guard case .success(let found) = database.find(address), var entry = found else { continue }
            if location.isEmpty { location = Self.location(&entry, provider: database.type) }
            if system.isEmpty { system = Self.system(&entry) }
        }
        self.location = location
        self.system = system
    }

    /// Whether it says that the address is in a country.
    func isIn(_ country: UnsafeRawBufferPointer) -> Bool {
        guard let own = location.first(where: { $0.attribute == .country })?.text, own.count == country.count else {
            return false
        }
        for index in own.indices where own[index] | 0x20 != country[index] | 0x20 { return false }
        return true
    }

    /// Where the vendors have each attribute: MaxMind and DB-IP, then IPinfo and other flat databases.
    private static let cities = paths("city.names.en", "city.name", "city")
    private static let continents = paths("continent.names.en", "continent", "continent.code", "continent_code")
    private static let countries = paths("country.iso_code", "country_code", "country", "registered_country.iso_code")
    private static let latitudes = paths("location.latitude", "lat", "latitude", "loc_lat")
    private static let longitudes = paths("location.longitude", "lng", "longitude", "lon", "loc_lng")
    private static let postalCodes = paths("postal.code", "postal_code", "postal", "postcode", "zip")
    private static let regionCodes = paths("subdivisions.0.iso_code", "region_code")
    private static let regions = paths("subdivisions.0.names.en", "region", "state1", "state")
    private static let numbers = paths("autonomous_system_number", "traits.autonomous_system_number", "asn", "as_number")
    private static let names = paths(
        "autonomous_system_organization", "traits.autonomous_system_organization", "as_name", "as_organization", "name", "org")

    private static func paths(_ paths: String...) -> [GeoPath] { paths.map { GeoPath($0) } }

    private static func first(_ paths: [GeoPath], _ entry: inout MMDB_entry_s) -> String? {
        for path in paths {
            if let text = path.text(&entry) { return text }
        }
        return nil
    }

    private static func location(_ entry: inout MMDB_entry_s, provider: String) -> [Fact] {
        var facts: [Fact] = []
        func add(_ attribute: Attribute, _ text: String?) {
            if let text, !text.isEmpty { facts.append(Fact(attribute: attribute, text: Array(text.utf8))) }
        }
        // ISO 3166-1 alpha-2, which OCSF asks for; a database that has the country's name alone says it only in `country`.
        var country: String?
        for path in countries where country == nil {
            if let text = path.text(&entry), isCode(text) { country = text.uppercased() }
        }
        add(.city, first(cities, &entry))
        add(.country, country)
        add(.postalCode, first(postalCodes, &entry))
        add(.region, region(&entry, country))
        // OCSF wants one of these; a point or a continent alone is no location.
        guard !facts.isEmpty else { return [] }
        add(.continent, first(continents, &entry))
        if let latitude = degrees(latitudes, &entry, 90), let longitude = degrees(longitudes, &entry, 180) {
            add(.lat, latitude)
            add(.long, longitude)
        }
        add(.provider, provider)
        return facts
    }

    private static func isCode(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (0x61...0x7a).contains($0 | 0x20) }
    }

    /// As ISO 3166-2 writes it (`CH-VD`), or the region's name.
    private static func region(_ entry: inout MMDB_entry_s, _ country: String?) -> String? {
        guard let code = first(regionCodes, &entry), let country else { return first(regions, &entry) }
        return code.hasPrefix(country + "-") ? code : country + "-" + code
    }

    private static func degrees(_ paths: [GeoPath], _ entry: inout MMDB_entry_s, _ maximum: Double) -> String? {
        guard let value = first(paths, &entry).flatMap(Double.init), value.magnitude <= maximum else { return nil }
        return "\(value)"
    }

    private static func system(_ entry: inout MMDB_entry_s) -> [Fact] {
        guard let text = first(numbers, &entry) else { return [] }
        let digits = text.uppercased().hasPrefix("AS") ? text.dropFirst(2) : text[...]
        guard let number = UInt32(digits), number > 0 else { return [] }
        let name = first(names, &entry).map { [Fact(attribute: .name, text: Array($0.utf8))] } ?? []
        return [Fact(attribute: .number, text: Array("\(number)".utf8))] + name
    }
}
