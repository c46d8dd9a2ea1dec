import ArgumentParser
import EventModel
import Glibc
import Matching
import Searching
import Storage

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find events in the store, and count, sort and chart them.",
        discussion: """
            siemctl search 'user:dana* AND action:*download* ip:203.0.113.0/24' --since 7d
            siemctl search 'status:failure | stats count, dc(ip) as addresses by user | where addresses>3 | sort -count'

            A word finds it in any value; field:value a whole value, * and ? are wildcards. Also field:"a b", field:10.0.0.0/8, \
            field>=2, field:/regex/i, field:*, field:(a OR b), field in (a, b), AND, OR, NOT, ( ). Stages follow after |: where, \
            fields, sort, head, tail, dedup, top, rare, stats, timechart, eval, rename, lookup, sessions. docs/search.md has all \
            of it.

            Exits 0, also when nothing is found; 1 when nothing is, with --exit-code; 2 when the query is wrong; 3 when there \
            is no store; 4 when a part of it could not be read; 130 on Ctrl-C.
            """)

    @Argument(
        help: "What to look for; everything, when empty. @NAME is a saved search.",
        completion: .custom { await QueryCompletion.complete($0, $1, $2) })
    var query: [String] = []

    @OptionGroup var options: SearchOptions

    @Option(
        name: [.customShort("n"), .long],
        help: "At most so many rows, the newest; 0 for all. Default: 100, and all for a query that ends in timechart.")
    var limit: Int?

    @Option(name: .shortAndLong, help: "table, wide, json (a list), jsonl (a line each), csv, raw (as received), or ocsf.")
    var output = OutputFormat.table

    @Flag(name: .shortAndLong, help: "Go on with events as they are stored, until Ctrl-C; --since shows older ones first.")
    var follow = false

    @Flag(help: "Show how the query is understood and how much of the store it reads, instead of its result.")
    var explain = false

    @Flag(help: "Say on standard error how much was looked at, and how long it took.")
    var stats = false

    @Option(help: "Keep the query under a name, for @NAME.")
    var save: String?

    @Flag(help: "Exit with 1 when nothing is found.")
    var exitCode = false

    @Flag(help: "Do not page the result on a terminal.")
    var noPager = false

    func validate() throws {
        if let limit, limit < 0 { throw ValidationError("--limit must not be negative") }
    }

    func run() async throws {
        signal(SIGINT) { _ in _exit(130) }
        let prepared = try await options.prepare(query, showsDocuments: output.showsDocuments)
        if let save {
            var saved = try SavedSearches.standard()
            try saved.save(prepared.text, as: save)
            Console.note("saved; siemctl search @\(save) runs it")
        }
        try check(prepared.plan)
        if follow { return try await follow(prepared) }

        let (since, until) = options.span()
        let explanation = SearchExplanation(plan: prepared.plan, since: since, until: until)
        let style = Style.standardOutput()
        if explain { for line in explanation.lines(style) { Console.print(line) } }
        let pager = explain || noPager || !output.isForPeople ? nil : Pager()
        let start = ContinuousClock.now
        let execution = SearchExecution(
            prepared, format: explain ? nil : output, limit: rowLimit(prepared.plan),
            span: try await Self.span(since, until, prepared), style: style)
        let request = SearchRequest(
            prepared.plan.filter, since: since, until: until, limit: eventLimit(prepared.plan))
        let totals: SearchTotals?
        let outcome: SearchExecution.Outcome
        do {
            totals = try await execution.search(prepared.reader, request)
            outcome = try execution.finish()
        } catch {
            // Else the pager would wait for what does not come, and the message for the pager.
            pager?.finish()
            throw error
        }
        pager?.finish()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if explain {
            Console.print("blocks    " + SearchExplanation.account(totals, found: outcome.found, seconds: seconds))
        } else {
            try await report(outcome, totals, prepared, since: since, until: until)
            if stats { Console.note(SearchExplanation.account(totals, found: outcome.found, seconds: seconds)) }
        }
        if let totals { try totals.complain() }
        if exitCode && outcome.found == 0 { throw ExitCode(CommandError.Status.failed.rawValue) }
    }

    private func rowLimit(_ plan: SearchPlan) -> Int {
        let asked = limit ?? (plan.chart == nil ? 100 : 0)
        return asked == 0 ? .max : asked
    }

    /// What does not go together, before anything is read.
    private func check(_ plan: SearchPlan) throws {
        if case .rows = plan.output, output.needsEvents {
            throw CommandError(
                .usage, "-o \(output.rawValue) needs events, and the query makes rows; -o table, json, jsonl or csv")
        }
        if follow && !plan.isStreaming {
            throw CommandError(
                .usage,
                "--follow goes with stages that pass events on as they come: where, fields, head, dedup, eval, rename, lookup")
        }
        if follow && output == .json {
            throw CommandError(.usage, "--follow has no end, and so no list; -o jsonl gives an object a line")
        }
        if follow && explain { throw CommandError(.usage, "--follow and --explain do not go together") }
    }

    /// How many events the store has to find; nil for all.
    private func eventLimit(_ plan: SearchPlan) -> Int? {
        let isPlain = plan.stages.allSatisfy { stage in
            switch stage {
            case .eval, .lookup: true
            case .filter, .sort, .head, .tail, .dedup, .top, .stats, .timechart, .sessions: false
            }
        }
        let rows = rowLimit(plan)
        return plan.eventLimit ?? (isPlain && rows < .max ? rows : nil)
    }

    /// The event times that are searched, from those of the store where the query leaves them open.
    private static func span(
        _ since: Timestamp?, _ until: Timestamp?, _ prepared: PreparedSearch
    ) async throws -> Range<Timestamp>? {
        guard prepared.plan.chart != nil else { return nil }
        let now = Timestamp.now()
        var start = since
        if start == nil { start = (try? await prepared.reader.summary())?.oldest }
        let (low, high) = (start ?? now, until ?? now)
        return low < high ? low..<high : nil
    }

    private func follow(_ prepared: PreparedSearch) async throws {
        let execution = SearchExecution(
            prepared, format: output, limit: .max, span: nil, style: .standardOutput(), isFollowing: true)
        if options.since == nil { Console.note("waiting for events; --since shows those that are stored, Ctrl-C ends") }
        try await SearchFollower(
            prepared: prepared, execution: execution, since: options.since?.time, until: options.until?.time
        ).run()
        _ = try execution.finish()
    }

    /// How much of how much is shown, on standard error.
    private func report(
        _ outcome: SearchExecution.Outcome, _ totals: SearchTotals?, _ prepared: PreparedSearch, since: Timestamp?,
        until: Timestamp?
    ) async throws {
        if outcome.approximateCount > 0 {
            Console.note("\(outcome.approximateCount) percentiles are estimates, within 1 % of their value")
        }
        let isCut = eventLimit(prepared.plan) != nil && prepared.plan.eventLimit == nil && totals?.hasReachedLimit == true
        if isCut, let totals {
            if prepared.plan.filter == .constant(true), since == nil, until == nil,
                let all = try? await prepared.reader.summary().events
            {
                if all > outcome.shown { Console.note("showing the newest \(outcome.shown) of \(all); --limit 0 for all") }
            } else {
                // The store stopped as soon as it had the newest: what it met until then is a lower bound.
                let least = max(totals.matched, outcome.shown)
                Console.note("showing the newest \(outcome.shown) of at least \(least); --limit 0 for all")
            }
        } else if outcome.shown < outcome.found {
            Console.note("showing \(outcome.shown) of \(outcome.found); --limit 0 for all")
        } else if output.isForPeople {
            let noun: String
            switch prepared.plan.output {
            case .events: noun = "event"
            case .rows: noun = "row"
            }
            Console.note("\(outcome.found) \(noun)\(outcome.found == 1 ? "" : "s")")
        }
    }
}
