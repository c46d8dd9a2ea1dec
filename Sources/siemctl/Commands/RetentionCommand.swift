import ArgumentParser
import EventModel
import LocatedYAML
import Normaliser
import Pipeline
import Storage

/// `siemctl store retention`: what has expired, without removing any of it.
struct RetentionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention",
        abstract: "Show which events have expired, and what becomes of which files. Nothing is changed.",
        discussion: """
            By "retention" in the configuration, or by what --age and --size try in its place. siemd, which may run meanwhile, \
            looks once an hour, and does then what is shown here. Exits 0, also when nothing has expired; 4 when a part of the \
            store could not be read.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case table, json }

    @Option(name: .shortAndLong, help: "table or json.")
    var output = Format.table

    @Option(help: ArgumentHelp("Try this age: 30d, 12h.", valueName: "duration"))
    var age: String?

    @Option(help: ArgumentHelp("Try this size: 10GiB.", valueName: "size"))
    var size: String?

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("The product or classification whose limits to try; else those of all events.", valueName: "name"))
    var scope: String?

    @OptionGroup var store: StoreOptions

    func validate() throws {
        if age != nil && duration == nil {
            throw ValidationError("--age must be a duration such as 30d or 12h, and longer than nothing")
        }
        if size != nil && bytes == nil { throw ValidationError("--size must be a size such as 10GiB, at least 1MiB") }
        if scope != nil && age == nil && size == nil {
            throw ValidationError("--for says whose --age or --size is tried: give one of them")
        }
    }

    private var duration: Duration? {
        age.flatMap(DurationText.microseconds).flatMap { $0 > 0 ? .microseconds($0) : nil }
    }

    private var bytes: Int? { size.flatMap(SizeText.bytes).flatMap { $0 >= 1 << 20 ? $0 : nil } }

    func run() async throws {
        let catalog = FieldCatalog()
        let (mappings, policy) = try policy(catalog)
        let reader = try store.open(catalog: catalog, products: mappings.products)
        let report = try await CommandError.ofStore { try await reader.retentionPlan(policy, now: .now()).report }
        switch output {
        case .table:
            for line in RetentionTables(report).lines(.standardOutput()) { Console.print(line) }
            if report.limits.isEmpty { Console.note("nothing ever expires: no limit is configured; --age and --size try one") }
        case .json: Console.print(report.json)
        }
        for damage in report.damagedBlocks { Console.note("could not be read: \(damage)") }
        if !report.damagedBlocks.isEmpty {
            throw CommandError(
                .partial, "\(report.damagedBlocks.count) blocks could not be read; they stay until all of their events expire")
        }
    }

    /// The configured policy with what is to be tried, and the mappings that know its products.
    private func policy(_ catalog: FieldCatalog) throws -> (ProductMappings, RetentionPolicy) {
        let configuration = try store.configuration.load()
        let (read, diagnostics) = ProductMappings.load(folder: configuration.mappings, catalog: catalog)
        guard let mappings = read else {
            Diagnostics.print(diagnostics)
            throw CommandError(.usage, "the mappings in \(configuration.mappings) have errors")
        }
        var policy = RetentionPolicy()
        do throws(StartError) {
            policy = try RetentionSetup.policy(configuration, mappings) ?? policy
        } catch {
            Diagnostics.print(error.diagnostics)
            throw CommandError(.usage, "\(error)")
        }
        try apply(to: &policy, mappings)
        return (mappings, policy)
    }

    private func apply(to policy: inout RetentionPolicy, _ mappings: ProductMappings) throws {
        guard let scope else { return set(&policy.overall) }
        if let index = policy.classifications.firstIndex(where: { $0.name == scope }) {
            set(&policy.classifications[index].limit)
        } else if let product = mappings.productName(of: scope) {
            set(&policy.products[product, default: RetentionPolicy.Limit()])
        } else {
            let names = policy.classifications.map(\.name) + mappings.names
            throw CommandError(
                .usage,
                "--for: no product and no classification is called \"\(scope)\"\(Suggestion.hint(for: scope, among: names)); "
                    + "known are \(names.joined(separator: ", "))")
        }
    }

    private func set(_ limit: inout RetentionPolicy.Limit) {
        limit.age = duration ?? limit.age
        limit.bytes = bytes ?? limit.bytes
    }
}
