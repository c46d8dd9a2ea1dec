import EventModel
import Matching
import Testing

private func named(_ field: String, _ test: ValueTest) -> MatchExpression { .test(FieldTest(.named(field), test)) }
private func text(_ field: String, _ value: String) -> MatchExpression { named(field, .text(.exactly(value))) }
private func anywhere(_ value: String) -> MatchExpression { .test(FieldTest(.anyValue, .text(.containing(value)))) }
private func time(_ comparison: Comparison, _ value: String) -> MatchExpression {
    named("time", .time(comparison, RFC3339.parse(value) ?? .distantPast))
}
private func network(_ text: String) -> IPNetwork { IPNetwork(text) ?? IPNetwork(IPAddress(v4: 0), prefixLength: 32) }

@Suite struct QueryParserTests {
    static let cases: [(String, MatchExpression)] = [
        ("", .constant(true)),
        ("  \n", .constant(true)),
        ("*", .constant(true)),
        ("failed", anywhere("failed")),
        ("\"two words\"", anywhere("two words")),
        ("\"a*b\"", anywhere("a*b")),
        ("fa?l*ed", .test(FieldTest(.anyValue, .text(TextPattern([
            .anyRun, .literal("fa"), .anyOne, .literal("l"), .anyRun, .literal("ed"), .anyRun,
        ]))))),
        ("/fail(ed|ure)/i", .test(FieldTest(.anyValue, .regex(RegexPattern("fail(ed|ure)", ignoresCase: true))))),
        ("10.0.0.0/8", .test(FieldTest(.anyValue, .network(network("10.0.0.0/8"))))),
        ("a b", .all([anywhere("a"), anywhere("b")])),
        ("a AND b c", .all([anywhere("a"), anywhere("b"), anywhere("c")])),
        ("a OR b c", .any([anywhere("a"), .all([anywhere("b"), anywhere("c")])])),
        ("(a OR b) c", .all([.any([anywhere("a"), anywhere("b")]), anywhere("c")])),
        ("NOT a OR b", .any([.not(anywhere("a")), anywhere("b")])),
        ("!a -b NOT c", .all([.not(anywhere("a")), .not(anywhere("b")), .not(anywhere("c"))])),
        ("-(a b)", .not(.all([anywhere("a"), anywhere("b")]))),
        ("NOT NOT a", .not(.not(anywhere("a")))),
        ("and or not", .all([anywhere("and"), anywhere("or"), anywhere("not")])),
        ("ANDROID", anywhere("ANDROID")),
        ("x.y:z", text("x.y", "z")),
        ("x: z", text("x", "z")),
        ("x:\"two words\"", text("x", "two words")),
        ("x:\"\"", text("x", "")),
        ("x:\"say \\\"hi\\\" \\\\ \\n\"", text("x", "say \"hi\" \\ \\n")),
        ("\"odd name\":z", text("odd name", "z")),
        ("x:a\\*b\\ c", text("x", "a*b c")),
        ("x:CORP\\bob", text("x", "CORP\\bob")),
        ("x:a*b?", named("x", .text(TextPattern([.literal("a"), .anyRun, .literal("b"), .anyOne])))),
        ("x:*", named("x", .exists(true))),
        ("x:null", named("x", .null)),
        ("x:\"null\"", text("x", "null")),
        ("x:true", text("x", "true")),
        ("x:42", named("x", .number(42, text: "42"))),
        ("x:-4.50", named("x", .number(-4.5, text: "-4.50"))),
        ("x:\"42\"", text("x", "42")),
        ("x:1e999", text("x", "1e999")),
        ("x:10.0.0.1", text("x", "10.0.0.1")),
        ("x:10.1.0.0/16", named("x", .network(network("10.1.0.0/16")))),
        ("x:2001:db8::/32", named("x", .network(network("2001:db8::/32")))),
        ("x:2001:db8::1", .any([text("x", "2001:db8::1"), named("x", .network(network("2001:db8::1")))])),
        ("x:/^a b\\/c$/is", named("x", .regex(RegexPattern("^a b/c$", ignoresCase: true, dotMatchesNewline: true)))),
        ("x:/var/log/audit", text("x", "/var/log/audit")),
        ("x:/api/v1/*", named("x", .text(TextPattern([.literal("/api/v1/"), .anyRun])))),
        ("x:user@example.com", text("x", "user@example.com")),
        ("x:a-b", text("x", "a-b")),
        ("x=a", text("x", "a")),
        ("x = a", text("x", "a")),
        ("x==A", named("x", .text(.exactly("A", isCased: true)))),
        ("x!=a", .not(text("x", "a"))),
        ("x>5", named("x", .compare(.greater, 5))),
        ("x >= -5.5", named("x", .compare(.greaterOrEqual, -5.5))),
        ("x:<5", named("x", .compare(.less, 5))),
        ("x:<=5e3", named("x", .compare(.lessOrEqual, 5000))),
        ("x:[1 TO 5]", .all([named("x", .compare(.greaterOrEqual, 1)), named("x", .compare(.lessOrEqual, 5))])),
        ("x:{1 TO 5]", .all([named("x", .compare(.greater, 1)), named("x", .compare(.lessOrEqual, 5))])),
        ("x:[* TO 5}", named("x", .compare(.less, 5))),
        ("x:[* TO *]", named("x", .exists(true))),
        ("x:(a OR \"b c\" OR d*)", .any([
            text("x", "a"), text("x", "b c"), named("x", .text(TextPattern([.literal("d"), .anyRun]))),
        ])),
        ("x:([1 TO 5] OR >7 OR a)", .any([
            .all([named("x", .compare(.greaterOrEqual, 1)), named("x", .compare(.lessOrEqual, 5))]), named("x", .compare(.greater, 7)),
            text("x", "a"),
        ])),
        ("x=(a OR b)", .any([text("x", "a"), text("x", "b")])),
        ("x != (a OR b)", .not(.any([text("x", "a"), text("x", "b")]))),
        ("x:!=(a OR ==B)", .not(.any([text("x", "a"), named("x", .text(.exactly("B", isCased: true)))]))),
        ("x>(5)", named("x", .compare(.greater, 5))),
        ("x==(A OR b)", .any([
            named("x", .text(.exactly("A", isCased: true))), named("x", .text(.exactly("b", isCased: true))),
        ])),
        ("x in (a, 7 ,\"c,d\")", .any([text("x", "a"), named("x", .number(7, text: "7")), text("x", "c,d")])),
        ("x not in (a,b)", .not(.any([text("x", "a"), text("x", "b")]))),
        ("x IN (a)", text("x", "a")),
        ("x in y", .all([anywhere("x"), anywhere("in"), anywhere("y")])),
        ("raw.client.ipAddress:z", .test(FieldTest(.vendor("client.ipAddress"), .text(.exactly("z"))))),
        ("operation:z", .any([text("api.operation", "z"), text("operation", "z")])),
        ("operation!=z", .not(.any([text("api.operation", "z"), text("operation", "z")]))),
        ("operation:null", .all([named("api.operation", .null), named("operation", .null)])),
        ("time:>2026-11-24T10:00:00Z", time(.greaterOrEqual, "2026-11-24T10:00:00.000001Z")),
        ("time>=2026-11-24T10:00:00+02:00", time(.greaterOrEqual, "2026-11-24T08:00:00Z")),
        ("time<2026-11-24", time(.less, "2026-11-24T00:00:00Z")),
        ("time<=2026-11-24", time(.less, "2026-11-25T00:00:00Z")),
        ("time:2026-11-24", .all([
            time(.greaterOrEqual, "2026-11-24T00:00:00Z"), time(.less, "2026-11-25T00:00:00Z"),
        ])),
        ("@timestamp:[2026-11-24T10:00 TO 2026-11-24T10:00}", .all([
            time(.greaterOrEqual, "2026-11-24T10:00:00Z"), time(.less, "2026-11-24T10:00:00Z"),
        ])),
    ]

    @Test(arguments: cases.indices)
    func meaning(index: Int) throws {
        let (query, expected) = Self.cases[index]
        #expect(try QueryParser.parse(query) == expected, "\(query)")
    }

    @Test(arguments: ["user", "ip", "app", "action", "status", "identity", "USER"])
    func aliasesStandForTheirPathsAndThemselves(alias: String) throws {
        let paths = (FieldAliases.paths[alias.lowercased()] ?? []) + [alias]
        let tests = paths.map { text($0, "z") }
        #expect(try QueryParser.parse("\(alias):z") == (tests.count == 1 ? tests[0] : .any(tests)))
    }

    static let failures: [(query: String, code: QueryError.Code, offset: Int, expected: [String])] = [
        ("a AND", .unexpectedEnd, 5, ["a field", "text", "("]),
        ("(a", .unexpectedEnd, 2, [")"]),
        ("a)", .unexpectedText, 1, ["AND", "OR", "the end"]),
        ("OR a", .unexpectedText, 0, ["a field", "text", "("]),
        ("a OR OR b", .unexpectedText, 5, ["a field", "text", "("]),
        ("()", .unexpectedText, 1, ["a field", "text", "("]),
        ("NOT", .unexpectedEnd, 3, ["a field", "text", "("]),
        ("x:", .unexpectedEnd, 2, ["a value"]),
        ("x:)", .unexpectedText, 2, ["a value"]),
        ("x>", .unexpectedEnd, 2, ["a value"]),
        ("x:\"abc", .unterminatedString, 2, ["\""]),
        ("a \"abc", .unterminatedString, 2, ["\""]),
        ("x:/(/", .badRegex, 2, []),
        ("x:/(?=a)/", .badRegex, 2, []),
        ("x:10.1.2.3/8", .badNetwork, 2, []),
        ("x>abc", .badBound, 2, ["a number"]),
        ("x>1*", .badBound, 2, ["a number"]),
        ("time>yesterday", .badBound, 5, ["a time such as 2026-11-24T09:30:00Z"]),
        ("x:[1 5]", .unexpectedText, 5, ["TO"]),
        ("x:[1 TO 5", .unexpectedEnd, 9, ["]", "}"]),
        ("x:[1 TO", .unexpectedEnd, 7, ["a number", "a time", "*"]),
        ("x:(a b)", .unexpectedText, 5, ["OR", ")"]),
        ("x in (a b)", .unexpectedText, 8, [",", ")"]),
        ("x in (a", .unexpectedEnd, 7, [",", ")"]),
        ("a | head 5", .stage, 2, ["a filter only"]),
        (String(repeating: "(", count: 65) + "a", .tooDeep, 65, []),
        (String(repeating: "!", count: 65) + "a", .tooDeep, 65, []),
        (String(repeating: "a", count: 65_537), .tooLong, 65_536, []),
    ]

    @Test(arguments: failures.indices)
    func errorsSayWhereAndWhat(index: Int) {
        let failure = Self.failures[index]
        let error = #expect(throws: QueryError.self) { try QueryParser.parse(failure.query) }
        #expect(error?.code == failure.code, "\(failure.query.prefix(40))")
        #expect(error?.offset == failure.offset, "\(failure.query.prefix(40))")
        #expect(error?.expected == failure.expected, "\(failure.query.prefix(40))")
    }

    static let parts: [(text: String, start: Int, same: String, end: Int)] = [
        ("a:b | head", 0, "a:b", 4),
        ("| head", 0, "", 0),
        ("a | where x:y OR z | head", 9, "x:y OR z", 19),
        ("a | where x:\"p|q\"", 9, "x:\"p|q\"", 17),
        ("a", 99, "", 1),
    ]

    @Test(arguments: parts.indices)
    func readsAFilterWithinALongerText(index: Int) throws {
        let (text, start, same, end) = Self.parts[index]
        let part = try QueryParser.parsePart(text, from: start)
        #expect(part.end == end, "\(text)")
        #expect(part.expression == (try QueryParser.parse(same)), "\(text)")
    }

    @Test func columnsStandForThemselvesAlone() throws {
        let open = QueryFields(["x"]).adding(columns: ["User", "mine"])
        #expect(try QueryParser.parse("user:z", fields: open) == text("user", "z"))
        #expect(try QueryParser.parse("mine:z OR x:z", fields: open) == .any([text("mine", "z"), text("x", "z")]))
        let closed = QueryFields(columns: ["count"])
        #expect(try QueryParser.parse("Count>3", fields: closed) == named("Count", .compare(.greater, 3)))
        for query in ["user:z", "status:z", "time>2026-01-01", "raw.x:z"] {
            let error = #expect(throws: QueryError.self) { try QueryParser.parse(query, fields: closed) }
            #expect(error?.code == .unknownField, "\(query)")
        }
        #expect(closed.nearest(to: "cuont") == "count")
        #expect(try QueryParser.parse("whatever.it.is:z", fields: .any) == text("whatever.it.is", "z"))
    }

    @Test func nestsAsDeepAsAllowed() throws {
        let query = String(repeating: "(", count: 64) + "a" + String(repeating: ")", count: 64)
        #expect(try QueryParser.parse(query) == anywhere("a"))
    }

    @Test func marksThePlace() throws {
        let query = "user:bob AND\nsize:>grüße x"
        let error = #expect(throws: QueryError.self) { try QueryParser.parse(query) }
        #expect(error?.marked(in: query) == "size:>grüße x\n      ^ \"grüße\" is not a number; expected a number")
        let late = #expect(throws: QueryError.self) { try QueryParser.parse("ü x:(") }
        #expect(late?.marked(in: "ü x:(") == "ü x:(\n     ^ the query ends too early; expected a value")
    }

    static let fields = QueryFields(["actor.user.name", "src_endpoint.ip", "client.ipaddress", "eventtype"])

    @Test(arguments: [
        "actor.user.name:x", "Actor.User.Name:x", "actor.user:*", "user:x", "time>2026-01-01", "raw.client.ipAddress:x",
        "raw.client:*", "eventType:x", "http_request.url.hostname:x", "device.owner.groups.name:x", "target[].x OR src_endpoint.ip:x",
    ])
    func knownFieldsPass(query: String) {
        #expect(throws: Never.self) { try QueryParser.parse(query, fields: Self.fields) }
    }

    static let unknown: [(query: String, offset: Int, suggestion: [String])] = [
        ("a OR actor.user.nmae:x", 5, ["actor.user.name"]),
        ("evntType=x", 0, ["eventtype"]),
        ("usr:x", 0, ["user"]),
        ("raw.client.ipAdress:x", 0, ["raw.client.ipaddress"]),
        ("name:x", 0, ["actor.user.name"]),
        ("zzzzzzzz in (x)", 0, []),
    ]

    @Test(arguments: unknown.indices)
    func unknownFieldsSuggest(index: Int) {
        let (query, offset, suggestion) = Self.unknown[index]
        let error = #expect(throws: QueryError.self) { try QueryParser.parse(query, fields: Self.fields) }
        #expect(error?.code == .unknownField)
        #expect(error?.offset == offset)
        #expect(error?.expected == suggestion)
    }
}
