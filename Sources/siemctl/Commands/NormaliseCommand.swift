import ArgumentParser
import EventModel
import Normaliser
import Pipeline

struct NormaliseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalise",
        abstract: "Print raw records from standard input as OCSF events, a line each, in order.",
        discussion: "A record that cannot be understood is printed as a Base Event that says why.")

    @Option(help: "The product that the records come from; without it their shape tells.")
    var product: String?

    @Flag(help: "Print every event of a record that holds several, not only the first.")
    var all = false

    @Option(help: "The source to stand in metadata.log_provider.")
    var sourceName = "siemctl"

    @Option(help: "The time of receipt (RFC 3339) to stand in the events; now, without it.")
    var receivedAt: TimeArgument?

    @OptionGroup var configuration: ConfigurationOptions

    func run() throws {
        let installation = try configuration.load()
        let catalog = FieldCatalog()
        let (loaded, diagnostics) = ProductMappings.load(folder: installation.mappings, catalog: catalog)
        guard let mappings = loaded else {
            Diagnostics.print(diagnostics)
            throw CommandError(.environment, "the mappings in \(installation.mappings) have errors")
        }
        if let product, !mappings.knows(product) {
            throw CommandError(.usage, DetectionSetup.unknownProduct(product, mappings))
        }
        let identities = configuration.identityNames()
        var normaliser = LineNormaliser(
            mappings: mappings, product: product, sourceName: sourceName, receivedAt: receivedAt?.time ?? .now(),
            identities: identities,
            events: all ? .all : .first)
        for line in try Console.read(nil).split(separator: UInt8(ascii: "\n")) {
            for document in line.withUnsafeBytes({ normaliser.documents(of: $0) }) { Console.write(document + [0x0a]) }
        }
    }
}
