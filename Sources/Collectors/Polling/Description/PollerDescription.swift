package import EventModel

/// A product's API as its file in `rules/pollers` describes it (docs/polling.md).
package struct PollerDescription: Sendable {
    /// What `settings:` of a source must or may give.
    package struct Setting: Sendable, Equatable {
        package var name: String
        /// What it is and where it is found, for messages.
        package var help: String
        /// Nil: it must be given.
        package var standard: String?
    }

    package var name: String
    package var title: String
    /// The mapping that understands its records; nil: each record's shape decides.
    package var product: String?
    package var baseURL: Template
    package var settings: [Setting]
    /// Ways to prove who asks; the first whose credentials are all given is used.
    package var authentication: [AuthenticationDescription]
    /// Microseconds between the ends of polls.
    package var interval: Int64
    /// How far back the first run goes, in microseconds.
    package var start: Int64
    package var rate: RequestRate
    /// Words in the body of a 403 that make it a rate limit.
    package var throttleWords: [String]
    package var streams: [StreamDescription]

    package var defaultStreams: [String] { streams.filter(\.isDefault).map(\.name) }
}

/// How many requests a vendor allows.
package struct RequestRate: Sendable, Equatable {
    package var count: Int
    /// Microseconds.
    package var period: Int64

    package init(count: Int, period: Int64) {
        self.count = count
        self.period = period
    }

    /// `50/1m`, `5/10s`.
    package init?(_ text: String, duration: (String) -> Int64?) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, let count = Int(halves[0]), (1...1_000_000).contains(count),
            let period = duration(String(halves[1])), period > 0
        else { return nil }
        self.init(count: count, period: period)
    }
}

/// One series of records of an API, with a position of its own.
package struct StreamDescription: Sendable {
    package var name: String
    /// Read unless the source lists others.
    package var isDefault: Bool
    /// Placeholders that only this stream has.
    package var values: [String: String]
    /// Sent once before the first poll of a run; its failure with one of these words in the body is none.
    package var prepare: (request: RequestDescription, accept: [String])?
    package var request: RequestDescription
    package var items: ItemsDescription
    package var paging: PagingDescription
    /// Nil: the API gives a position that is kept (`paging` is durable).
    package var window: WindowDescription?
    /// Where the listed items are no records, but say where the records are.
    package var fetch: FetchDescription?
    /// How long keys are remembered where there is no window, in microseconds.
    package var remember: Int64
}

/// A request as it is to be made. All templates take settings, the stream's values and the engine's words.
package struct RequestDescription: Sendable, Equatable {
    package enum Method: String, Sendable, CaseIterable { case get = "GET", post = "POST" }

    package var method: Method = .get
    package var path: Template
    /// In the order written.
    package var query: [NamedTemplate] = []
    package var headers: [NamedTemplate] = []
    package var body: BodyTemplate?

    package var templates: [Template] {
        [path] + query.map(\.value) + headers.map(\.value) + (body?.templates ?? [])
    }
}

/// A query parameter, header or form field.
package struct NamedTemplate: Sendable, Equatable {
    package var name: String
    package var value: Template

    package init(name: String, value: Template) {
        self.name = name
        self.value = value
    }
}

/// A JSON body whose texts are templates.
package indirect enum BodyTemplate: Sendable, Equatable {
    case object([Member])
    case array([BodyTemplate])
    case text(Template)
    /// A number, `true`, `false` or `null`, as it stands in JSON.
    case literal(String)

    package struct Member: Sendable, Equatable {
        package var name: String
        package var value: BodyTemplate
    }

    package var templates: [Template] {
        switch self {
        case .object(let members): members.flatMap(\.value.templates)
        case .array(let items): items.flatMap(\.templates)
        case .text(let template): [template]
        case .literal: []
        }
    }

    package func write(_ values: TemplateValues, to json: inout JSONWriter) throws(TemplateError) {
        switch self {
        case .object(let members):
            json.beginObject()
            for member in members {
                json.key(member.name)
                try member.value.write(values, to: &json)
            }
            json.endObject()
        case .array(let items):
            json.beginArray()
            for item in items { try item.write(values, to: &json) }
            json.endArray()
        case .text(let template): json.string(try template.render(values))
        case .literal(let text): json.raw(text)
        }
    }
}

/// Where the records are in an answer, and what of a record identifies and dates it.
package struct ItemsDescription: Sendable, Equatable {
    package enum Shape: String, Sendable, CaseIterable {
        /// A JSON list; each item is a record, byte for byte.
        case list
        /// Lists of values whose names stand elsewhere in the answer: each becomes an object.
        case rows
        /// RFC 4180 with a header line: each line becomes an object.
        case csv
    }

    package var shape: Shape = .list
    package var path: JSONPath
    /// An answer may lack the list where there is nothing.
    package var mayBeAbsent = false
    /// `rows`: the list of columns, and where a column has its name.
    package var columns: Columns?
    /// Event time, the first that a record has; empty where there is none.
    package var time: [JSONPath] = []
    package var timeFormat: TimeFormat = .rfc3339
    /// What two copies of one record have in common; empty: all of it.
    package var id: [JSONPath] = []

    package init(shape: Shape = .list, path: JSONPath) {
        self.shape = shape
        self.path = path
    }

    package struct Columns: Sendable, Equatable {
        package var list: JSONPath
        package var name: JSONPath
    }
}

/// The span of time that one cycle asks for.
package struct WindowDescription: Sendable, Equatable {
    /// How far behind its newest event a cycle reads again: what comes later than that is missed. Microseconds.
    package var overlap: Int64
    /// The span ends so long before now, since what is newer is not all there. Microseconds.
    package var delay: Int64
    /// The API refuses longer spans. Microseconds.
    package var longest: Int64?
    /// The API has nothing older, or refuses to be asked. Microseconds.
    package var oldest: Int64?

    package init(overlap: Int64, delay: Int64 = 0, longest: Int64? = nil, oldest: Int64? = nil) {
        self.overlap = overlap
        self.delay = delay
        self.longest = longest
        self.oldest = oldest
    }
}

/// List, then fetch: the second step.
package struct FetchDescription: Sendable {
    /// The place in a listed item of the URL or path to fetch.
    package var url: JSONPath
    package var query: [NamedTemplate]
    package var headers: [NamedTemplate]
    package var items: ItemsDescription
}
