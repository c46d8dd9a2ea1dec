import EventModel
import Matching
import Searching
import Storage

/// `siemctl search --follow`: what is stored already from `--since` on, oldest first, and then what comes, as it is stored.
struct SearchFollower {
    private static let pause = Duration.milliseconds(250)

    let prepared: PreparedSearch
    let execution: SearchExecution
    /// Event times; nil for `since`: only what comes.
    let since: Timestamp?
    let until: Timestamp?

    /// Returns when the plan wants no more events, else never.
    func run() async throws {
        let reader = prepared.reader
        do {
            var position = try await reader.engineState().storedThrough
            let last = position
            if let since {
                let request = SearchRequest(prepared.plan.filter, since: since, until: until, order: .oldestFirst)
                let execution = execution
                _ = try await reader.search(request) { found in
                    if found.sequence <= last { _ = try execution.add(found.event, sequence: found.sequence) }
                }
            }
            let program = MatchProgram(prepared.plan.filter, catalog: prepared.catalog)
            while true {
                while let page = try await reader.replayPage(after: position, through: .max) {
                    if let damage = page.damage { Console.note("not searched: \(damage)") }
                    for batch in page.batches where try !add(batch, program) { return }
                    position = page.through
                }
                try await Task.sleep(for: Self.pause)
            }
        } catch let error as StoreError {
            throw CommandError(.environment, "\(error)")
        } catch let error as SearchFailure {
            throw CommandError(.usage, "the search was given up: \(error)")
        }
    }

    private func add(_ batch: StoredBatch, _ program: MatchProgram) throws -> Bool {
        let scratch = MatchScratch()
        for (index, sequence) in batch.sequences.enumerated() where sequence != 0 {
            let event = batch.batch[index]
            if let since, event.time < since { continue }
            if let until, event.time >= until { continue }
            guard program.matches(event, scratch: scratch) else { continue }
            if try !execution.add(event, sequence: sequence) { return false }
        }
        return true
    }
}
