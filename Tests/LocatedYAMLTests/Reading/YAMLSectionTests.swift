import LocatedYAML
import Testing

@Suite struct YAMLSectionTests {
    private enum Colour: String, CaseIterable { case red, green }

    private func section(_ text: String) throws -> YAMLSection {
        let file = YAMLFile(text: text, path: "f.yml")
        return YAMLSection(try #require(file.documents.first), log: DiagnosticLog(file.diagnostics))
    }

    @Test func `values of every kind`() throws {
        let section = try section(
            """
            name: okta
            port: 514
            rate: 1.5
            on: true
            wait: 5m
            room: 16MiB
            colour: green
            one: a
            several: [a, 2]
            inner: {x: 1}
            items: [{x: 1}, {x: 2}]
            nothing: ~
            """)
        #expect(section.string("name") == "okta")
        #expect(section.string("port") == "514")
        #expect(section.int("port", in: 1...65_535) == 514)
        #expect(section.double("rate") == 1.5)
        #expect(section.bool("on") == true)
        #expect(section.duration("wait") == 300_000_000)
        #expect(section.size("room") == 16_777_216)
        #expect(section.choice("colour") == Colour.green)
        #expect(section.strings("one") == ["a"])
        #expect(section.strings("several") == ["a", "2"])
        #expect(section.section("inner")?.int("x") == 1)
        #expect(section.sections("items").map { $0.int("x") } == [1, 2])
        #expect(section.string("nothing") == nil)
        #expect(section.string("absent") == nil)
        section.finish()
        #expect(section.log.diagnostics.isEmpty)
    }

    @Test(arguments: [
        ("k: [a]", "f.yml:1:4: error: \"k\" must be text, not a list"),
        ("k: no", "f.yml:1:4: error: \"k\" must be text; put quotes around \"no\" if you mean the word"),
    ])
    func `wrong texts`(text: String, message: String) throws {
        let section = try section(text)
        #expect(section.string("k") == nil)
        #expect(section.log.diagnostics.map(\.description) == [message])
    }

    @Test func `wrong values are all told`() throws {
        let lines = [
            "port: 70000", "rate: fast", "on: maybe", "wait: 5 minutes", "room: big", "colour: gren", "list: a", "inner: 1",
        ]
        let section = try section(lines.joined(separator: "\n"))
        #expect(section.int("port", in: 1...65_535) == nil)
        #expect(section.double("rate") == nil)
        #expect(section.bool("on") == nil)
        #expect(section.duration("wait") == nil)
        #expect(section.size("room") == nil)
        #expect(section.choice("colour", of: Colour.self) == nil)
        #expect(section.list("list") == nil)
        #expect(section.section("inner") == nil)
        section.finish()
        #expect(section.log.diagnostics.map(\.description) == [
            "f.yml:1:7: error: \"port\" must be 1 to 65535, not 70000",
            "f.yml:2:7: error: \"rate\" must be a number, not \"fast\"",
            "f.yml:3:5: error: \"on\" must be true or false, not \"maybe\"",
            "f.yml:4:7: error: \"wait\" must be a duration such as 30s, 5m, 1h or 7d, not \"5 minutes\"",
            "f.yml:5:7: error: \"room\" must be a size such as 64KiB or 16MiB, not \"big\"",
            "f.yml:6:9: error: \"colour\" must be one of red, green, not \"gren\"; did you mean \"green\"?",
            "f.yml:7:7: error: \"list\" must be a list, not \"a\"",
            "f.yml:8:8: error: \"inner\" must be a mapping (key: value), not \"1\"",
        ])
    }

    @Test func `unknown keys come with the nearest one`() throws {
        let section = try section("listners: []\nzzz: 1\nname: x")
        _ = section.list("listeners")
        _ = section.string("name")
        section.finish()
        #expect(section.log.diagnostics.map(\.description) == [
            "f.yml:1:1: error: unknown key \"listners\"; did you mean \"listeners\"?",
            "f.yml:2:1: error: unknown key \"zzz\"; the keys here are listeners, name",
        ])
    }

    @Test func `required keys`() throws {
        let section = try section("nam: x\nport: ~")
        #expect(section.requiredString("name") == nil)
        #expect(section.requiredInt("port") == nil)
        #expect(section.log.diagnostics.map(\.description) == [
            "f.yml:1:1: error: required key \"name\" is missing; is \"nam\" meant to be it?",
            "f.yml:1:1: error: required key \"port\" is missing",
        ])
    }

    @Test func `a section must be a mapping`() throws {
        let section = try section("- a")
        section.finish()
        #expect(section.log.diagnostics.map(\.description) == ["f.yml:1:1: error: expected a mapping (key: value), not a list"])
    }

    @Test func `diagnostics in reading order`() {
        let places = [(2, 1), (1, 9), (1, 2), (2, 1)].map { SourceLocation(file: "f", line: $0.0, column: $0.1) }
        let log = DiagnosticLog(places.map { Diagnostic(.error, at: $0, "x") })
        #expect(log.sorted.map(\.location.description) == ["f:1:2", "f:1:9", "f:2:1"])
    }
}
