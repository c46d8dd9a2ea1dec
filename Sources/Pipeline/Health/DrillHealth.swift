package import EventModel

/// Which drills have failed, each told once.
package struct DrillHealth: Sendable, Equatable, Codable {
    /// Ids of failed drills that were told, as long as the store lists them.
    private var told: Set<String> = []

    package init() {}

    /// - Parameter drills: the latest ones, the latest first.
    package mutating func look(_ drills: [StoredDrill], at time: Timestamp) -> [HealthEvent] {
        let failed = drills.filter { $0.hasFailed(at: time) }
        defer { told = Set(failed.map(\.id)) }
        return failed.reversed().filter { !told.contains($0.id) }.map { drill in
            var event = HealthEvent(.drillFailed, of: drill.id, at: time, since: drill.startedAt)
            event.scenario = drill.scenario
            event.detail = drill.outcome == nil ? "it was not brought to its end" : drill.summary
            return event
        }
    }
}
