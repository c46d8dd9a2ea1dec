public import EventModel

/// What events have taught of the names of accounts.
extension StoreReader {
    /// Everything, what was seen last first.
    public func aliases(limit: Int) throws -> [LearnedAlias] {
        try StoreError.translating(files.database) { try AliasTable.read(connection, limit: limit) }
    }

    /// The names of an address, or of an id (`product:id`).
    public func aliases(of target: String, limit: Int) throws -> [LearnedAlias] {
        try StoreError.translating(files.database) { try AliasTable.read(target: target, connection, limit: limit) }
    }

    /// What an id or login of a product belongs to, in all tenants.
    public func aliases(product: String, name: String, limit: Int) throws -> [LearnedAlias] {
        try StoreError.translating(files.database) {
            try AliasTable.read(product: product, name: name, connection, limit: limit)
        }
    }
}
