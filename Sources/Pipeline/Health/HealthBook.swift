package import EventModel
import Foundation

/// The health of all sources, as it is kept in the store: the value of one cursor, so that what was said and what is remembered
/// of it are one commit.
package struct HealthBook: Sendable, Equatable, Codable {
    package static let cursorName = "health:perimeter"

    private var sources: [String: SourceHealth] = [:]

    package init() {}

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
}
