import ArgumentParser
import Detection
import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Pipeline
import Sigma

/// Scan, normalise and match: what one lane does, without sockets and store.
struct LaneBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "lane", abstract: "Nanoseconds an event of a lane's steps.")

    @Option(help: "Raw records, a line each.")
    var events: String

    @Option(help: "Rules: files or folders.")
    var rules: [String]

    @Option(help: "The folder of mappings.")
    var mappings: String

    @Option(help: "The least of so many runs is told.")
    var runs = 5

    func run() throws {
        // Rules with errors are left out: the public ones have some.
        let loaded = SigmaLoader.load(paths: rules)
        let setup: DetectionSetup
        do {
            setup = try DetectionSetup(loaded.collection, mappings: mappings)
        } catch {
            for diagnostic in error.diagnostics { print(diagnostic) }
            throw ExitCode(2)
        }
        let records = Self.batches(try Data(contentsOf: URL(fileURLWithPath: events)))
        let count = Double(records.reduce(0) { $0 + $1.records.count })

        let scanner = JSONScanner(catalog: setup.catalog)
        let scan = ThreadClock.least(runs) {
            for batch in records {
                let builder = EventBuilder(batch)
                for span in batch.records {
                    // What is no JSON costs what it costs until that is known.
                    try? scanner.scan(Int(span.offset), Int(span.length), into: builder)
                    builder.setFieldCount(0)
                }
                _ = builder.finish()
            }
        }
        let bare = Normaliser(mappings: setup.mappings)
        let bareSeconds = ThreadClock.least(runs) { for batch in records { _ = bare.normalise(batch) } }
        // As in the daemon: names are learned, and what is taught is stored.
        let learned = LearnedIdentities()
        let normaliser = Normaliser(mappings: setup.mappings, learned: learned)
        let normalise = ThreadClock.least(runs) {
            for batch in records { learned.confirm(normaliser.normalise(batch).lessons) }
        }
        var detector = Detector(ruleSet: setup.ruleSet)
        var matches = 0
        let all = ThreadClock.least(runs) {
            matches = 0
            for batch in records { matches += detector.detect(normaliser.normalise(batch)).count }
        }
        let figures = [
            ("events", count), ("rules", Double(setup.ruleSet.rules.count)), ("matches", Double(matches)),
            ("scan_ns", scan / count * 1e9), ("normalise_ns", normalise / count * 1e9),
            ("identity_ns", (normalise - bareSeconds) / count * 1e9), ("lane_ns", all / count * 1e9),
            ("match_ns", (all - normalise) / count * 1e9), ("events_per_cpu_second", count / all),
        ]
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in figures { writer.member(name, Int(value.rounded())) }
        writer.endObject()
        print(writer.text)
    }

    /// As a collector hands them on: some 64 KiB at a time.
    static func batches(_ data: Data) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        var builder = RecordBatchBuilder(source: Source(id: 0, name: "bench"))
        let received = Timestamp.now()
        for line in data.split(separator: UInt8(ascii: "\n")) {
            line.withUnsafeBytes { builder.append($0, at: received) }
            if builder.isFull, let batch = builder.finish() { batches.append(batch) }
        }
        if let batch = builder.finish() { batches.append(batch) }
        return batches
    }
}
