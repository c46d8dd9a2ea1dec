import EventModel

extension StoreWriter {
    /// Makes cold blocks, which are on the disk in their partitions, part of the store in place of others.
    ///
    /// The keys of hot blocks are kept as long as they are among the latest, so that their events' duplicates are still known
    /// after a restart.
    func apply(_ swap: ColdSwap) throws {
        try perform { connection in
            try connection.transaction {
                for entry in swap.added { try ColdCatalog.insert(connection, entry) }
                for id in swap.removed { try ColdCatalog.remove(connection, id) }
                for move in swap.moved {
                    try connection.run(
                        "UPDATE cold_blocks SET partition = ? WHERE id = ?", [.text(move.partition), .integer(move.id)])
                }
                for first in swap.hot {
                    try connection.run(
                        """
                        INSERT OR REPLACE INTO spent_keys
                        SELECT first_sequence, count, keys_checksum, keys FROM blocks WHERE first_sequence = ?
                        """, [.integer(first)])
                    try connection.run("DELETE FROM blocks WHERE first_sequence = ?", [.integer(first)])
                }
                if !swap.hot.isEmpty { try forgetKeys(connection) }
            }
        }
    }

    /// Removes the keys of blocks that are no longer among the latest.
    private func forgetKeys(_ connection: Connection) throws {
        let next = try connection.integer("SELECT value FROM engine WHERE name = 'next_sequence'") ?? 1
        try connection.run(
            "DELETE FROM spent_keys WHERE first_sequence + count <= ?", [.integer(next - Int64(limits.recentKeys))])
    }
}
