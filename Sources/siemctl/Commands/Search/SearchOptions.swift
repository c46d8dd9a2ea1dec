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
    /// - Parameter showsDocuments: events are printed as OCSF documents, of which mapping files say what they leave out.
    func prepare(_ words: [String], showsDocuments: Bool = false) async throws -> PreparedSearch {
        let text = try SavedSearches.standard().expand(words.joined(separator: " "))
        let catalog = FieldCatalog()
        let tables = try LookupFiles(lookup).tables(for: text)
        var plan = try Self.plan(text, lax ? .any : QueryFields(catalog.paths), tables)
        let reader = try store.open(
            catalog: catalog, products: showsDocuments ? store.products(catalog) : ProductCatalog([]))
        // Only for names that OCSF does not have is it worth to learn those that the vendors use: from the latest events, which
        // takes milliseconds, then from the mappings.
        for source in [FieldSource.events, .mappings] {
            guard case .failure = plan else { break }
            await learn(from: source, reader, catalog)
            plan = try Self.plan(text, QueryFields(catalog.paths), tables)
        }
        switch plan {
        case .success(let plan):
            let expansion = IdentityExpansion(reader: reader, resolver: store.configuration.identityNames())
            return PreparedSearch(text: text, plan: try await expansion.expand(plan), reader: reader, catalog: catalog)
        case .failure(let error): throw Self.refusal(error, text)
        }
    }

    /// The plan, or a failure that more field names could mend.
    ///
    /// - Throws: for every other flaw of the query.
    private static func plan(
        _ text: String, _ fields: QueryFields, _ tables: [String: LookupTable]
    ) throws -> Result<SearchPlan, QueryError> {
        do throws(QueryError) {
            return .success(try SearchParser.parse(text, fields: fields, tables: tables))
        } catch {
            guard error.code == .unknownField else { throw refusal(error, text) }
            return .failure(error)
        }
    }

    /// Where the vendors' names for fields are to be learnt.
    private enum FieldSource {
        case events, mappings
    }

    private func learn(from source: FieldSource, _ reader: StoreReader, _ catalog: FieldCatalog) async {
        switch source {
        case .events:
            let request = SearchRequest(.constant(true), since: since?.time, until: until?.time, limit: 1)
            // What cannot be read is said by the search itself.
            _ = try? await reader.search(request)
        case .mappings: store.internMappedFields(into: catalog)
        }
    }

    private static func refusal(_ error: QueryError, _ text: String) -> CommandError {
        let hint = error.code == .unknownField ? "\n--lax allows fields that nobody knows" : ""
        return CommandError(.usage, "the query is wrong here:\n\(error.marked(in: text))\(hint)")
    }
}
