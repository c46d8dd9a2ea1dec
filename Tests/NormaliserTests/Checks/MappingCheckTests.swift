import EventModel
import Foundation
import LocatedYAML
import Normaliser
import TestSupport
import Testing

/// What is told of a mapping file that loads, and says something in vain.
@Suite struct MappingCheckTests {
    private func check(_ files: (path: String, text: String)...) -> [String] {
        MappingCheck(files.map { YAMLFile(text: $0.text, path: $0.path) }).diagnostics.map { "\($0)" }
    }

    @Test func aFileThatSaysNothingInVainHasNoWarnings() {
        #expect(check(("example.yml", MappingFileTests.valid)) == [])
    }

    @Test(arguments: [
        ("[kind=audit, who]\n", "[kind=audit, who]\n  - [who, kind=audit, more]\n",
            "example.yml:10:5: warning: one above asks for no more than this and takes all of its records"),
        ("[kind=audit, who]\n", "[kind=a*]\n  - [kind=audit]\n", "example.yml:10:5: warning: one above asks"),
        ("[\"*.read\", \"read.*\"]", "[\"*.read\", \"*.re*ad\", \"*.*.read\"]", nil),
        ("[\"*.read\", \"read.*\"]", "[\"*.read\", \"**.read\"]",
            "example.yml:33:23: warning: \"*.read\" in line 33 takes all types that this stands for"),
        ("event_type: what", "event_type: what\nevent_scope: who",
            "example.yml:30:13: warning: \"*/*.made\" in line 37 takes this type, since all records have a scope: write it with its "
                + "scope, scope/user.made"),
        ("event_type: what", "event_type: what\nevent_scope: where", nil),
        ("[who, who_id]", "[=Nobody, who_id]",
            "example.yml:18:30: warning: never looked at: \"=Nobody\" before it is always there; put the constant last"),
        ("[who, who_id]", "[who, who_id, who]", "example.yml:18:34: warning: \"who\" stands here twice"),
        ("failure: [bad, worse]", "failure: [bad, ok]", "example.yml:15:25: warning: \"ok\" already is success, in line 15, which counts"),
        ("id: id", "id: id\nexplode: parts", "example.yml:12:10: warning: nothing below \"parts\" is mapped"),
        ("default: api", "drop: [a.b, \"a.*\"]\ndefault: api", "example.yml:35:8: warning: \"a.b\" is dropped with all else"),
        ("fields:\n  actor", "fields:\n  user.name: who\n  actor", 
            "example.yml:18:3: warning: never used: every class that has \"user.name\" sets it in \"classes\""),
    ] as [(String, String, String?)])
    func warnings(from: String, to: String, expected: String?) {
        #expect(MappingFileTests.valid.contains(from))
        var text = MappingFileTests.valid.replacingOccurrences(of: from, with: to)
        if to.contains("event_scope") {
            text = text.replacingOccurrences(
                of: "default: api", with: "  - class: api_activity/read\n    types: [\"*/*.made\"]\ndefault: api")
        }
        let found = check(("example.yml", text))
        if let expected {
            #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
        } else {
            #expect(found == [])
        }
    }

    /// A pattern of types alone is tried after the names of types, whatever their scope.
    @Test func aPatternWithoutScopeHidesNoName() {
        let text = MappingFileTests.valid.replacingOccurrences(of: "event_type: what", with: "event_type: what\nevent_scope: who")
            .replacingOccurrences(of: "default: api", with: "  - class: api_activity/read\n    types: [\"*.made\"]\ndefault: api")
        #expect(check(("example.yml", text)) == [])
    }

    @Test func aShapeThatAnotherProductTakesIsToldWithBothPlaces() {
        let other = MappingFileTests.valid.replacingOccurrences(of: "name: example", with: "name: other")
            .replacingOccurrences(of: "[kind=audit, who]", with: "[kind=audit, who, more]")
        #expect(
            check(("a.yml", MappingFileTests.valid), ("b.yml", other)) == [
                "b.yml:9:5: warning: example's at a.yml:9 asks for no more than this and takes all of its records; only a source "
                    + "with product: other gets here"
            ])
        #expect(check(("a.yml", other), ("b.yml", MappingFileTests.valid)) == [])
    }

    @Test func errorsComeWithoutWarnings() {
        let text = MappingFileTests.valid.replacingOccurrences(of: "[who, who_id]", with: "[=Nobody, who_id]")
            .replacingOccurrences(of: "vendor: Example", with: "vender: Example")
        let found = check(("example.yml", text))
        #expect(found.count == 2 && found.allSatisfy { $0.contains(": error: ") }, "\(found)")
    }

    @Test func foldersAndFilesAreTakenOnce() throws {
        let folder = try TemporaryFolder()
        try folder.file("example.yml", Data(MappingFileTests.valid.utf8))
        let path = folder.url.path
        let check = MappingCheck(paths: [path, path + "/example.yml"])
        #expect(check.files.count == 1)
        #expect(!check.hasErrors)
        #expect(MappingCheck(paths: [path + "/none.yml"]).hasErrors)
        let empty = try TemporaryFolder()
        #expect(MappingCheck(paths: [empty.url.path]).diagnostics.map(\.message) == ["no mapping files here: their names end in .yml"])
    }

    @Test func theShippedMappingsAreFine() {
        #expect(!MappingCheck(paths: [NormaliserFixture.folder]).hasErrors)
    }
}
