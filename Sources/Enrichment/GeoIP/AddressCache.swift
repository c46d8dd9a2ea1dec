import EventModel

// Hot path.

/// What was found of the addresses met last. Of one lane, and bounded: an address has one place, and takes it from the one there
/// before.
struct AddressCache {
    private static let places = 4_096

    private struct Entry {
        var address: IPAddress
        var facts: AddressFacts
    }

    private var entries: [Entry?]
    private let databases: [GeoDatabase]

    init(_ databases: [GeoDatabase]) {
        self.databases = databases
        entries = databases.isEmpty ? [] : [Entry?](repeating: nil, count: Self.places)
    }

    mutating func facts(_ address: IPAddress) -> AddressFacts {
        var hash = (address.high ^ address.low &* 0x9e37_79b9_7f4a_7c15)
        hash = (hash ^ hash &>> 32) &* 0xbf58_476d_1ce4_e5b9
        let place = Int(truncatingIfNeeded: hash &>> 40) & (Self.places - 1)
        if let known = entries[place], known.address == address { return known.facts }
        let facts = AddressFacts(address, databases)
        entries[place] = Entry(address: address, facts: facts)
        return facts
    }
}
