/// What tells one store from another, made once with it.
public struct StoreIdentity: Sendable, Equatable {
    /// 32 hexadecimal digits.
    public let id: String
    /// The secret with which event keys (`EventKey`) are hashed. It is kept, since keys must be the same after a restart, and it
    /// is random, since whoever writes the logs must not be able to forge a duplicate.
    public let keySeed: (high: UInt64, low: UInt64)

    init(id: String, keySeed: (high: UInt64, low: UInt64)) {
        self.id = id
        self.keySeed = keySeed
    }

    static func random() -> StoreIdentity {
        var generator = SystemRandomNumberGenerator()
        let words = (generator.next(), generator.next()) as (UInt64, UInt64)
        return StoreIdentity(id: hex(words.0) + hex(words.1), keySeed: (generator.next(), generator.next()))
    }

    /// The seed as stored: both words, little-endian.
    var seedBytes: [UInt8] {
        [keySeed.high, keySeed.low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    }

    static func read(_ connection: Connection) throws -> StoreIdentity {
        let id = try connection.row("SELECT value FROM meta WHERE name = 'store_id'") { $0.text(0) }
        let seed = try connection.row("SELECT value FROM meta WHERE name = 'key_seed'") { statement -> (UInt64, UInt64)? in
            let bytes = statement.blob(0)
            guard bytes.count == 16 else { return nil }
            return (
                UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)),
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        guard let id, let seed, let seed else {
            throw StoreError(.damaged, path: connection.path, detail: "the table meta lacks the store's identity")
        }
        return StoreIdentity(id: id, keySeed: (high: seed.0, low: seed.1))
    }

    public static func == (a: StoreIdentity, b: StoreIdentity) -> Bool { a.id == b.id && a.keySeed == b.keySeed }

    private static func hex(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
