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

    /// Forgets a sixteenth: those that were not seen for longest.
    mutating func forget<Time: Comparable>(by lastSeen: (Entity) -> Time) {
        let oldest = entities.sorted { (lastSeen($0.value), $0.key) < (lastSeen($1.value), $1.key) }
        for (key, _) in oldest.prefix(max(1, entities.count / 16)) { self[key] = nil }
    }

    /// Takes what was saved.
    mutating func restore(_ entity: Entity, of key: UInt64) { entities[key] = entity }

    /// The page of a forgotten entity is empty.
    mutating func takeDirtyPages(_ bytes: (Entity, UInt64) -> [UInt8]) -> [StatePage] {
        defer { changed = [] }
        return changed.sorted().map { key in
            StatePage(number: Int(key &>> 1), bytes: entities[key].map { bytes($0, key) } ?? [])
        }
    }
}
