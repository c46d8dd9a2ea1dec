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
    private let seed = UInt64.random(in: .min ... .max)
    private let bytes = Arena(capacity: 4_096)
    private var entries: [Entry] = []
    private var table: UnsafeMutablePointer<UInt32>
    private var mask = 255

    init(catalog: FieldCatalog) {
        self.catalog = catalog
        table = .allocate(capacity: mask + 1)
        table.initialize(repeating: 0, count: mask + 1)
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

    private func hash(_ scope: Scope, _ key: UnsafeRawBufferPointer) -> UInt32 {
        var hash = LaneHash(seed)
        hash.add(UInt64(scope.rawValue))
        hash.add(key)
        let bits = hash.finish()
        return UInt32(truncatingIfNeeded: bits ^ bits >> 32)
    }
}
