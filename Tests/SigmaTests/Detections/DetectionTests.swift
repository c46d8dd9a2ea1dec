import Sigma
import Testing

@Suite struct DetectionTests {
    @Test(arguments: [
        ("s: {f: a, g: b}", "f='a' and g='b'"),
        ("s: [{f: a}, {g: b, h: c}]", "f='a' or (g='b' and h='c')"),
        ("s: word", "any=*'word'*"), ("s: [one, two]", "any=*'one'* or any=*'two'*"), ("s: [4624]", "any=*'4624'*"),
        ("s: [one, {f: a}]", "any=*'one'* or f='a'"), ("s: [[one, two], {f: a}]", "(any=*'one'* or any=*'two'*) or f='a'"),
        ("s: {'|all': [one, two]}", "any=*'one'* and any=*'two'*"), ("s: {'|re': 'a.c'}", "any~/a.c/"),
        ("s: {'|startswith': a}", "any='a'*"), ("s: {'|endswith': a}", "any=*'a'"),
        ("s: ['*a*', 'b?']", "any=*'a'* or any=*'b'?*"),
        ("s: {'|cased': A}", "any==*'A'*"), ("s: [true]", "any=*'true'*"),
        ("s: {f: a, 'g|contains': [b, c]}", "f='a' and (g=*'b'* or g=*'c'*)"),
        ("s: {f.g.h: a, 'target[].id': b}", "f.g.h='a' and target[].id='b'"),
    ])
    func `search identifiers`(identifier: String, match: String) {
        #expect(Rule.outcome(Rule.text(detection: "\(identifier)\ncondition: s")) == match)
    }

    @Test(arguments: [
        ("s: {}", "4:6", "search identifier \"s\" is empty: write fields, a list, or keywords under it"),
        ("s: []", "4:6", "search identifier \"s\" is empty: write fields, a list, or keywords under it"),
        ("s: ~", "4:6", "search identifier \"s\" is empty: write fields, a list, or keywords under it"),
        ("s: [a, ~]", "4:10", "a keyword cannot be null; write the word, or name the field that must be missing"),
    ])
    func `identifiers without meaning`(identifier: String, place: String, message: String) {
        #expect(Rule.outcome(Rule.text(detection: "\(identifier)\ncondition: s")) == "r.yml:\(place): error: \(message)")
    }

    @Test func `all errors of a rule are told at once`() {
        let errors = Rule.errors(Rule.text(detection: "a: {f|x9q: 1}\nb: {f|lt: a}\nc: []\ncondition: a and q"))
        #expect(errors.map { $0.split(separator: " ")[0] } == ["r.yml:4:9:", "r.yml:5:13:", "r.yml:6:6:", "r.yml:7:20:"])
        let whole = "level: hihg\nlogsource: {}\ndetection:\n  s: {f|x9q|y9q: 1, g: {h: 1}}\n  condition: [s, q and]"
        #expect(Rule.errors(whole).map { $0.split(separator: " ")[0] } == [
            "r.yml:1:1:", "r.yml:1:8:", "r.yml:2:1:", "r.yml:4:9:", "r.yml:4:13:", "r.yml:4:24:", "r.yml:5:23:",
        ])
        let others = Rule.errors(Rule.text(detection: "a: {f|x9q: 1}\nb: {f|lt: a}\ncondition: a and q"))
        #expect(others.map { $0.split(separator: " ")[0] } == ["r.yml:4:9:", "r.yml:5:13:", "r.yml:6:20:"])
    }
}
