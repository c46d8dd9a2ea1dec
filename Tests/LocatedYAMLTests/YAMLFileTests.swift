import LocatedYAML
import TestSupport
import Testing

@Suite struct YAMLFileTests {
    private func file(_ text: String, limits: YAMLLimits = YAMLLimits()) -> YAMLFile {
        YAMLFile(text: text, path: "f.yml", limits: limits)
    }

    @Test func `every node knows its place`() throws {
        let root = try #require(file("a: 1\nb:\n  - x\n  - {c: 'd'}\n").documents.first)
        let entries = try #require(root.mapping)
        #expect(entries.map(\.key) == ["a", "b"])
        #expect(entries[0].value.location == SourceLocation(file: "f.yml", line: 1, column: 4))
        #expect(entries[1].keyLocation == SourceLocation(file: "f.yml", line: 2, column: 1))
        let items = try #require(entries[1].value.sequence)
        #expect(items[0].location == SourceLocation(file: "f.yml", line: 3, column: 5))
        #expect(items[1]["c"]?.location == SourceLocation(file: "f.yml", line: 4, column: 9))
        #expect(items[1]["c"]?.scalar == YAMLScalar("d", style: .singleQuoted))
    }

    @Test func `columns count characters, not bytes`() {
        #expect(file("ä: é").documents[0]["ä"]?.location.column == 4)
    }

    @Test func `several documents`() {
        let read = file("a: 1\n---\nb: 2\n---\n")
        #expect(read.documents.count == 3)
        #expect(read.documents[1].location.line == 3)
        #expect(read.documents[2].isNull)
        #expect(read.isSound)
    }

    @Test(arguments: [
        ("a: b: c", "f.yml:1:5"), ("a: [1, 2", "f.yml:2:1"), ("a: 'x", "f.yml:1:6"), ("\tb: 1", "f.yml:1:1"),
        ("a: 1\nb: *nowhere", "f.yml:2:4"), ("a: \u{1}", "f.yml:1:4"), ("a: &x [*x]", "f.yml:1:8"), ("a: 1\n b: 2", "f.yml:2:3"),
    ])
    func `syntax errors tell the place`(text: String, place: String) {
        let read = file(text)
        #expect(read.diagnostics.count == 1)
        #expect(read.diagnostics.first?.location.description == place)
        #expect(read.diagnostics.first?.severity == .error)
    }

    @Test func `documents before a syntax error are kept`() {
        let read = file("a: 1\n---\nb: [")
        #expect(read.documents.count == 1)
        #expect(!read.isSound)
    }

    @Test func `bytes that are not UTF-8 are refused at their place`() {
        let read = YAMLFile(bytes: Array("a: 1\nb: ".utf8) + [0xff], path: "f.yml")
        #expect(read.diagnostics.map(\.location.description) == ["f.yml:2:4"])
    }

    @Test func `all duplicate keys are told at once, the first value stays`() {
        let read = file("a: 1\nb: {c: 1, c: 2}\n'a': 3\na: 4\n")
        #expect(read.diagnostics.map(\.description) == [
            "f.yml:2:11: error: duplicate key \"c\": it is already on line 2; keep one of them",
            "f.yml:3:1: error: duplicate key \"a\": it is already on line 1; keep one of them",
            "f.yml:4:1: error: duplicate key \"a\": it is already on line 1; keep one of them",
        ])
        #expect(read.documents[0]["a"]?.scalar?.value == .integer(1))
    }

    @Test(arguments: [
        ("? [a]\n: 1", "f.yml:1:3: error: a key must be one text, not a list"),
        ("a: !!int x", "f.yml:1:4: error: tag \"tag:yaml.org,2002:int\" does not fit \"x\"; leave it out, or use !!str"),
        ("a: !mine x", "f.yml:1:4: error: tag \"!mine\" does not fit \"x\"; leave it out, or use !!str"),
        ("a: !!set {b}", "f.yml:1:4: error: tag \"tag:yaml.org,2002:set\" does not fit a mapping; leave it out"),
        ("a: {<<: 1}", "f.yml:1:9: error: \"<<\" merges a mapping or a list of mappings, not a number"),
    ])
    func `what is YAML and yet not for us`(text: String, diagnostic: String) {
        #expect(file(text).diagnostics.map(\.description) == [diagnostic])
    }

    @Test func `tags decide the kind of a scalar`() {
        let root = file("a: !!str 1\nb: ! 2\nc: !!float 3\nd: !!int '4'").documents[0]
        #expect(root["a"]?.scalar?.value == .text)
        #expect(root["b"]?.scalar?.value == .text)
        #expect(root["c"]?.scalar?.value == .float(3))
        #expect(root["d"]?.scalar?.value == .integer(4))
    }

    @Test func `aliases and merge keys`() {
        let root = file("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nboth: {<<: [{x: 9}, *b]}\nsame: *b").documents[0]
        #expect(root["use"]?["x"]?.scalar?.value == .integer(1))
        #expect(root["use"]?["y"]?.scalar?.value == .integer(3))
        #expect(root["both"]?["x"]?.scalar?.value == .integer(9))
        #expect(root["both"]?["y"]?.scalar?.value == .integer(2))
        #expect(root["same"] == root["base"])
    }

    @Test func `an alias bomb ends at the limit`() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let item = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: item, count: 10).joined(separator: ", "))]\n"
        }
        let read = file(text)
        #expect(read.documents.isEmpty)
        #expect(read.diagnostics.map(\.message) == ["more than 100000 values in one file, aliases counted as what they repeat"])
    }

    @Test func `depth is bounded, through aliases too`() {
        let deep = String(repeating: "[", count: 200_000)
        #expect(file(deep).diagnostics.map { $0.message.contains("nested too deeply") } == [true])
        let lines = (0..<70).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        #expect(file(lines).diagnostics.map(\.description) == ["f.yml:64:64: error: nested more than 64 levels deep"])
        #expect(file("a: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60)).isSound)
        let open = String(repeating: "[", count: 40)
        let close = String(repeating: "]", count: 40)
        let aliased = file("a: &a \(open)1\(close)\nb: \(open)*a\(close)")
        #expect(aliased.diagnostics.map(\.message) == ["alias \"*a\" nests more than 64 levels deep"])
    }

    @Test func `size is bounded`() {
        let read = file(String(repeating: "#", count: 101), limits: YAMLLimits(maximumBytes: 100))
        #expect(read.diagnostics.map(\.message) == ["the file is longer than 100 bytes; split it"])
    }

    @Test(arguments: [("/nowhere/x.yml", "No such file"), ("/", "not a regular file"), ("/dev/zero", "not a regular file")])
    func `files that cannot be read`(path: String, part: String) {
        let read = YAMLFile(path: path)
        #expect(read.diagnostics.count == 1)
        #expect(read.diagnostics.first?.message.contains(part) == true)
    }

    @Test func `any bytes give documents or a diagnostic`() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("ab:- \n[]{}&*!|>'\"%#,?~<0x\t\\é".utf8)
        for _ in 0..<3_000 {
            let length = Int.random(in: 0..<60, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let read = YAMLFile(bytes: bytes, path: "f.yml")
            for diagnostic in read.diagnostics {
                #expect(diagnostic.location.line >= 1 && diagnostic.location.column >= 1)
                #expect(!read.excerpt(of: diagnostic).isEmpty)
            }
        }
    }
}
