import ArgumentParser
import EventModel
import Foundation
import Glibc
import Matching
import Normaliser
import Storage

/// Bytes an event of the store, hot and compacted; what compacting costs; how long searches take.
struct StoreBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Bytes an event, CPU of compaction, times of searches.")

    @Option(help: "Raw records, a line each.")
    var events: String

    @Option(help: "The folder of mappings.")
    var mappings: String

    @Option(help: "Where the store is made; must not exist.")
    var store: String

    @Option(help: "The median of so many searches is told; 0 for none.")
    var runs = 5

    @Option(help: "zstd's level.")
    var level: Int?

    func run() async throws {
        let catalog = FieldCatalog()
        let (loaded, diagnostics) = ProductMappings.load(folder: mappings, catalog: catalog)
        guard let loaded else {
            for diagnostic in diagnostics { print(diagnostic) }
            throw ExitCode(2)
        }
        var limits = StoreLimits()
        if let level { limits.coldCompressionLevel = Int32(level) }
        let opened = try EventStore(directory: store, catalog: catalog, products: loaded.products, limits: limits)
        let count = try await fill(opened.writer, Normaliser(mappings: loaded))
        let reader = try opened.reader()
        var figures: [(String, Double)] = [("events", Double(count))]
        figures.append(("hot_bytes", try await hotBytes(reader) / Double(count)))

        let compactor = try Compactor(writer: opened.writer, catalog: catalog, products: loaded.products, limits: limits)
        let start = ProcessClock.seconds
        while try await compactor.step(through: .max, isEager: true) != nil {}
        figures.append(("compaction_us", (ProcessClock.seconds - start) / Double(count) * 1e6))
        let summary = try await reader.summary()
        figures.append(("raw_bytes", Double(summary.coldRawBytes) / Double(count)))
        figures.append(("cold_bytes", Double(summary.coldBytes) / Double(count)))
        figures.append(("cold_file_bytes", Double(Self.size(of: store + "/events")) / Double(count)))
        figures.append(("cold_blocks", Double(summary.coldBlocks)))
        let different = try await differences(reader)
        figures.append(("records_that_differ", Double(different)))
        if runs > 0 { figures += try await searches(reader) }
        Self.tell(figures)
        if different > 0 { throw ExitCode(1) }
    }

    /// Commits the records as the daemon does, some thousand at a time.
    private func fill(_ writer: StoreWriter, _ normaliser: Normaliser) async throws -> Int {
        let data = try Data(contentsOf: URL(fileURLWithPath: events), options: .mappedIfSafe)
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "bench"))
        var batches: [EventBatch] = []
        var count = 0
        for line in data.split(separator: UInt8(ascii: "\n")) {
            // 200 a second, as scripts/generate-logs has it.
            let received = Timestamp(seconds: 1_795_161_600 + Int64(count / 200))
            line.withUnsafeBytes { builder.append($0, at: received) }
            count += 1
            if builder.isFull, let batch = builder.finish() { batches.append(normaliser.normalise(batch)) }
            if batches.count >= 16 {
                try await writer.commit(EventCommit(batches: batches))
                batches = []
            }
        }
        if let batch = builder.finish() { batches.append(normaliser.normalise(batch)) }
        try await writer.commit(EventCommit(batches: batches))
        return count
    }

    private func hotBytes(_ reader: StoreReader) async throws -> Double { Double(try await reader.summary().bytes) }

    /// Records that do not come back byte for byte, in the order of the file.
    private func differences(_ reader: StoreReader) async throws -> Int {
        let data = try Data(contentsOf: URL(fileURLWithPath: events), options: .mappedIfSafe)
        let lines = data.split(separator: UInt8(ascii: "\n"))
        let compared = Comparison(lines: lines)
        _ = try await reader.replay(after: 0, through: .max) { stored in await compared.compare(stored) }
        return await compared.different + abs(lines.count - compared.count)
    }

    private actor Comparison {
        private let lines: [Data]
        private(set) var count = 0
        private(set) var different = 0

        init(lines: [Data]) { self.lines = lines }

        func compare(_ stored: StoredBatch) {
            for (index, sequence) in stored.sequences.enumerated() where sequence != 0 {
                let line = count < lines.count ? lines[count] : Data()
                if !line.elementsEqual(stored.batch[index].raw) { different += 1 }
                count += 1
            }
        }
    }

    /// Medians, in milliseconds, of a reader that has the store open.
    private func searches(_ reader: StoreReader) async throws -> [(String, Double)] {
        func test(_ field: FieldSelector, _ pattern: TextPattern) -> MatchExpression {
            .test(FieldTest(field, .text(pattern)))
        }
        let searches: [(String, MatchExpression)] = [
            ("user", test(.named("actor.user.email_addr"), .exactly("omar.muller@example.com"))),
            ("address", test(.named("src_endpoint.ip"), .exactly("203.0.113.66"))),
            ("absent_value", test(.anyValue, .exactly("203.0.199.7"))),
            ("absent_text", test(.anyValue, .containing("no such words"))),
            ("rare_text", test(.anyValue, .containing("roadmap 3128"))),
            ("hex_text", test(.anyValue, .containing("8b8bf5aa290b"))),
        ]
        var figures: [(String, Double)] = []
        for (name, expression) in searches {
            var matched = 0
            let time = try await median {
                matched = try await reader.search(SearchRequest(expression, limit: 1_000)).totals.matched
            }
            figures.append((name + "_ms", time * 1_000))
            figures.append((name + "_hits", Double(matched)))
        }
        let everything = SearchRequest(.constant(true))
        let time = try await median {
            try await reader.columns(
                everything, fields: [[.named("actor.user.email_addr")]], detail: .rows(withTimes: false)
            ) { block in
                let column = block.fields[0]
                var counts = [Int](repeating: 0, count: column.valueCount)
                for code in column.codes where code >= 0 { counts[Int(code)] += 1 }
            }
        }
        figures.append(("count_by_user_ms", time * 1_000))
        return figures
    }

    private func median(_ body: () async throws -> Void) async rethrows -> Double {
        var times: [Double] = []
        for _ in 0..<runs {
            let start = ContinuousClock.now
            try await body()
            times.append((ContinuousClock.now - start) / .seconds(1))
        }
        return times.sorted()[times.count / 2]
    }

    private static func size(of folder: String) -> Int {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.reduce(0) { total, name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            return total + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    /// One line of JSON: hundredths of what the names say.
    private static func tell(_ figures: [(String, Double)]) {
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in figures { writer.member(name, Int((value * 100).rounded())) }
        writer.endObject()
        print(writer.text)
    }
}

/// The CPU time of this process.
enum ProcessClock {
    static var seconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
