import ArgumentParser
import EventModel
import Foundation
import Matching
import Normaliser
import Pipeline
import Searching
import Storage
import Synchronization

/// How long searches of a store take that is open.
struct SearchBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Medians of queries over a store, in milliseconds, with the rows that they gave.")

    @Option(help: "The folder of the store.")
    var store: String

    @Option(help: "Queries, a line each: a name, a blank, how many rows are wanted (0 for all), a blank, the query.")
    var queries: String

    @Option(help: "The median of so many searches is told.")
    var runs = 9

    func run() async throws {
        let catalog = FieldCatalog()
        let reader = try StoreReader(
            files: StoreFiles(directory: store), catalog: catalog, products: ProductCatalog([]))
        var writer = JSONWriter()
        writer.beginObject()
        for line in try String(contentsOfFile: queries, encoding: .utf8).split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, let limit = Int(parts[1]) else { throw ValidationError("no query: \(line)") }
            let plan = try SearchParser.parse(String(parts[2]), fields: .any)
            var times: [(wall: Double, processor: Double)] = []
            var rows = 0
            for _ in 0..<max(1, runs) {
                let (start, begun) = (ContinuousClock.now, ProcessClock.seconds)
                rows = try await Self.search(plan, reader, catalog, limit: limit)
                times.append(((ContinuousClock.now - start) / .seconds(1), ProcessClock.seconds - begun))
            }
            writer.key(String(parts[0]))
            writer.beginObject()
            writer.member("microseconds", Int(times.map(\.wall).sorted()[times.count / 2] * 1e6))
            writer.member("cpu_microseconds", Int(times.map(\.processor).sorted()[times.count / 2] * 1e6))
            writer.member("rows", rows)
            writer.endObject()
        }
        writer.endObject()
        print(writer.text)
    }

    private static func search(
        _ plan: SearchPlan, _ reader: StoreReader, _ catalog: FieldCatalog, limit: Int
    ) async throws -> Int {
        let rows = Atomic(0)
        let run = Mutex(SearchRun(plan, catalog: catalog) { _ in rows.add(1, ordering: .relaxed) })
        let isPlain = plan.stages.isEmpty
        _ = try await StoredSearch.search(
            plan, reader, SearchRequest(plan.filter, limit: isPlain && limit > 0 ? limit : nil)
        ) { batch in
            try run.withLock { _ = try $0.add(batch) }
        } onEvent: { found in
            try run.withLock { try $0.add(found.event, sequence: found.sequence) }
        }
        try run.withLock { try $0.finish() }
        return rows.load(ordering: .relaxed)
    }
}
