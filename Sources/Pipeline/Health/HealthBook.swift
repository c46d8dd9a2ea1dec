package import EventModel
import Foundation

/// The health of all sources and endpoints, and of drills, as it is kept in the store: the value of one cursor, so that what was
/// said and what is remembered of it are one commit.
package struct HealthBook: Sendable, Equatable, Codable {
    package static let cursorName = "health:perimeter"

    private var sources: [String: SourceHealth] = [:]
    private var endpoints: [String: EndpointHealth] = [:]
    private var drills = DrillHealth()

    package init() {}

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        sources = try values.decode([String: SourceHealth].self, forKey: .sources)
        // Earlier versions looked at sources alone.
        endpoints = try values.decodeIfPresent([String: EndpointHealth].self, forKey: .endpoints) ?? [:]
        drills = try values.decodeIfPresent(DrillHealth.self, forKey: .drills) ?? DrillHealth()
    }

    /// Nil if the text is not one of ours; sources are then learned anew.
    package init?(json: String) {
        guard let read = try? JSONDecoder().decode(HealthBook.self, from: Data(json.utf8)),
            read.sources.values.allSatisfy(\.isSound)
        else { return nil }
        self = read
    }

    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Numbers, texts and lists of them: encoding cannot fail.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    package subscript(source name: String) -> SourceHealth? { sources[name] }

    /// Takes note of the ledger, and says what has changed. Sources that are no longer configured are forgotten.
    /// - Parameter limits: each configured source's longest silence, in microseconds; nil: as learned.
    package mutating func look(
        _ ledger: [String: SourceHealth.Counts], limits: [String: Int64?], at time: Timestamp
    ) -> [HealthEvent] {
        sources = sources.filter { limits.keys.contains($0.key) }
        var events: [HealthEvent] = []
        for (name, limit) in limits.sorted(by: { $0.key < $1.key }) {
            let counts = ledger[name] ?? SourceHealth.Counts()
            if sources[name] == nil {
                sources[name] = SourceHealth(counts: counts, at: time)
            } else {
                events += sources[name]?.look(counts, source: name, at: time, limit: limit) ?? []
            }
        }
        return events
    }

    /// Takes note of the outbox, and says what has changed. Endpoints that are no longer configured are forgotten.
    /// - Parameters:
    ///   - dead: deliveries that were given up, by endpoint.
    ///   - disabled: why nothing is sent, by endpoint.
    package mutating func look(
        dead: [String: Int], disabled: [String: String], endpoints names: [String], at time: Timestamp
    ) -> [HealthEvent] {
        endpoints = endpoints.filter { names.contains($0.key) }
        return names.sorted().flatMap { name in
            var endpoint = endpoints[name] ?? EndpointHealth(dead: dead[name] ?? 0)
            defer { endpoints[name] = endpoint }
            return endpoint.look(dead: dead[name] ?? 0, disabledReason: disabled[name], endpoint: name, at: time)
        }
    }

    /// Takes note of the latest drills, and says which have failed.
    package mutating func look(_ latest: [StoredDrill], at time: Timestamp) -> [HealthEvent] { drills.look(latest, at: time) }
}
