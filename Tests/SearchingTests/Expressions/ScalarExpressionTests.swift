import EventModel
import Searching
import Testing

@Suite struct ScalarExpressionTests {
    private static let event = SampleEvent(90_061, [
        "n": 7, "half": 0.5, "text": "Hello World", "numeric": "12", "flag": true, "ip": "10.1.2.3", "list": .list(["x", "Y"]),
        "big": .integer(.max), "when": "1970-01-02T01:01:31Z", "a-b": 3, "and": 5,
    ])

    static let cases: [(expression: String, value: String)] = [
        // arithmetic: whole numbers stay whole while they fit
        ("1+2*3", "7"), ("(1+2)*3", "9"), ("7/2", "3.5"), ("6/2", "3"), ("7%4", "3"), ("-7%4", "-3"), ("-n", "-7"), ("--n", "7"),
        ("2-3-4", "-5"), ("1/0", ""), ("1%0", ""), ("big+1", "9.223372036854776e+18"), ("numeric+1", "13"), ("text+1", ""),
        ("missing+1", ""), ("1e3+0.5", "1000.5"), ("2.5e-1", "0.25"), ("n*half", "3.5"), ("`a-b`-1", "2"), ("`and`*2", "10"),
        ("big*big", "8.507059173023462e+37"), ("0-big-2", "-9.223372036854776e+18"),
        // comparisons
        ("n>6", "true"), ("n>=7 AND n<=7", "true"), ("n<7 or n==7", "true"), ("n!=7", "false"), ("numeric=12", "true"),
        ("numeric==\"12.0\"", "false"), ("text=\"hello world\"", "true"), ("text==\"hello world\"", "false"), ("text>\"a\"", "true"),
        ("missing=1", ""), ("missing!=1", ""), ("text>5", ""), ("list=\"y\"", "true"), ("list==\"y\"", "false"), ("flag=true", "true"),
        ("flag=\"TRUE\"", "true"), ("not flag", "false"), ("!missing", "true"), ("!(n>6) OR flag", "true"), ("n=7 and text", "false"),
        // conditions
        ("if(n>5, \"big\", \"small\")", "big"), ("if(missing>5, 1, 2)", "2"), ("coalesce(missing, null, n, 1)", "7"),
        ("coalesce(missing)", ""), ("isnull(missing)", "true"), ("isnull(n)", "false"),
        // text
        ("lower(text)", "hello world"), ("upper(list)", "X, Y"), ("len(text)", "11"), ("len(missing)", ""), ("trim('  a b ')", "a b"),
        ("trim('   ')", ""), ("substr(text, 7)", "World"), ("substr(text, 1, 4)", "Hell"), ("substr(text, 0)", ""),
        ("substr(text, 99)", ""), ("replace(text, \"l\", \"L\")", "HeLLo WorLd"), ("replace(text, \"\", \"x\")", "Hello World"),
        ("concat(n, \"-\", missing, text)", "7-Hello World"), ("contains(text, \"WORLD\")", "true"), ("startswith(list, \"y\")", "true"),
        ("endswith(text, \"x\")", "false"), ("contains(missing, \"x\")", ""), ("text(n)", "7"), ("number(\"1.50\")", "1.5"),
        ("number(text)", ""), ("'it\\'s'", "it's"), ("\"a\\\\b\"", "a\\b"),
        // addresses
        ("cidr(ip, \"10.0.0.0/8\")", "true"), ("cidr(ip, \"192.0.2.0/24\")", "false"), ("cidr(text, \"10.0.0.0/8\")", "false"),
        ("cidr(missing, \"10.0.0.0/8\")", ""),
        // numbers
        ("abs(-7)", "7"), ("round(2.567, 2)", "2.57"), ("round(2.5)", "3"), ("floor(-2.5)", "-3"), ("ceil(2.1)", "3"),
        ("min(3, n, 5)", "3"), ("max(list, \"Z\")", "Z"), ("bucket(n, 5)", "5"), ("bucket(-1, 5)", "-5"), ("bucket(n, 0)", ""),
        // times: 90,061 s is 01:01:01 of a Friday
        ("time", "1970-01-02T01:01:01Z"), ("hour(time)", "1"), ("weekday(time)", "5"), ("day(time)", "1970-01-02"),
        ("bucket(time, \"1h\")", "1970-01-02T01:00:00Z"), ("bucket(time, \"x\")", ""), ("time+60", "1970-01-02T01:02:01Z"),
        ("time-60", "1970-01-02T01:00:01Z"), ("time-time", "0"), ("time>\"1970-01-02T01:00:00Z\"", "true"), ("time<when", "true"),
        ("hour(when)", "1"), ("hour(n)", ""), ("time+1e300", ""), ("time+999999999999", ""), ("time+time", ""),
    ]

    @Test(arguments: cases.indices)
    func value(index: Int) throws {
        let (expression, value) = Self.cases[index]
        let rows = try TestSearch([Self.event]).rows("* | eval result=\(expression)")
        #expect(rows == [value.isEmpty ? "#1" : "#1 result=\(value)"] || (value.isEmpty && rows == ["#1 result="]), "\(expression)")
    }

    @Test(arguments: ScalarFunction.allCases)
    func everyFunctionTakesNothingForAnAnswer(function: ScalarFunction) throws {
        for count in 1...3 {
            let arguments = Array(repeating: "missing", count: count).joined(separator: ", ")
            let query = "* | eval result=\(function.rawValue)(\(arguments))"
            guard let plan = try? SearchParser.parse(query) else { continue }
            #expect(try TestSearch([Self.event]).rows(plan, catalog: FieldCatalog()).count == 1, "\(query)")
        }
    }
}
