import ArgumentParser
import EventModel
import Normaliser
import Pipeline

struct PrivacyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "privacy", abstract: "Find out what personal data sources carry.", subcommands: [Report.self])

    struct Report: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print which fields of raw records carry personal data, and what the privacy rules do with them.",
            discussion: """
                Reads raw records, a line each, of a file or of standard input. Of what is stored: \
                siemctl search 'metadata.log_provider:NAME' --limit 0 -o raw | siemctl privacy report. Fields are told by the \
                form of their values (addresses, phone numbers) and by their names; free text may say more. siemctl normalise \
                shows what would be stored.
                """)

        @Argument(help: "A file of records; without it, standard input.")
        var file: String?

        @Option(help: "The product that the records come from; without it their shape tells.")
        var product: String?

        @Flag(help: """
            Print {"records": n, "fields": [{"product", "path", "kinds", "records", "values", "treatment"}]}.
            """)
        var json = false

        @OptionGroup var configuration: ConfigurationOptions

        func run() throws {
            let installation = try configuration.load()
            let mappings = try NormaliseCommand.mappings(installation, product: product)
            let lines = LineNormaliser(mappings: mappings, product: product, receivedAt: .now())
            var report = PersonalDataReport(mappings: mappings, privacy: try PrivacySetup.privacy(installation, mappings))
            for line in try Console.read(file).split(separator: UInt8(ascii: "\n")) {
                line.withUnsafeBytes { report.add(lines.normalise([$0])) }
            }
            if json {
                Console.print(Self.json(report))
            } else {
                Self.print(report)
            }
        }

        private static func print(_ report: PersonalDataReport) {
            var table = Table([
                .init(title: "PRODUCT"), .init(title: "FIELD", isFixed: true), .init(title: "CARRIES"),
                .init(title: "RECORDS", alignsRight: true), .init(title: "VALUES", alignsRight: true), .init(title: "RULE"),
            ])
            for row in report.rows {
                let kinds = row.kinds.map(\.rawValue).joined(separator: ", ")
                let values = row.values < PersonalDataReport.maximumValues ? "\(row.values)" : "\(row.values)+"
                let rule = Table.Cell(row.treatment?.rawValue ?? "stored as it is", row.treatment == nil ? .yellow : .plain)
                table.add([
                    .init(row.product), .init(row.path), .init(kinds), .init("\(row.records)"), .init(values), rule,
                ])
            }
            for line in table.lines(Style.standardOutput()) { Console.print(line) }
            let open = report.rows.count { $0.treatment == nil }
            Console.print(
                "\(report.records) records; \(report.rows.count) fields with personal data, \(open) of them stored as they are")
            if report.leftOut > 0 { Console.note("\(report.leftOut) values of further fields are not counted") }
        }

        private static func json(_ report: PersonalDataReport) -> String {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("records", report.records)
            writer.key("fields")
            writer.beginArray()
            for row in report.rows {
                writer.beginObject()
                writer.member("product", row.product)
                writer.member("path", row.path)
                writer.member("kinds", strings: row.kinds.map(\.rawValue))
                writer.member("records", row.records)
                writer.member("values", row.values)
                if let treatment = row.treatment { writer.member("treatment", treatment.rawValue) }
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
            return writer.text
        }
    }
}
