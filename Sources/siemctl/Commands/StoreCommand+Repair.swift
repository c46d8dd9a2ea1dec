import ArgumentParser
import Storage

extension StoreCommand {
    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save what can be saved of a damaged store.",
            discussion: """
                siemd must be stopped. What can be read stays or is written anew; what is replaced is kept in the folder \
                damaged/ of the store; what was lost is listed, and entered in the ledger. It takes room for a copy of what is \
                damaged. If there is a backup, siemctl restore may give more. Exits 0 if no event was lost, 4 if some were; \
                with --dry-run 0 if there is nothing to do, else 1.
                """)

        @Flag(help: "Only tell what is wrong and what would be lost.")
        var dryRun = false

        @OptionGroup var store: StoreOptions

        func run() throws {
            let files = try store.files()
            let report: RepairReport
            do {
                report = try StoreRepair.run(files, isDryRun: dryRun)
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
            for note in report.notes { Console.print(note) }
            for loss in report.losses { Console.print("\(loss)") }
            if report.isSound {
                Console.note("\(files.directory): nothing to repair")
            } else if dryRun {
                throw CommandError(.failed, "\(Self.summary(report)); nothing was changed")
            } else {
                if let kept = report.kept { Console.note("what was replaced is in \(kept)") }
                if report.lostEvents > 0 || !report.isCountKnown { throw CommandError(.partial, Self.summary(report)) }
                Console.note(Self.summary(report))
            }
        }

        private static func summary(_ report: RepairReport) -> String {
            let written = report.rewritten.isEmpty ? "" : "written anew: \(report.rewritten.joined(separator: ", ")); "
            guard report.isCountKnown else {
                return written + "\(report.lostEvents) events are known to be lost; others may be that were not compacted yet"
            }
            return written + (report.lostEvents == 0 ? "no event is lost" : "\(report.lostEvents) events are lost")
        }
    }
}
