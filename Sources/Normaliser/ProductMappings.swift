public import EventModel
public import LocatedYAML

/// All mapping files of a folder, checked and compiled: what the lanes' normalisers work with. Immutable.
public final class ProductMappings: Sendable {
    /// The products, numbered as `EventRow.product` does.
    public let products: ProductCatalog
    /// Every name and alias by which a configuration may name a product, sorted.
    public let names: [String]
    /// Numbers the fields of all events.
    public let catalog: FieldCatalog
    let compiled: [CompiledMapping]
    let detector: ProductDetector
    let textProducts: TextProducts
    /// Those of each product's file, by its number in `compiled`.
    let tests: [[MappingTest]]
    private let numbers: [String: Int]

    /// Reads every `*.yml` file of a folder, in the order of their names.
    ///
    /// - Parameter catalog: numbers the fields; the one that the lanes' scanners use.
    /// - Returns: nil and the errors if anything is wrong. Warnings come with mappings.
    public static func load(folder: String, catalog: FieldCatalog) -> (ProductMappings?, [Diagnostic]) {
        guard let files = MappingFolder.files(in: folder) else {
            let place = SourceLocation(file: folder, line: 1, column: 1)
            return (nil, [Diagnostic(.error, at: place, "cannot read this folder of mapping files")])
        }
        return load(files.map { YAMLFile(path: $0) }, catalog: catalog)
    }

    /// Reads mapping files that are already in memory.
    public static func load(_ files: [YAMLFile], catalog: FieldCatalog) -> (ProductMappings?, [Diagnostic]) {
        let log = DiagnosticLog(files.flatMap(\.diagnostics))
        let schema = OCSFSchema()
        var parsed: [MappingFile] = []
        var compiled: [CompiledMapping] = []
        var numbers: [String: Int] = [:]
        var apps: [String: String] = [:]
        for file in files {
            guard let mapping = MappingParser(file: file, log: log).parse() else { continue }
            for name in [mapping.name] + mapping.aliases {
                if let other = numbers[name.value] {
                    log.error(at: name.location, "\"\(name.value)\" already names \(parsed[other].name.value)")
                } else {
                    numbers[name.value] = parsed.count
                }
            }
            for app in mapping.text?.apps ?? [] {
                if let other = apps[app.value] {
                    log.error(at: app.location, "\"\(app.value)\" already is a program of \(other)")
                } else {
                    apps[app.value] = mapping.name.value
                }
            }
            var compiler = MappingCompiler(file: mapping, schema: schema, catalog: catalog, log: log)
            parsed.append(mapping)
            compiled.append(compiler.compile())
        }
        if log.hasErrors { return (nil, log.sorted) }
        let products = parsed.map { Product(name: $0.name.value, logSources: $0.logSources, fields: $0.productFields) }
        let mappings = ProductMappings(
            products: ProductCatalog(products), numbers: numbers, catalog: catalog, compiled: compiled,
            detector: ProductDetector(parsed, catalog: catalog), textProducts: TextProducts(parsed), tests: parsed.map(\.tests))
        return (mappings, log.sorted)
    }

    private init(
        products: ProductCatalog, numbers: [String: Int], catalog: FieldCatalog, compiled: [CompiledMapping],
        detector: ProductDetector, textProducts: TextProducts, tests: [[MappingTest]]
    ) {
        self.products = products
        self.numbers = numbers
        self.catalog = catalog
        self.compiled = compiled
        self.detector = detector
        self.textProducts = textProducts
        self.tests = tests
        names = numbers.keys.sorted()
    }

    /// The products' own names, by their numbers in `compiled`.
    var productNames: [String] { products.products.dropFirst(Int(ProductCatalog.unknown) + 1).map(\.name) }

    /// The product's number in `compiled`, by name or alias.
    func number(named name: String) -> Int? { numbers[name] }

    /// `EventRow.product` of the events of a product, by its name or an alias.
    public func catalogNumber(named name: String) -> UInt16? { numbers[name].map { UInt16($0 + 1) } }

    /// The name that a product's events carry (`Product.name`), by this name or an alias.
    public func productName(of name: String) -> String? {
        numbers[name].map { products.products[Int(ProductCatalog.unknown) + 1 + $0].name }
    }

    /// Whether a product goes by that name or alias.
    public func knows(_ name: String) -> Bool { numbers[name] != nil }
}
