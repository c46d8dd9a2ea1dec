import Alerting
import LocatedYAML

/// The scenarios that the configuration's schedule names.
enum DrillSetup {
    /// By name. Empty without a schedule: nothing is read then.
    /// - Throws: `StartError` if a scenario is not there, or wrong, or no source takes its records.
    static func scenarios(_ configuration: Configuration) throws(StartError) -> [String: DrillScenario] {
        let entries = configuration.drills.entries
        if entries.isEmpty { return [:] }
        let (found, diagnostics) = DrillFile.read(folder: configuration.drills.folder)
        if diagnostics.contains(where: { $0.severity == .error }) {
            throw StartError("the scenarios of drills have errors", diagnostics: diagnostics)
        }
        let scenarios = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        for entry in entries {
            var problem: String?
            if let scenario = scenarios[entry.scenario] {
                do {
                    _ = try DrillRun(scenario, through: entry.source, configuration, by: DrillStage.person)
                } catch {
                    problem = "\(error)"
                }
            } else {
                let names = scenarios.keys.sorted().joined(separator: ", ")
                problem = "there is no scenario \"\(entry.scenario)\" in \(configuration.drills.folder); there are \(names)"
            }
            if let problem {
                throw StartError("drills: \(problem)", diagnostics: [Diagnostic(.error, at: entry.location, problem)])
            }
        }
        return scenarios
    }
}
