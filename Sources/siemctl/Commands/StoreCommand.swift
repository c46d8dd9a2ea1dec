import ArgumentParser
import Storage
import Synchronization

struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look after the store.",
        subcommands: [RetentionCommand.self, Verify.self, Repair.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check every block, the database's pages and the ledger.",
            discussion: """
                Reads and decodes everything; siemd may run meanwhile. Exits 0 if all is as it was written, 4 if some blocks are \
                damaged, 1 if the ledger or the database is wrong.
                """)

        @OptionGroup var store: StoreOptions

        func run() async throws {
            let reader = try store.open()
            let shown = Mutex(-1)
            let result: StoreVerification
            do {
                result = try await reader.verify { done, all in
                    let percent = done * 100 / max(1, all)
                    let isNews = shown.withLock { last in
                        defer { last = percent }
                        return last != percent
                    }
                    if isNews { Console.progress("\(percent) %") }
                }
            } catch let error as StoreError {
                throw CommandError(.environment, "\(error)")
            }
            Console.progress("")
            for block in result.damagedBlocks { Console.print("damaged: \(block)") }
            for problem in result.problems { Console.print(problem) }
            Console.note("\(result.blocks) blocks with \(result.events) events are as they were written")
            if !result.problems.isEmpty {
                throw CommandError(
                    .failed,
                    "the store has problems; siemctl store repair saves what it can, siemctl restore makes one of a backup")
            }
            if !result.damagedBlocks.isEmpty {
                throw CommandError(
                    .partial,
                    "\(result.damagedBlocks.count) blocks are damaged; their events are in no search; "
                        + "siemctl store repair saves what it can of them")
            }
        }
    }
}
