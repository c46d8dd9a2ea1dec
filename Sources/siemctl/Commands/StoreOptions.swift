import ArgumentParser
import EventModel
import Normaliser
import Pipeline
import Storage

/// What every command takes that reads the store.
struct StoreOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: "The folder of the store, in place of the configuration's.")
    var data: String?

    /// Where the store lies.
    func files() throws -> StoreFiles { StoreFiles(directory: try data ?? configuration.load().data) }

    /// Numbers the fields that the installation's mappings know, so that queries may name them.
    func internMappedFields(into catalog: FieldCatalog) {
        for product in products(catalog).products {
            for name in product.fields.names { _ = catalog.intern(name) }
        }
    }

    /// The products of the installation's mappings. What is wrong with the mappings is no business of a search.
    func products(_ catalog: FieldCatalog) -> ProductCatalog {
        guard let installation = try? configuration.load() else { return ProductCatalog([]) }
        return ProductMappings.load(folder: installation.mappings, catalog: catalog).0?.products ?? ProductCatalog([])
    }

    /// Opens the store for reading, with siemd running or stopped.
    func open(
        catalog: FieldCatalog = FieldCatalog(), products: ProductCatalog = ProductCatalog([]), sources: [Source] = []
    ) throws -> StoreReader {
        let files = try files()
        do {
            return try StoreReader(
                files: files, catalog: catalog, products: products, sources: sources)
        } catch {
            throw CommandError(.environment, "\(error)")
        }
    }
}

extension StoreOptions {
    /// Changes what people decide of findings, silences and deliveries; what cannot be is told as wrong usage.
    func triage<Result>(_ body: (TriageStore) throws -> Result) throws -> Result {
        let files = try files()
        do {
            return try body(try TriageStore(files: files))
        } catch let error as TriageError {
            throw CommandError(.usage, "\(error)")
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        }
    }
}

/// What a person typed as a time.
struct TimeArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        guard let time = TimeText.parse(argument, now: .now()) else { return nil }
        self.time = time
    }
}
