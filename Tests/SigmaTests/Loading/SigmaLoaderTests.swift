import LocatedYAML
import Sigma
import Testing

@Suite struct SigmaLoaderTests {
    @Test func `folders are read whole, in order, without tests`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Rule.named("b"), to: "b.yml")
        try folder.write(Rule.named("a"), to: "z/a.yaml")
        try folder.write(Rule.named("c"), to: "z/c.yml")
        try folder.write("cases: []", to: "z/c.test.yml")
        try folder.write("nothing", to: "README.md")
        try folder.write("{", to: ".hidden.yml")
        let loaded = SigmaLoader.load(paths: [folder.path])
        #expect(loaded.diagnostics == [])
        #expect(loaded.collection.rules.map(\.metadata.id) == ["b", "a", "c"])
        #expect(loaded.files == ["b.yml", "z/a.yaml", "z/c.yml"].map { "\(folder.path)/\($0)" })
        #expect(loaded.documents == 3)
    }

    @Test func `a path given twice is read once`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Rule.named("a"), to: "a.yml")
        #expect(SigmaLoader.load(paths: [folder.path, "\(folder.path)/a.yml"]).collection.rules.count == 1)
    }

    @Test func `references across files, whatever their order`() throws {
        let folder = try TemporaryFolder()
        try folder.write("title: C\ncorrelation: {type: temporal, rules: [late], timespan: 1h}", to: "a.yml")
        try folder.write(Rule.named("late"), to: "b.yml")
        let loaded = SigmaLoader.load(paths: [folder.path])
        #expect(loaded.diagnostics == [])
        #expect(loaded.collection.correlations.map(\.rules) == [["late"]])
    }

    @Test func `two rules with one id are told with both places`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Rule.named("a", id: "X"), to: "a.yml")
        try folder.write(Rule.named("b", id: "x"), to: "b.yml")
        try folder.write(Rule.named("a"), to: "c.yml")
        let loaded = SigmaLoader.load(paths: [folder.path])
        #expect(loaded.diagnostics.map(\.description) == [
            "\(folder.path)/b.yml:1:1: error: id \"x\" is already taken by the rule at \(folder.path)/a.yml:1:1",
            "\(folder.path)/c.yml:1:1: error: name \"a\" is already taken by the rule at \(folder.path)/a.yml:1:1",
        ])
        #expect(loaded.collection.rules.map(\.metadata.id) == ["x"])
    }

    @Test func `missing paths and broken files are told, the rest is loaded`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Rule.named("a"), to: "a.yml")
        try folder.write("title: [", to: "b.yml")
        let loaded = SigmaLoader.load(paths: ["/nowhere/x", folder.path])
        #expect(loaded.diagnostics.count == 2)
        #expect(loaded.diagnostics.first?.message == "there is no such file or folder")
        #expect(loaded.collection.rules.count == 1)
    }

    @Test func `rules of a file that is not sound YAML are broken, not unknown`() {
        let text = Rule.named("a") + "x: 1\nx: 2\n---\ntitle: C\ncorrelation: {type: temporal, rules: [a], timespan: 1h}"
        let other = "title: D\ncorrelation: {type: temporal, rules: [a], timespan: 1h}"
        let loaded = SigmaLoader.load(files: [YAMLFile(text: text, path: "a.yml"), YAMLFile(text: other, path: "b.yml")])
        #expect(loaded.diagnostics.map(\.message).last == "rule \"a\" has errors of its own; mend that rule first")
    }

    @Test func `hostile files cost bounded time`() {
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + (0..<20).map { "b\($0): &b\($0) [*a, *a, *a]\n" }.joined()
        #expect(!SigmaLoader.load(text: bomb).collection.rules.contains { _ in true })
        let wide = (0..<10_000).map { "v\($0)" }.joined(separator: ", ")
        let loaded = SigmaLoader.load(text: Rule.text(detection: "s: {f: [\(wide)]}\ncondition: s"))
        #expect(loaded.collection.rules.count == 1)
    }
}
