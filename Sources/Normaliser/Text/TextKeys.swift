import EventModel
#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: `table` has `mask + 1` entries, at most half of them taken.

/// The fields of keys that stand in text records. From an object and a key as sent it tells the field, by hash.
///
/// Keys come from whoever writes the logs: the hash is keyed, the bytes are compared, and number and size are bounded. Keys
/// beyond the bounds have the overflow field: their values keep their text, but not their name.
struct TextKeys {
    /// The object that a key is a member of.
    enum Scope: Int, CaseIterable {
        case record, cef, cefLabel, leef

        var prefix: String {
            switch self {
            case .record: ""
            case .cef: "cef.ext."
            case .cefLabel: "cef.label."
            case .leef: "leef.ext."
            }
        }
    }

    private struct Entry {
        var hash: UInt32
        var scope: Int32
        var offset: Int
        var length: Int
        var id: FieldID
    }

    static let maximumKeys = 16_384
    static let maximumKeyLength = 256

    private let catalog: FieldCatalog
    private let seed: (UInt64, UInt64)
    private let bytes = Arena(capacity: 4_096)
    private var entries: [Entry] = []
    private var table: UnsafeMutablePointer<UInt32>
    private var mask = 255

    init(catalog: FieldCatalog) {
        self.catalog = catalog
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
        var random = SystemRandomNumberGenerator()
        seed = (random.next() | 1, random.next() | 1)
    }

    func deallocate() { table.deallocate() }

    mutating func id(_ scope: Scope, _ key: UnsafeRawBufferPointer) -> FieldID {
        guard let base = key.baseAddress, key.count <= Self.maximumKeyLength else { return .overflow }
        let hash = hash(scope, key)
        var place = Int(hash) & mask
        while table[place] != 0 {
            let entry = entries[Int(table[place]) - 1]
            if entry.hash == hash, entry.length == key.count, Int(entry.scope) == scope.rawValue,
                memcmp(bytes.base + entry.offset, base, key.count) == 0
            {
                return entry.id
            }
            place = (place + 1) & mask
        }
        // Beyond the bound, what mapping files name keeps its name all the same: nobody can make it lose it.
        guard entries.count < Self.maximumKeys else { return catalog.find(path(scope, key)) ?? .overflow }
        let path = path(scope, key)
        let id = path.utf8.count == scope.prefix.utf8.count ? FieldID.overflow : catalog.intern(path)
        entries.append(
            Entry(hash: hash, scope: Int32(scope.rawValue), offset: bytes.append(key), length: key.count, id: id))
        table[place] = UInt32(entries.count)
        if entries.count * 2 > mask { grow() }
        return id
    }

    private func path(_ scope: Scope, _ key: UnsafeRawBufferPointer) -> String {
        var name = String(decoding: key, as: UTF8.self)
        // What rules and mappings name is the dictionary's short key; some senders write the long one.
        if scope == .cef, let short = CEFDictionary.shortKeys[name.lowercased()] { name = short }
        return scope.prefix + FieldCatalog.fold(name)
    }

    private mutating func grow() {
        table.deallocate()
        mask = mask * 2 + 1
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
        for (index, entry) in entries.enumerated() {
            var place = Int(entry.hash) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = UInt32(index + 1)
        }
    }

    /// Multiplications of 64 to 128 bits, folded, over 8 bytes a step.
    private func hash(_ scope: Scope, _ key: UnsafeRawBufferPointer) -> UInt32 {
        func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
        var state = fold(seed.0 ^ UInt64(scope.rawValue), seed.1 ^ UInt64(key.count))
        var index = 0
        while index < key.count {
            var word: UInt64 = 0
            let length = min(8, key.count - index)
            for place in 0..<length { word |= UInt64(key[index + place]) &<< UInt64(place * 8) }
            state = fold(state ^ word, seed.1) ^ seed.0
            index += 8
        }
        state = fold(state, seed.0)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }
}
