import ArgumentParser
import Normaliser
import Pipeline
import Sigma

/// What every command takes that runs rules over a file of records.
struct RehearsalOptions: ParsableArguments {
    @Option(help: "Files or folders of rules; without it those of the configuration.")
    var rules: [String] = []

    @Option(help: "Raw records, a line each; - for standard input.")
    var events: String

    @Option(help: "The product that the records come from; without it their shape tells.")
    var product: String?

    @Flag(help: "Try every rule on every record, whatever its log source.")
    var ignoreLogsource = false

    @OptionGroup var configuration: ConfigurationOptions

    /// The rules without errors, with the configuration's mappings, ready to run.
    /// - Parameter transform: what to make of the rules first.
    func setup(_ transform: (SigmaCollection) -> SigmaCollection = { $0 }) throws -> DetectionSetup {
        let installation = try configuration.load()
        let setup = try RuleCommand.setup(
            transform(RuleCommand.load(rules, installation).collection), installation, ignoringLogSource: ignoreLogsource)
        if let product, !setup.mappings.knows(product) {
            throw CommandError(.usage, DetectionSetup.unknownProduct(product, setup.mappings))
        }
        return setup
    }

    func records() throws -> [[UInt8]] {
        try Console.read(events).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}
