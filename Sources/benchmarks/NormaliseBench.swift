import ArgumentParser
import EventModel
import Foundation
import LocatedYAML
import Normaliser

/// Scan and normalise, with some mapping files and with all: what the other products cost those that are in use.
struct NormaliseBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "normalise", abstract: "Events per CPU-second of scan and normalise, with few and with all mapping files.")

    @Option(help: "Raw records, a line each.")
    var events: String

    @Option(help: "The folder of mappings.")
    var mappings: String

    @Option(help: "A product that the records come from: its mapping file is one of the few.")
    var product: [String]

    @Option(help: "The least of so many runs is told; few and all take turns.")
    var runs = 7

    func run() throws {
        let records = LaneBench.batches(try Data(contentsOf: URL(fileURLWithPath: events)))
        let count = Double(records.reduce(0) { $0 + $1.records.count })
        let names = try FileManager.default.contentsOfDirectory(atPath: mappings).filter { $0.hasSuffix(".yml") }.sorted()
        let few = try normaliser(product.map { $0 + ".yml" })
        let all = try normaliser(names)
        guard try classes(few, records) == classes(all, records) else {
            print("the events differ with the other mapping files")
            throw ExitCode(1)
        }
        let scanner = JSONScanner(catalog: FieldCatalog())
        var least = (scan: Double.infinity, few: Double.infinity, all: Double.infinity)
        // By turns, so that a noisy machine hits all of them alike.
        for _ in 0..<max(1, runs) {
            least.scan = min(least.scan, ThreadClock.least(1) { for batch in records { scan(batch, scanner) } })
            least.few = min(least.few, ThreadClock.least(1) { for batch in records { _ = few.normalise(batch) } })
            least.all = min(least.all, ThreadClock.least(1) { for batch in records { _ = all.normalise(batch) } })
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("events", Int(count))
        writer.member("files", names.count)
        writer.member("scan_per_cpu_second", Int(count / least.scan))
        writer.member("few_per_cpu_second", Int(count / least.few))
        writer.member("all_per_cpu_second", Int(count / least.all))
        writer.member("ratio", (least.few / least.all * 1_000).rounded() / 1_000)
        writer.endObject()
        print(writer.text)
    }

    private func normaliser(_ names: [String]) throws -> Normaliser {
        let files = names.map { YAMLFile(path: mappings + "/" + $0) }
        let (loaded, diagnostics) = ProductMappings.load(files, catalog: FieldCatalog())
        guard let loaded else {
            for diagnostic in diagnostics { print(diagnostic) }
            throw ExitCode(2)
        }
        return Normaliser(mappings: loaded)
    }

    private func scan(_ batch: RecordBatch, _ scanner: JSONScanner) {
        let builder = EventBuilder(batch)
        for span in batch.records {
            // What is no JSON costs what it costs until that is known.
            try? scanner.scan(Int(span.offset), Int(span.length), into: builder)
            builder.setFieldCount(0)
        }
        _ = builder.finish()
    }

    /// How many events of each class there are.
    private func classes(_ normaliser: Normaliser, _ records: [RecordBatch]) throws -> [UInt32: Int] {
        var counts: [UInt32: Int] = [:]
        for batch in records { for row in normaliser.normalise(batch).rows { counts[row.classUID, default: 0] += 1 } }
        return counts
    }
}
