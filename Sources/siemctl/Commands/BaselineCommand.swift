import ArgumentParser
import Detection
import LocatedYAML

struct BaselineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "baseline", abstract: "Try the models of usual behaviour.", subcommands: [Score.self])

    enum Model: String, ExpressibleByArgument, CaseIterable { case metric }

    struct Score: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Score a series of numbers, each against those before it.",
            discussion: """
                FILE is CSV whose first line names the columns timestamp and value; - is standard input. Times are RFC 3339, \
                or 2014-02-14 14:30:00 (UTC). Prints timestamp,value,anomaly_score; a score is an alarm from 0.5 on, of 1. \
                Exits 2 when the file cannot be understood, and says where.
                """)

        @Option(help: "The model: metric.")
        var model = Model.metric

        @Option(help: ArgumentHelp("The time between two values; an epoch of 14 days has as many as fit.", valueName: "duration"))
        var timespan = "5m"

        @Option(help: ArgumentHelp("For how long after an alarm only stronger ones are told.", valueName: "duration"))
        var suppress = "9h"

        @Argument(help: ArgumentHelp("The series.", valueName: "file"))
        var file: String

        private static let shortest: Int64 = 1_000_000
        private static let longest: Int64 = 7 * 86_400_000_000

        func validate() throws {
            guard let width = DurationText.microseconds(timespan), (Self.shortest...Self.longest).contains(width) else {
                throw ValidationError("--timespan must be a duration from 1s to 7d, such as 5m or 1h")
            }
            guard let time = DurationText.microseconds(suppress), time >= 0 else {
                throw ValidationError("--suppress must be a duration such as 9h; 0s tells all")
            }
        }

        func run() throws {
            guard let width = DurationText.microseconds(timespan), let time = DurationText.microseconds(suppress) else { return }
            let bytes = try Console.read(file)
            let series: BaselineSeries
            do throws(BaselineSeries.Flaw) {
                series = try BaselineSeries(bytes)
            } catch {
                throw CommandError(.usage, "\(file == "-" ? "standard input" : file):\(error)")
            }
            var model = MetricModel(.init(bucketWidth: width, suppression: time))
            var output = "timestamp,value,anomaly_score\n"
            for row in series.rows {
                let score = model.add(row.number, at: row.time)
                output += "\(row.timestamp),\(row.value),\(score.anomalyScore)\n"
                if output.utf8.count > 1 << 16 {
                    Console.write(Array(output.utf8))
                    output.removeAll(keepingCapacity: true)
                }
            }
            Console.write(Array(output.utf8))
        }
    }
}
