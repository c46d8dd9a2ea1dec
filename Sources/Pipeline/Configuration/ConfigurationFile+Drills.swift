import EventModel
import LocatedYAML

extension ConfigurationFile {
    /// More often, the marks of those that are over would be forgotten while they still hold.
    private static let shortestPause: Int64 = 60_000_000

    /// `drills:`, of the sources that there are.
    static func readDrills(_ root: YAMLSection, into configuration: inout Configuration, in folder: String) {
        guard let section = root.section("drills") else { return }
        defer { section.finish() }
        if let path = section.string("folder") { configuration.drills.folder = resolve(path, in: folder) }
        configuration.drills.entries = section.sections("schedule").compactMap { entry in
            defer { entry.finish() }
            let scenario = entry.requiredString("scenario")
            let every = entry.requiredDuration("every")
            if let every, every < shortestPause { entry.error("every", "\"every\" must be at least a minute") }
            let source = entry.string("source")
            if let source, !configuration.sources.contains(where: { $0.name == source }) {
                let names = configuration.sources.map(\.name).joined(separator: ", ")
                entry.error("source", "no source is called \"\(source)\"; known are \(names)")
            }
            guard let scenario, let every else { return nil }
            return DrillSchedule.Entry(
                scenario: scenario, every: every, source: source, location: entry.location(of: "scenario"))
        }
    }
}
