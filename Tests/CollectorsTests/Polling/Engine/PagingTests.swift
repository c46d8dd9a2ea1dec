import Collectors
import EventModel
import Testing

struct PagingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var kind: PagingDescription.Kind
        var body = "{}"
        var headers: [PollRequest.HeaderField] = []
        var current: Continuation?
        var items = 3
        var more: String?
        var isDurable = false
        var next: Continuation?
        var isAsked: Bool
        var testDescription: String { name }
    }

    @Test(arguments: [
        Case(name: "none", kind: .none, next: nil, isAsked: false),
        Case(name: "link", kind: .link, headers: [.init("Link", "</b>; rel=next")], next: .link("/b"), isAsked: true),
        Case(name: "no link", kind: .link, next: nil, isAsked: false),
        Case(
            name: "durable link without items", kind: .link, headers: [.init("link", "</b>; rel=next")], items: 0, isDurable: true,
            next: .link("/b"), isAsked: false),
        Case(
            name: "durable link that stands", kind: .link, headers: [.init("link", "</b>; rel=next")], current: .link("/b"),
            isDurable: true, next: .link("/b"), isAsked: false),
        Case(name: "url", kind: .url(JSONPath(keys: ["@odata.nextLink"])), body: #"{"@odata.nextLink":"https://h/x"}"#,
            next: .link("https://h/x"), isAsked: true),
        Case(name: "cursor", kind: .cursor(JSONPath("m.next")), body: #"{"m":{"next":"abc"}}"#, next: .cursor("abc"), isAsked: true),
        Case(
            name: "cursor of an empty page", kind: .cursor(JSONPath("c")), body: #"{"c":"x"}"#, items: 0, next: .cursor("x"),
            isAsked: true),
        Case(name: "empty cursor", kind: .cursor(JSONPath("c")), body: #"{"c":""}"#, next: nil, isAsked: false),
        Case(name: "null cursor", kind: .cursor(JSONPath("c")), body: #"{"c":null}"#, next: nil, isAsked: false),
        Case(name: "number as cursor", kind: .cursor(JSONPath("c")), body: #"{"c":12}"#, next: .cursor("12"), isAsked: true),
        Case(name: "cursor in parts", kind: .cursor(JSONPath("c")), body: #"{"c":["1","a"]}"#, next: .cursor("1,a"), isAsked: true),
        Case(
            name: "has_more", kind: .cursor(JSONPath("c")), body: #"{"c":"2","h":true}"#, items: 0, more: "h", isDurable: true,
            next: .cursor("2"), isAsked: true),
        Case(
            name: "no more", kind: .cursor(JSONPath("c")), body: #"{"c":"2","h":false}"#, more: "h", isDurable: true, next: .cursor("2"),
            isAsked: false),
        Case(name: "header url", kind: .header(name: "nextpageuri", isURL: true), headers: [.init("NextPageUri", "https://h/2")],
            next: .link("https://h/2"), isAsked: true),
        Case(name: "header value", kind: .header(name: "x-search_after", isURL: false), headers: [.init("X-Search_after", "[1]")],
            next: .cursor("[1]"), isAsked: true),
        Case(name: "full page", kind: .page(first: 1, size: 3), next: .page(2), isAsked: true),
        Case(name: "later page", kind: .page(first: 0, size: 3), current: .page(4), next: .page(5), isAsked: true),
        Case(name: "last page", kind: .page(first: 1, size: 4), next: nil, isAsked: false),
        Case(name: "offset", kind: .offset(size: 3), current: .offset(6), next: .offset(9), isAsked: true),
        Case(name: "last offset", kind: .offset(size: 5), current: .offset(6), next: nil, isAsked: false),
        Case(
            name: "partitions", kind: .partitions(handle: JSONPath("h"), list: JSONPath("p")), body: #"{"h":"s1","p":[{},{},{}]}"#,
            next: .partition(handle: "s1", page: 1, count: 3), isAsked: true),
        Case(
            name: "one partition", kind: .partitions(handle: JSONPath("h"), list: JSONPath("p")), body: #"{"h":"s1","p":[{}]}"#,
            next: nil, isAsked: false),
        Case(
            name: "last partition", kind: .partitions(handle: JSONPath("h"), list: JSONPath("p")),
            current: .partition(handle: "s1", page: 2, count: 3), next: nil, isAsked: false),
        Case(name: "endless cursor", kind: .cursor(JSONPath("c")), body: "{\"c\":\"" + String(repeating: "x", count: 20_000) + "\"}",
            next: nil, isAsked: false),
    ])
    func end(_ item: Case) throws {
        var paging = PagingDescription(kind: item.kind, next: .init(), more: item.more.map { JSONPath($0) })
        paging.isDurable = item.isDurable
        let response = PollResponse(status: 200, headers: item.headers, body: Array(item.body.utf8))
        let end = try paging.end(of: response, after: item.current, itemCount: item.items, limits: PollLimits())
        #expect(end == PageEnd(next: item.next, hasMore: item.isAsked))
    }

    @Test func aPageThatLeadsToItselfIsRefused() {
        let paging = PagingDescription(kind: .cursor(JSONPath("c")), next: .init(), more: nil)
        #expect(throws: PollError.self) {
            try paging.end(
                of: .json(#"{"c":"same"}"#), after: .cursor("same"), itemCount: 3, limits: PollLimits())
        }
    }
}
