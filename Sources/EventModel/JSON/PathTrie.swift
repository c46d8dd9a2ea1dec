#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: `table` has `tableMask + 1` entries, at most half of them taken. A key stands between its quotes, with slack
// behind them.

/// All paths that one scanner has met. From a place and a key it tells the next place, by prediction or by hash.
///
/// Keys come from whoever writes the logs: the hash is keyed, key bytes are always compared, and size is bounded. Beyond the
/// bounds a key leads to the overflow node, as do all keys below it; its values keep their text, but not their name. A path that
/// only has no name (too long, or the catalog is full) has its node all the same, so that finding this out is not repeated.
struct PathTrie {
    /// Real products together have some thousands; a node takes 64 bytes.
    static let maximumNodes = 100_000
    /// Longest key, and longest path, in bytes.
    static let maximumKeyLength = 1_024
    /// For keys that do not fit into their nodes.
    static let maximumLongBytes = 8 << 20

    let nodes: PathNodes
    private let catalog: FieldCatalog
    private var count = 2
    private var longCount = 0
    private var table: UnsafeMutablePointer<UInt32>
    private var tableMask = 1_023
    private let seed: (UInt64, UInt64)

    init(catalog: FieldCatalog) {
        self.catalog = catalog
        nodes = PathNodes()
        table = .allocate(capacity: tableMask + 1)
        table.initialize(repeating: 0, count: tableMask + 1)
        var random = SystemRandomNumberGenerator()
        seed = (random.next() | 1, random.next() | 1)
    }

    func deallocate() {
        nodes.deallocate()
        table.deallocate()
    }

    /// The node of a checked key that was not predicted; made if it is new. `key` stands between its quotes.
    mutating func child(
        of parent: UnsafeMutablePointer<PathNode>, key: UnsafePointer<UInt8>, length: Int
    ) -> UnsafeMutablePointer<PathNode> {
        if parent == nodes.overflow || length > Self.maximumKeyLength { return nodes.overflow }
        let parentIndex = UInt32(truncatingIfNeeded: parent - nodes.root)
        let hash = hash(parentIndex, key, length)
        var place = Int(hash) & tableMask
        while table[place] != 0 {
            let node = nodes[table[place]]
            if node.pointee.hash == hash && node.pointee.parent == parentIndex && node.pointee.length == length + 4
                && nodes.names(node, at: key - 1, key + length + 1)
            {
                return node
            }
            place = (place + 1) & tableMask
        }
        return add(parent, parentIndex, key, length, hash, place)
    }

    @inline(never)
    private mutating func add(
        _ parent: UnsafeMutablePointer<PathNode>, _ parentIndex: UInt32, _ key: UnsafePointer<UInt8>, _ length: Int,
        _ hash: UInt32, _ place: Int
    ) -> UnsafeMutablePointer<PathNode> {
        let whole = length + 4
        let isLong = whole > 32
        if count == Self.maximumNodes { return nodes.overflow }
        if isLong && longCount + whole > Self.maximumLongBytes { return nodes.overflow }
        let node = PathNode(
            member: SIMD32(repeating: 0), mask: isLong ? .max : UInt32.max >> UInt32(32 - whole), length: UInt32(whole),
            id: identify(parent, key, length), parent: parentIndex, first: 0, next: 0, hash: hash, long: UInt32(longCount))
        let added = nodes[UInt32(count)]
        added.initialize(to: node)
        if isLong {
            Self.writeMember(key, length, to: nodes.long + longCount)
            memcpy(added, nodes.long + longCount, 32)
            longCount += whole
        } else {
            Self.writeMember(key, length, to: added)
        }
        table[place] = UInt32(count)
        count += 1
        if count * 2 > tableMask { growTable() }
        return added
    }

    /// Writes `,"key":` at `out`.
    private static func writeMember(_ key: UnsafePointer<UInt8>, _ length: Int, to out: UnsafeMutableRawPointer) {
        let bytes = out.assumingMemoryBound(to: UInt8.self)
        bytes[0] = UInt8(ascii: ",")
        memcpy(bytes + 1, key - 1, length + 2)
        bytes[length + 3] = UInt8(ascii: ":")
    }

    /// The catalog's number for the path of a new node; the overflow's if the path is too long, or its container has no name.
    private func identify(
        _ parent: UnsafeMutablePointer<PathNode>, _ key: UnsafePointer<UInt8>, _ length: Int
    ) -> FieldID {
        guard parent == nodes.root || parent.pointee.id != .overflow else { return .overflow }
        let name = String(unsafeUninitializedCapacity: length + 1) { buffer in
            buffer.baseAddress.map { JSONString.decode(key, key + length, to: $0) } ?? 0
        }
        let path = parent == nodes.root ? name : catalog.path(of: parent.pointee.id) + "." + name
        guard path.utf8.count <= Self.maximumKeyLength else { return .overflow }
        // Number 0 already stands for the empty path.
        return FieldCatalog.fold(path).isEmpty ? .overflow : catalog.intern(path)
    }

    private mutating func growTable() {
        table.deallocate()
        tableMask = tableMask * 2 + 1
        table = .allocate(capacity: tableMask + 1)
        table.initialize(repeating: 0, count: tableMask + 1)
        for index in 2..<count {
            var place = Int(nodes[UInt32(index)].pointee.hash) & tableMask
            while table[place] != 0 { place = (place + 1) & tableMask }
            table[place] = UInt32(index)
        }
    }

    /// A keyed hash: multiplications of 64 to 128 bits, folded, over 8 bytes a step. Reads up to 7 bytes past the key (slack).
    private func hash(_ parent: UInt32, _ key: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let product = a.multipliedFullWidth(by: b)
            return product.high ^ product.low
        }
        var state = fold(seed.0 ^ UInt64(parent), seed.1 ^ UInt64(length))
        var index = 0
        while index < length {
            var word = UnsafeRawPointer(key + index).loadUnaligned(as: UInt64.self)
            if length - index < 8 { word &= (1 &<< UInt64((length - index) * 8)) &- 1 }
            state = fold(state ^ word, seed.1) ^ seed.0
            index += 8
        }
        state = fold(state, seed.0)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }
}
