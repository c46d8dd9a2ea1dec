import ArgumentParser
import Collectors
import EventModel
import Foundation
import LocatedYAML
import Normaliser
import Pipeline

struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Look at the configured sources.", subcommands: [List.self, Test.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the sources: name, product and where records come in.")

        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            var table = Table([.init(title: "SOURCE"), .init(title: "PRODUCT"), .init(title: "DOOR")])
            for source in try options.load().sources {
                table.add([.init(source.name), .init(source.product ?? "by shape"), .init(source.door.text)])
            }
            table.print()
        }
    }

    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a polled source once, or look into a file, and show how its first record is understood.",
            discussion: """
                Makes the first request of each stream with the real credentials. Stores nothing and moves no position. \
                Exits 1 when a stream cannot be read.
                """)

        @Argument(help: "The source's name.")
        var name: String

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let installation = try options.load()
            guard let source = installation.sources.first(where: { $0.name == name }) else {
                let names = installation.sources.map(\.name)
                throw CommandError(
                    .usage, "no source is called \"\(name)\"\(Suggestion.hint(for: name, among: names)); "
                        + "known are \(names.joined(separator: ", "))")
            }
            let reading = try RecordReading(installation, source)
            Console.print("\(source.name): \(source.door.text)")
            switch source.door {
            case .poll(let poll): try await test(poll, reading)
            case .file(let file): try test(FileProbe(file), reading)
            case .syslog, .http:
                Console.print("this source waits for senders: there is nothing to ask. siemctl status shows what came")
            }
        }

        private func test(_ files: FileProbe, _ reading: RecordReading) throws {
            for problem in files.problems { Console.print("  \(problem)") }
            guard let newest = files.newest else {
                Console.print("no file matches yet")
                if !files.problems.isEmpty { throw ExitCode(CommandError.Status.failed.rawValue) }
                return
            }
            Console.print("\(files.files) \(files.files == 1 ? "file matches" : "files match"); the newest is \(newest)")
            if let record = files.record { reading.show(record) } else { Console.print("it has no record yet") }
            if !files.problems.isEmpty { throw ExitCode(CommandError.Status.failed.rawValue) }
        }

        private func test(_ poll: PollConfiguration, _ reading: RecordReading) async throws {
            let style = Style.standardOutput()
            var hasProblem = false
            for answer in await PollProbe(poll).run() {
                Console.print("")
                Console.print(style.paint(answer.stream, .bold))
                for exchange in answer.exchanges { Console.print("  \(exchange.request)\n    → \(exchange.answer)") }
                if let problem = answer.problem {
                    hasProblem = true
                    Console.print("  " + style.paint("cannot be read", .red) + ": \(problem)")
                } else if let record = answer.record {
                    reading.show(record)
                } else {
                    Console.print("  can be read; there was no record in the time asked for")
                }
            }
            if hasProblem { throw ExitCode(CommandError.Status.failed.rawValue) }
        }
    }
}

/// Shows a record, and in one line how it is understood.
private struct RecordReading {
    /// Of a record; the rest is long.
    private static let shownBytes = 4_096

    let mappings: ProductMappings
    let privacy: Privacy?
    let source: SourceConfiguration

    init(_ installation: Configuration, _ source: SourceConfiguration) throws {
        mappings = try NormaliseCommand.mappings(installation, product: source.product)
        privacy = try PrivacySetup.privacy(installation, mappings)
        self.source = source
    }

    func show(_ record: [UInt8]) {
        for line in pretty(record).split(separator: "\n").prefix(80) { Console.print("  " + printable(String(line))) }
        var normaliser = LineNormaliser(
            mappings: mappings, product: source.product, sourceName: source.name, receivedAt: .now(),
            identities: IdentityResolver([]), privacy: privacy, events: .first)
        for document in record.withUnsafeBytes({ normaliser.documents(of: $0) }).prefix(1) {
            Console.print("  → " + printable(Self.summary(document)))
        }
    }

    private func pretty(_ record: [UInt8]) -> String {
        guard let value = try? JSONSerialization.jsonObject(with: Data(record)),
            let text = try? JSONSerialization.data(
                withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        else { return String(decoding: record.prefix(Self.shownBytes), as: UTF8.self) }
        return String(decoding: text.prefix(Self.shownBytes), as: UTF8.self)
    }

    /// What logs contain must not steer the terminal.
    private func printable(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }

    private static func summary(_ document: [UInt8]) -> String {
        guard let event = try? JSONSerialization.jsonObject(with: Data(document)) as? [String: Any] else {
            return String(decoding: document, as: UTF8.self)
        }
        let metadata = event["metadata"] as? [String: Any]
        let product = (metadata?["product"] as? [String: Any])?["name"] as? String
        let user = (event["user"] ?? (event["actor"] as? [String: Any])?["user"]) as? [String: Any]
        let time = (event["time"] as? NSNumber).map { RFC3339.format(Timestamp(milliseconds: $0.int64Value)) }
        let parts: [String?] = [
            event["class_name"] as? String, event["activity_name"] as? String, event["status"] as? String, product,
            metadata?["event_code"] as? String, user?["name"] as? String, time,
            event["class_uid"] as? Int == 0 ? event["message"] as? String : nil,
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }
}
