import EventModel

/// What is known of each entity, and of which of them it has changed since it was saved: a page an entity.
struct EntityBook<Entity: Sendable>: Sendable {
    private var entities: [UInt64: Entity] = [:]
    private var changed: Set<UInt64> = []

    var count: Int { entities.count }

    /// All of them, to look at.
    var all: [UInt64: Entity] { entities }

    /// By the hash of the entity's values. What is set is to be saved.
    subscript(key: UInt64) -> Entity? {
        get { entities[key] }
        set {
            entities[key] = newValue
            changed.insert(key)
        }
    }

    /// Takes an entity out to be changed, so that nothing that it holds is copied. It is to be set again.
    mutating func take(_ key: UInt64) -> Entity? { entities.removeValue(forKey: key) }

    /// Forgets others if one more than the most that there may be is coming.
    mutating func makeRoom<Time: Comparable>(for key: UInt64, within most: Int, by lastSeen: (Entity) -> Time) {
        if entities[key] == nil, entities.count >= most { forget(by: lastSeen) }
    }

    /// Forgets a sixteenth: those that were not seen for longest.
    mutating func forget<Time: Comparable>(by lastSeen: (Entity) -> Time) {
        let oldest = entities.sorted { (lastSeen($0.value), $0.key) < (lastSeen($1.value), $1.key) }
        for (key, _) in oldest.prefix(max(1, entities.count / 16)) { self[key] = nil }
    }

    // MARK: Snapshots

    /// Takes a page that was saved; what stands behind the entity's key is read by `read`.
    mutating func restore(
        _ page: StatePage, _ read: (inout SnapshotReader) throws(SnapshotError) -> Entity
    ) throws(SnapshotError) {
        // That of a forgotten entity.
        if page.bytes.isEmpty { return }
        var reader = try SnapshotReader(page.bytes)
        let key = try reader.fixed()
        entities[key] = try read(&reader)
    }

    /// The pages of those that changed since the last call.
    mutating func takeDirtyPages(_ write: (Entity, inout SnapshotWriter) -> Void) -> [StatePage] {
        defer { changed = [] }
        return changed.sorted().map { key in
            StatePage(number: Int(key &>> 1), bytes: entities[key].map { bytes(of: $0, key, write) } ?? [])
        }
    }

    private func bytes(of entity: Entity, _ key: UInt64, _ write: (Entity, inout SnapshotWriter) -> Void) -> [UInt8] {
        var writer = SnapshotWriter()
        writer.writeFixed(key)
        write(entity, &writer)
        writer.seal()
        return writer.bytes
    }
}
