import Sigma
import Testing

@Suite struct ModifierTests {
    @Test(arguments: [
        ("f: a", "f='a'"), ("f: [a, b]", "f='a' or f='b'"), ("f: ''", "f=''"), ("f: ~", "f null"), ("f: []", "f null"),
        ("f: [a, ~]", "f='a' or f null"), ("f: 4624", "f=4624"), ("f: '4624'", "f='4624'"), ("f: 0x10", "f=16"),
        ("f: 1.50", "f=1.5"), ("f: yes", "f='true'"), ("f: 'yes'", "f='yes'"), ("f: 2026-01-05", "f='2026-01-05'"),
        ("f|contains: a", "f=*'a'*"), ("f|contains: '*a*'", "f=*'a'*"), ("f|contains: ''", "f=*"),
        ("f|startswith: a", "f='a'*"), ("f|startswith: '*a'", "f=*'a'*"), ("f|endswith: a", "f=*'a'"),
        ("f|endswith: a*", "f=*'a'*"),
        ("f|all: [a, b]", "f='a' and f='b'"), ("f|contains|all: [a, b]", "f=*'a'* and f=*'b'*"),
        ("f|neq: a", "not f='a'"), ("f|neq: [a, b]", "not (f='a' or f='b')"), ("f|contains|neq: a", "not f=*'a'*"),
        ("f|neq: ~", "not f null"), ("f|all|neq: [a, b]", "not (f='a' and f='b')"),
        ("f|cased: A", "f=='A'"), ("f|contains|cased: A", "f==*'A'*"), ("f|cased|startswith: A", "f=='A'*"),
        ("f|exists: true", "f exists"), ("f|exists: no", "f missing"),
        ("f|lt: 5", "f<5.0"), ("f|lte: 5.5", "f<=5.5"), ("f|gt: -1", "f>-1.0"), ("f|gte: 0x10", "f>=16.0"),
        ("f|gt: [1, 2]", "f>1.0 or f>2.0"), ("f|gte|neq: 3", "not f>=3.0"),
        ("f|fieldref: g", "f equals g"), ("f|fieldref|contains: g", "f contains g"),
        ("f|fieldref|startswith: g", "f startsWith g"), ("f|fieldref|endswith: g", "f endsWith g"),
        ("f|fieldref|neq: g", "not f equals g"), ("f|fieldref|startswith|endswith: g", "f contains g"),
        ("f|fieldref|contains|endswith: g", "f contains g"), ("f|fieldref|endswith|endswith: g", "f endsWith g"),
        ("f|cidr: 10.0.0.0/8", "f in 10.0.0.0/8"),
        ("f|cidr: ['2001:db8::/32', 10.1.2.3/32]", "f in 2001:db8::/32 or f in 10.1.2.3/32"),
        ("f|cidr|neq: 10.0.0.0/8", "not f in 10.0.0.0/8"),
    ])
    func `values and modifiers`(selection: String, match: String) {
        #expect(Rule.match(selection: selection) == match)
    }

    @Test(arguments: [
        ("f|hour: 5", "f hour 5"), ("f|minute: [0, 30]", "f minute 0 or f minute 30"), ("f|day|gt: 28", "f day 29…"),
        ("f|week|gte: 52", "f week 52…"), ("f|month|lt: 3", "f month …2"), ("f|year|lte: 2025", "f year …2025"),
        ("f|hour|neq: 5", "not f hour 5"), ("f|hour|gte|neq: 18", "not f hour 18…"),
        ("f|hour|gte|all: [8, 9]", "f hour 8… and f hour 9…"),
    ])
    func `parts of times`(selection: String, match: String) {
        #expect(Rule.match(selection: selection) == match)
    }

    @Test(arguments: [
        (#"f|re: a.*\d$"#, #"f~/a.*\d$/"#), (#"f|re: 'a\\*'"#, #"f~/a\\*/"#), ("f|re|i: a", "f~/a/i"),
        ("f|re|i|m|s: a", "f~/a/ims"), ("f|re|ignorecase|multiline|dotall: a", "f~/a/ims"), ("f|re|contains: a", "f~/a/"),
        ("f|re|startswith: a|b", #"f~/\A(?:a|b)/"#), ("f|re|endswith: a|b", #"f~/(?:a|b)\z/"#),
        ("f|re|all: [a, b]", "f~/a/ and f~/b/"), ("f|re|neq: a", "not f~/a/"), ("f|all|re: [a, b]", "f~/a/ and f~/b/"),
    ])
    func `regular expressions`(selection: String, match: String) {
        #expect(Rule.match(selection: selection) == match)
    }

    @Test(arguments: [
        ("f|base64: foobar", "f='Zm9vYmFy'"), ("f|base64: a", "f='YQ=='"), ("f|base64: ''", "f=''"),
        ("f|base64: 'a\\*'", "f='YSo='"),
        ("f|base64offset: foobar", "f='Zm9vYmFy' or f='Zvb2Jhc' or f='mb29iYX'"),
        ("f|base64offset|contains: foobar", "f=*'Zm9vYmFy'* or f=*'Zvb2Jhc'* or f=*'mb29iYX'*"),
        ("f|base64offset: é", "f='w6' or f='Op' or f='Dq'"),
        ("f|wide|base64: ab", "f='YQBiAA=='"), ("f|utf16le|base64: ab", "f='YQBiAA=='"), ("f|utf16be|base64: ab", "f='AGEAYg=='"),
        ("f|utf16|base64: ab", "f='//5hAGIA'"), ("f|wide|base64: é", "f='6QA='"), ("f|wide: a*", "f='a\0'*"),
        ("f|wide|base64offset|contains: ab", "f=*'YQBiA'* or f=*'EAYg'* or f=*'hAGIA'*"),
    ])
    func `encodings`(selection: String, match: String) {
        #expect(Rule.match(selection: selection) == match)
    }

    @Test func `base64offset stays one value under all`() {
        let match = Rule.match(selection: "f|base64offset|contains|all: [foobar, fo]")
        #expect(match.hasPrefix("(f=*'Zm9vYmFy'* or f=*'Zvb2Jhc'* or f=*'mb29iYX'*) and (f=*'Zm'* or "))
    }

    @Test(arguments: [
        ("f|windash: a-b", "f='a-b'"), ("f|windash: a - b", "f='a - b'"), ("f|windash: a/b", "f='a/b'"),
        ("f|windash: ' -x'", "f=' ''-''x' or f=' ''/''x' or f=' ''–''x' or f=' ''—''x' or f=' ''―''x'"),
        ("f|windash: '*/x'", "f=*'-''x' or f=*'/''x' or f=*'–''x' or f=*'—''x' or f=*'―''x'"),
    ])
    func `windash`(selection: String, match: String) {
        // Neighbouring literals are one.
        #expect(Rule.match(selection: selection).replacing("''", with: "") == match.replacing("''", with: ""))
    }

    @Test func `windash multiplies`() {
        #expect(Rule.match(selection: "f|windash: '-a -b'").split(separator: " or ").count == 25)
        #expect(Rule.match(selection: "f|contains|windash|all: ['-a', '-b']").contains(") and ("))
    }

    @Test(arguments: [
        ("f|expand: '%admins%'", "f='root' or f='adm'*"), ("f|expand: 'x\\%admins%'", "f='x%admins%'"),
        ("f|expand: 100%", "f='100%'"), ("f|expand: '%%'", "f='%%'"), ("f|contains|expand: 'a%one%b'", "f=*'a1b'*"),
        ("f|expand|endswith: '@%one%'", "f=*'@1'"), ("f|expand: '%one%%one%'", "f='11'"), ("f|expand: plain", "f='plain'"),
        ("f|re|expand: '^%one%$'", "f~/^1$/"), ("f|re|i|expand: 'x%admins%'", #"f~/x(?:root|adm(?s:.*))/i"#),
        ("f|re|expand: '%dots%'", #"f~/a\.b\(\\\+/"#),
        ("f|expand: '%none%'",
            "r.yml:5:15: error: placeholder %none% has no values; define them under \"placeholders\" in the configuration"),
        ("f|expand: '%many%%many%'", "r.yml:5:15: error: placeholders expand to more than 200 values; split the list"),
    ])
    func `placeholders`(selection: String, match: String) {
        let lists = ["admins": ["root", "adm*"], "one": ["1"], "dots": [#"a.b(\+"#], "many": (0..<15).map(String.init)]
        #expect(Rule.match(selection: selection, placeholders: lists) == match)
    }

    @Test(arguments: [
        ("f|contians: a", "5:7", "unknown modifier \"contians\"; did you mean \"contains\"?"),
        ("f|contains: 5", "5:17", "modifier \"contains\" needs text, not a number; put quotes around it"),
        ("f|startswith: yes", "5:19", "modifier \"startswith\" needs text, not a boolean; put quotes around it"),
        ("f|endswith: [a, ~]", "5:21", "modifier \"endswith\" needs text, not null"),
        ("f|base64: a*", "5:15", "\"base64\" cannot encode wildcards; escape them with \\, or put \"contains\" after it"),
        ("f|base64offset: ''", "5:21", "\"base64offset\" needs text without wildcards, and not the empty one"),
        ("f|contains|re: a", "5:20", "\"re\" must come before \"contains\": it takes the value as written"),
        ("f|re: 5", "5:11", "modifier \"re\" needs text, not a number; put quotes around it"),
        ("f|re: '[a'", "5:11", "the regular expression is refused: missing ]: [a"),
        ("f|re: '(?=a)'", "5:11", "the regular expression is refused: look-around and atomic groups ((?=) are not available: "
            + "linear-time regular expressions (RE2 syntax) lack them"),
        (#"f|re: ['a', '(a)\1']"#, "5:17", #"the regular expression is refused: back-references (\1) are not available: "#
            + "linear-time regular expressions (RE2 syntax) lack them"),
        ("f|i: a", "5:10", "modifier \"i\" stands only after \"re\", as in \"field|re|i\""),
        ("f|re|cased: a", "5:17", "regular expressions are case-sensitive already; leave out \"cased\""),
        ("f|exists: 'true'", "5:15", "\"exists\" needs true or false, without quotes, not text"),
        ("f|exists|neq: true", "5:19", "\"exists\" does not combine with other modifiers"),
        ("'|exists': true", "5:16", "\"exists\" needs a field name before it, as in \"field|exists\""),
        ("f|lt: '5'", "5:11", "modifier \"lt\" needs a number without quotes, not text"),
        ("f|gt: .inf", "5:11", "modifier \"gt\" needs a finite number"),
        ("f|cidr|contains: 10.0.0.0/8", "5:22", "modifier \"contains\" needs text, not a network"),
        ("f|contains|cidr: 10.0.0.0/8", "5:22", "\"cidr\" does not combine with \"contains\""),
        ("f|cidr: 10.*", "5:13", "a network has no wildcards; write it as 10.0.0.0/8 or 2001:db8::/32"),
        ("f|fieldref: a*", "5:17",
            "\"fieldref\" needs the name of a field, without wildcards; put \"contains\" and the like after it"),
        ("f|fieldref|cased: g", "5:23", "modifier \"cased\" needs text, not a field reference"),
        ("f|hour: '5'", "5:13", "modifier \"hour\" needs a whole number without quotes, not text"),
        ("f|hour: 5.5", "5:13", "modifier \"hour\" needs a whole number without quotes, not 5.5"),
        ("f|hour: 24", "5:13", "a time's hour is 0 to 23, never 24"), ("f|hour|lt: 0", "5:16", "no time's hour is < 0"),
        ("f|gte|hour: 5", "5:17", "\"hour\" must come before the comparison, as in \"field|hour|gte\""),
        ("f|hour|gte|lte: 5", "5:21", "modifier \"lte\" needs a number without quotes, not a part of a time"),
        ("'|hour': 5", "5:14", "\"hour\" needs a field name before it, as in \"field|hour\""),
        ("f|utf16: é", "5:14", "the value is no longer text after its modifiers; put base64 or base64offset after utf16"),
        ("f|windash: ' -a -b -c -d'", "5:16", "\"windash\" replaces at most 3 dashes in one value; split it into several"),
        ("f: {g: a}", "5:8",
            "the values of \"f\" must be scalars, not a mapping; write nested fields with a dot, as in \"outer.inner: value\""),
        ("f: [[a]]", "5:9", "the values of \"f\" must be scalars, not a list"),
        ("'|all': []", "5:5", "an empty list needs a field; keywords need at least one value"),
        ("'|contains': ~", "5:18", "a keyword cannot be null; write the word, or name the field that must be missing"),
    ])
    func `errors have a place and a way out`(selection: String, place: String, message: String) {
        #expect(Rule.match(selection: selection) == "r.yml:\(place): error: \(message)")
    }

    @Test func `a network with host bits is told`() {
        let match = Rule.match(selection: "f|cidr: 10.1.2.3/8")
        #expect(match.hasPrefix("r.yml:5:13: error: \"10.1.2.3/8\" is not a network: "))
    }

    @Test func `expansions of expansions are bounded`() {
        let lists = ["many": (0..<200).map { "-\($0) -b -c" }]
        let match = Rule.match(selection: "f|expand|windash: '%many%'", placeholders: lists)
        #expect(match.hasPrefix("r.yml:5:23: error:") || match.split(separator: " or ").count <= 25_000)
    }
}
