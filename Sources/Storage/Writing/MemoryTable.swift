import EventModel

/// The table of what collectors remember of the records that they read.
enum MemoryTable {
    static func write(_ memory: SourceMemory, _ connection: Connection) throws {
        if let horizon = memory.forgetBefore {
            try connection.run(
                "DELETE FROM source_memory WHERE name = ? AND time < ?", [.text(memory.name), .integer(horizon.microseconds)])
        }
        for entry in memory.added {
            // The later time keeps it longer.
            try connection.run(
                """
                INSERT INTO source_memory VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET time = excluded.time WHERE excluded.time > time
                """, [.text(memory.name), .blob(entry.key.bytes), .integer(entry.time.microseconds)])
        }
    }

    /// The entries of one memory, the oldest first. A key that is none (a damaged store) is left out.
    static func read(_ name: String, _ connection: Connection) throws -> [SourceMemory.Entry] {
        try connection.rows("SELECT key, time FROM source_memory WHERE name = ? ORDER BY time", [.text(name)]) { row in
            RecordKey(bytes: row.blob(0)).map {
                SourceMemory.Entry(key: $0, time: Timestamp(microseconds: row.integer(1)))
            }
        }.compactMap { $0 }
    }
}

extension RecordKey {
    /// Both words, big-endian.
    fileprivate var bytes: [UInt8] {
        [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) } }
    }

    fileprivate init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
