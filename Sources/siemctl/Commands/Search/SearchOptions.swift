import ArgumentParser
import EventModel
import Matching
import Searching
import Storage

/// What every command takes that looks for events.
struct SearchOptions: ParsableArguments {
    @Option(
        name: [.customShort("S"), .long], help: "15m, 24h, 7d (ago), today, yesterday, a date or RFC 3339. Default: 24h.")
    var since: TimeArgument?

    @Option(name: [.customShort("U"), .long], help: "Events before this time.")
    var until: TimeArgument?

    @Flag(help: "Let the query name fields that nobody knows.")
    var lax = false

    @Option(help: "NAME=FILE.csv: a table for the stage lookup. Tables in the folder lookups beside saved searches need none.")
    var lookup: [String] = []

    @OptionGroup var store: StoreOptions

    /// The span of event time; says so on standard error when it is the default.
    func span(now: Timestamp = .now()) -> (since: Timestamp?, until: Timestamp?) {
        if since != nil || until != nil { return (since?.time, until?.time) }
        Console.note("searching the last 24 hours; --since asks for more")
        return (TimeText.parse("24h", now: now), nil)
    }

    /// Reads a query, and opens the store that it is for.
    func prepare(_ words: [String]) async throws -> PreparedSearch {
        let text = try SavedSearches.standard().expand(words.joined(separator: " "))
        let catalog = FieldCatalog()
        let tables = try LookupFiles(lookup).tables(for: text)
        var plan: SearchPlan?
        var failure: QueryError?
        do throws(QueryError) {
            plan = try SearchParser.parse(text, fields: lax ? .any : QueryFields(catalog.paths), tables: tables)
        } catch {
            guard error.code == .unknownField else { throw Self.refusal(error, text) }
            failure = error
        }
        let reader = try store.open(catalog: catalog)
        if failure != nil {
            // Only now is it worth to learn the names that the vendors use: from the mappings and from stored events.
            await learnFields(reader, catalog)
            do throws(QueryError) {
                plan = try SearchParser.parse(text, fields: QueryFields(catalog.paths), tables: tables)
            } catch {
                failure = error
            }
        }
        guard let plan else {
            throw failure.map { Self.refusal($0, text) } ?? CommandError(.usage, "the query cannot be read")
        }
        return PreparedSearch(text: text, plan: plan, reader: reader, catalog: catalog)
    }

    /// Brings the vendors' field names into the catalog: those that the mappings name, and those of the latest events.
    func learnFields(_ reader: StoreReader, _ catalog: FieldCatalog) async {
        store.internMappedFields(into: catalog)
        // What cannot be read is said by the search itself.
        _ = try? await reader.search(SearchRequest(.constant(true), since: since?.time, until: until?.time, limit: 1))
    }

    private static func refusal(_ error: QueryError, _ text: String) -> CommandError {
        let hint = error.code == .unknownField ? "\n--lax allows fields that nobody knows" : ""
        return CommandError(.usage, "the query is wrong here:\n\(error.marked(in: text))\(hint)")
    }
}

/// A query with the store that it is for.
struct PreparedSearch {
    let text: String
    let plan: SearchPlan
    let reader: StoreReader
    let catalog: FieldCatalog
}
