/// How one page of an answer leads to the next.
package struct PagingDescription: Sendable {
    package enum Kind: Sendable, Equatable {
        /// An answer is all there is.
        case none
        /// `Link: <url>; rel="next"` (RFC 8288).
        case link
        /// A URL or path in the body.
        case url(JSONPath)
        /// A token in the body, sent back as `{cursor}`. A list of values is joined with commas.
        case cursor(JSONPath)
        /// A response header, with the next URL or with a token.
        case header(name: String, isURL: Bool)
        /// `{page}` counts pages, from `first` on, until one has fewer items than `size`.
        case page(first: Int, size: Int)
        /// `{offset}` counts items, until a page has fewer than `size`.
        case offset(size: Int)
        /// Snowflake's SQL API: a statement's further partitions are fetched by its handle.
        case partitions(handle: JSONPath, list: JSONPath)
    }

    package var kind: Kind
    /// What a request that goes on says beside, or instead of, what the first one does.
    package var next: NextRequest
    /// The path to a Boolean: only while it is true is there another page at once.
    package var more: JSONPath?
    /// The position outlives the cycle: it is committed with each page, and the next poll goes on from it.
    package var isDurable = false
    /// The first request of all, where no position is known yet and the API takes none by time: its last item's id is one.
    package var begin: Beginning?

    package init(kind: Kind, next: NextRequest = NextRequest(), more: JSONPath? = nil) {
        self.kind = kind
        self.next = next
        self.more = more
    }

    package struct NextRequest: Sendable {
        package var path: Template?
        package var query: [NamedTemplate] = []
        /// The first request's query is not repeated.
        package var replacesQuery = false
        package var method: RequestDescription.Method?
        package var body: BodyTemplate?

        package init() {}

        package var templates: [Template] { [path].compactMap { $0 } + query.map(\.value) + (body?.templates ?? []) }
    }

    package struct Beginning: Sendable {
        package var query: [NamedTemplate]
        /// Where an item has what becomes `{cursor}`.
        package var cursor: JSONPath
    }
}
