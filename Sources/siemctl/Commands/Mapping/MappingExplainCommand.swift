import ArgumentParser
import EventModel
import LocatedYAML
import Normaliser
import Pipeline

extension MappingCommand {
    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how a record becomes an event: which line of which mapping file made each field.",
            discussion: """
                Reads one record from standard input: all of it, so that JSON may have line breaks. Shows the product and what \
                told it, the event type and the line that gave it its class, each field with its source, what stays in unmapped, \
                what is dropped, and what was left out since it is not what its attribute takes.
                """)

        @Option(help: "The product that the record comes from; without it its shape tells.")
        var product: String?

        @Option(help: "Files or folders of mappings; without it the folder of the configuration.")
        var mappings: [String] = []

        @Option(name: .shortAndLong, help: "text, or json: an object for each event of the record, a line each.")
        var output = Format.text

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let check = try MappingCommand.check(mappings, configuration)
            guard let loaded = check.mappings, !check.hasErrors else {
                Diagnostics.print(check.diagnostics.filter { $0.severity == .error })
                throw CommandError(.environment, "the mapping files have errors")
            }
            if let product, !loaded.knows(product) {
                throw CommandError(.usage, DetectionSetup.unknownProduct(product, loaded))
            }
            var record = try Console.read(nil)[...]
            while let last = record.last, last == 0x0a || last == 0x0d { record.removeLast() }
            guard !record.isEmpty else { throw CommandError(.usage, "no record on standard input") }
            let identities = IdentityResolver(installation.identities.map { .init(canonical: $0.name, aliases: $0.aliases) })
            let explainer = MappingExplainer(
                mappings: loaded, product: product, receivedAt: .now(), identities: identities)
            let explanations = record.withUnsafeBytes { explainer.explain($0) }
            let text = MappingExplanationText(style: .standardOutput())
            for (index, explanation) in explanations.enumerated() {
                switch output {
                case .json: Console.print(MappingExplanationText.json(explanation))
                case .text:
                    if index > 0 { Console.print("") }
                    if explanations.count > 1 { Console.print("event \(index + 1) of \(explanations.count)") }
                    for line in text.lines(explanation) { Console.print(line) }
                }
            }
        }
    }
}
