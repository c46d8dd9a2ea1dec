import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// What a mapping file may say, and what is told about one that is wrong.
@Suite struct MappingFileTests {
    static let valid = """
        product:
          name: example
          vendor: Example
          title: Example Audit
        ocsf: "1.8.0"
        log_sources:
          - {product: example}
        detect:
          - [kind=audit, who]
        time: at
        id: id
        event_type: what
        status:
          from: result
          values: {success: ok, failure: [bad, worse]}
          default: unknown
        fields:
          actor.user.name: [who, who_id]
          actor.user.uid: who_id
          src_endpoint.ip: from
          resources[thing].name: thing
          resources[owner].name: owner
        classes:
          account_change:
            user.name: list[type=user].name
            user.uid: list[type=user].id
        events:
          - class: account_change/create
            types: [user.made]
            fields:
              user.type_id: {from: rank, values: {2: boss}, default: 1}
          - class: api_activity/read
            types: ["*.read", "read.*"]
            status: success
        default: api_activity/other
        """

    private func load(_ text: String) throws -> (ProductMappings?, [String]) {
        let folder = try TemporaryFolder()
        try folder.file("example.yml", Data(text.utf8))
        let (mappings, diagnostics) = ProductMappings.load(folder: folder.url.path, catalog: FieldCatalog())
        return (mappings, diagnostics.map { "\($0)".replacingOccurrences(of: folder.url.path + "/", with: "") })
    }

    @Test func aValidFileLoads() throws {
        let (mappings, diagnostics) = try load(Self.valid)
        #expect(diagnostics.isEmpty)
        #expect(mappings?.products.products.map(\.name) == ["unknown", "example"])
        #expect(mappings?.knows("example") == true)
        #expect(mappings?.knows("exampl") == false)
    }

    /// What stands under `identity`, and what is said of it.
    @Test(arguments: [
        ("accounts: [{of: actor, id: who_id, login: who}]", ""),
        ("accounts: [{id: [who_id, other], email: mail, unless: x}]", ""),
        ("accounts: [{of: actor, id: who_id}]", "example.yml:37:14: error: an account has two at least of"),
        ("accounts: [{of: boss, id: who_id, login: who}]", "example.yml:37:19: error: an account is of the actor or of the user"),
        ("accounts: [{id: who_id, email: =a@example.com}]", "example.yml:37:34: error: the names of an account are paths"),
        ("acounts: [{id: who_id, login: who}]", "example.yml:37:3: error: unknown key \"acounts\"; did you mean \"accounts\"?"),
        ("guest_names: perhaps", "example.yml:37:16: error"),
    ])
    func accountsAreChecked(text: String, expected: String) throws {
        let (mappings, diagnostics) = try load(Self.valid + "\nidentity:\n  " + text)
        #expect(expected.isEmpty ? diagnostics.isEmpty : diagnostics.contains { $0.hasPrefix(expected) }, "\(diagnostics)")
        #expect((mappings != nil) == expected.isEmpty)
    }

    @Test(arguments: [
        ("name: example", "nme: example", "example.yml:2:3: error: required key \"name\" is missing; is \"nme\" meant to be it?"),
        ("actor.user.uid: who_id", "actor.user.uidd: who_id", "example.yml:19:3: error: \"actor.user.uidd\" is no attribute of "
            + "the classes used here in OCSF 1.8.0; did you mean \"actor.user.uid\"?"),
        ("actor.user.uid: who_id", "actor.user: who_id", "example.yml:19:3: error: \"actor.user\" is an object: set account, "
            + "credential_uid, display_name, domain, email_addr, forward_addr, …"),
        ("user.uid: list[type=user].id", "group.uid: x", "example.yml:26:5: error: \"group.uid\" is no attribute of "
            + "account_change in OCSF 1.8.0"),
        ("account_change/create", "account_chnge/create", "example.yml:28:12: error: unknown OCSF class \"account_chnge\"; did "
            + "you mean \"account_change\"?"),
        ("account_change/create", "account_change/crate", "example.yml:28:12: error: write class/activity with an activity of "
            + "account_change; did you mean \"create\"?"),
        ("status: success", "status: sucess", "example.yml:34:13: error: unknown word \"sucess\"; did you mean \"success\"?"),
        ("src_endpoint.ip: from", "src_endpoint.ip: lst(from, \"/\")", "example.yml:20:20: error: unknown function \"lst\"; did "
            + "you mean \"last\"?"),
        ("src_endpoint.ip: from", "src_endpoint.ip: pair(from, \"a b\")",
            "example.yml:20:20: error: pair() needs the key of a pair as its second argument, without blanks, "
                + "commas, quotes and ="),
        ("time: at", "time: at\ntime_zone: US/Eastern",
            "example.yml:11:12: error: \"US/Eastern\" is no time zone: write it as in POSIX, EST5EDT,M3.2.0,M11.1.0"),
        ("src_endpoint.ip: from", "src_endpoint.ip: a[b.c", "example.yml:20:20: error: \"a[b.c\" is no path: write a.b.c, or "
            + "list[key=value].member"),
        ("src_endpoint.ip: from", "src_endpoint.ip: =1.2.3", "example.yml:20:20: error: ip must be an IP address, not \"1.2.3\""),
        ("default: 1}", "default: 17}", "example.yml:31:62: error: type_id must be one of [0, 1, 2, 3, 4, 99], not \"17\""),
        ("{from: rank, values: {2: boss}, default: 1}", "rank", "example.yml:31:21: error: type_id is an enumeration: translate "
            + "the vendor's words with from, values and default"),
        ("[\"*.read\", \"read.*\"]", "[user.made]", "example.yml:33:13: error: \"user.made\" already has a class, in line 29"),
        ("event_type: what", "event_tipe: what", "example.yml:12:1: error: unknown key \"event_tipe\"; did you mean "
            + "\"event_type\"?"),
        ("ocsf: \"1.8.0\"", "ocsf: \"1.7\"", "example.yml:5:7: error: unknown version \"1.7\" of OCSF; known are 1.0.0, 1.1.0"),
        ("ocsf: \"1.8.0\"", "ocsf: \"1.9.0\"", "example.yml:5:7: error: unknown version \"1.9.0\" of OCSF; known are 1.0.0"),
        ("default: api_activity/other", "default: api_activity/other\ndrop: [\"a.*.b\"]", "example.yml:36:8: error: "
            + "\"a.*.b\": a \"*\" stands for all below"),
        ("account_change:\n", "account_chang:\n", "example.yml:24:3: error: no event type has the class \"account_chang\"; did "
            + "you mean \"account_change\"?"),
        ("actor.user.uid: who_id", "actor.user.uid: words(who)", "example.yml:19:19: error: words() needs a path as its second"),
        ("who, who_id]", "split(who, \",\")]", "example.yml:18:"),
    ])
    func errorsSayWhatWhereAndWhatIsMeant(from: String, to: String, expected: String) throws {
        #expect(Self.valid.contains(from))
        let (mappings, diagnostics) = try load(Self.valid.replacingOccurrences(of: from, with: to))
        #expect(mappings == nil)
        #expect(diagnostics.contains { $0.hasPrefix(expected) }, "\(diagnostics)")
    }

    @Test func aClassThatNoFieldCanSatisfyIsAnError() throws {
        let text = Self.valid.replacingOccurrences(of: "api_activity/read", with: "file_hosting/download")
        #expect(try load(text).1 == ["example.yml:32:12: error: file_hosting needs \"file\", and no field sets it"])
    }

    @Test(arguments: [
        (#""ok""#, "Success"), (#""odd""#, "Failure"), ("7", "Failure"), ("false", "Failure"), (#""""#, "Unknown"),
        ("null", "Unknown"),
    ])
    func aStarIsEveryOtherValue(value: String, expected: String) throws {
        let text = Self.valid.replacingOccurrences(of: "failure: [bad, worse]", with: "failure: \"*\"")
        let mappings = try #require(try load(text).0)
        var lines = LineNormaliser(mappings: mappings, receivedAt: NormaliserFixture.receivedAt)
        var record = #"{"kind":"audit","who":"D","id":"1","what":"other","result":\#(value)}"#
        let document = try #require(record.withUTF8 { lines.documents(of: UnsafeRawBufferPointer($0)) }.first)
        #expect(ParsedJSON.value(try NormaliserFixture.parse(document), "status") as? String == expected)
    }

    @Test(arguments: [
        ("kind=audit", true), ("kind=aud*", true), ("kind=audit*", true), ("kind=audits*", false), ("kind=*", true),
        ("kind=x*", false), ("kind=aud", false), ("kind=a*t", false), ("absent=*", false),
    ])
    func aConditionMayNameHowATextBegins(condition: String, isMet: Bool) throws {
        let text = Self.valid.replacingOccurrences(of: "[kind=audit, who]", with: "[\"\(condition)\", who]")
        let mappings = try #require(try load(text).0)
        let batch = Normaliser(mappings: mappings).normalise(
            NormaliserFixture.batch([#"{"kind":"audit","who":"D","id":"1","what":"other"}"#]))
        #expect((batch.rows[0].product != ProductCatalog.unknown) == isMet)
    }

    /// Every condition has a bit, wherever it stands among them.
    @Test(arguments: [0, 1, 63, 64, 511, 512, 1_023, 1_024, 1_299])
    func manyConditionsAreToldApart(number: Int) throws {
        let alternatives = (0..<1_300).map { "[f\($0)]" }.joined(separator: ", ")
        let text = Self.valid.replacingOccurrences(of: "detect:\n  - [kind=audit, who]", with: "detect: [\(alternatives)]")
        let mappings = try #require(try load(text).0)
        let batch = Normaliser(mappings: mappings).normalise(
            NormaliserFixture.batch([#"{"f\#(number)":1}"#, #"{"g\#(number)":1}"#]))
        #expect(batch.rows.map { $0.product != ProductCatalog.unknown } == [true, false])
    }

    @Test func twoProductsOfOneNameAreAnError() throws {
        let folder = try TemporaryFolder()
        try folder.file("a.yml", Data(Self.valid.utf8))
        try folder.file("b.yml", Data(Self.valid.utf8))
        let (mappings, diagnostics) = ProductMappings.load(folder: folder.url.path, catalog: FieldCatalog())
        #expect(mappings == nil)
        #expect("\(diagnostics[0])".hasSuffix("b.yml:2:9: error: \"example\" already names example"))
    }

    @Test func aMissingFolderIsAnError() {
        let (mappings, diagnostics) = ProductMappings.load(folder: "/nowhere/at/all", catalog: FieldCatalog())
        #expect(mappings == nil)
        #expect(diagnostics.count == 1)
    }

    @Test(arguments: [
        (#""what":"user.made","list":[{"id":"g","type":"group","name":"G"},{"name":"U","id":"u","type":"user"}],"rank":"boss""#,
            "user.name", "U"),
        (#""what":"user.made","list":[{"type":"user","id":"u"}]"#, "user.uid", "u"),
        (#""what":"user.made","list":[{"type":"user","id":"u"}],"rank":"boss""#, "user.type_id", "2"),
        (#""what":"user.made","list":[{"type":"user","id":"u"}],"rank":"x""#, "user.type_id", "1"),
        (#""what":"user.made","list":[{"type":"group","id":"u"}]"#, "class_name", "API Activity"),
        (#""what":"user.made","list":[]"#, "class_uid", "6003"),
        (#""what":"file.read","result":"bad""#, "status", "Success"),
        (#""what":"file.read","result":"bad""#, "activity_name", "Read"),
        (#""what":"other","result":"worse""#, "status", "Failure"),
        (#""what":"other","result":7"#, "status", "Unknown"),
        (#""what":"other","who_id":"7""#, "actor.user.name", "D"),
        (#""what":"other","from":"[2001:db8::1]:1""#, "src_endpoint.ip", "2001:db8::1"),
        (#""what":"other","from":"nowhere""#, "src_endpoint.name", "Example Audit"),
        (#""what":"other","thing":"T","owner":"O""#, "resources.0.name", "O"),
        (#""what":"other","thing":"T","owner":"O""#, "resources.1.name", "T"),
        (#""what":"other","at":"2026-11-20T08:00:00Z""#, "time", "1795161600000"),
        (#""what":"other","at":"never""#, "time", "1795176000000"),
        (#""what":"other","at":"never""#, "metadata.original_time", "never"),
    ])
    func values(members: String, path: String, expected: String) throws {
        let mappings = try #require(try load(Self.valid).0)
        try check(mappings, members, path, expected)
    }

    /// Times of a product that writes none of their zone.
    @Test(arguments: [
        (#""at":"2026-07-01 08:00:00""#, "time", "1782907200000"), (#""at":"2026-11-20T08:00:00""#, "time", "1795179600000"),
        (#""at":"2026-07-01T08:00:00Z""#, "time", "1782892800000"), (#""at":1782892800"#, "time", "1782892800000"),
        (#""at":"1782892800""#, "time", "1782892800000"),
        (#""at":"2026-07-01 08:00:00""#, "metadata.original_time", "2026-07-01 08:00:00"),
    ])
    func timesInAZone(members: String, path: String, expected: String) throws {
        let text = Self.valid.replacingOccurrences(of: "time: at\n", with: "time: at\ntime_zone: EST5EDT,M3.2.0,M11.1.0\n")
        try check(try #require(try load(text).0), members, path, expected)
    }

    @Test(arguments: [
        (#""from":"a=\"x\", ip=203.0.113.9, b=null""#, "src_endpoint.ip", "203.0.113.9"),
        (#""from":"who=\"Dana Reyes\", ip=nowhere""#, "message", "Dana Reyes"),
    ])
    func valuesOfPairs(members: String, path: String, expected: String) throws {
        let text = Self.valid.replacingOccurrences(
            of: "  src_endpoint.ip: from\n", with: "  src_endpoint.ip: pair(from, ip)\n  message: pair(from, who)\n")
        try check(try #require(try load(text).0), members, path, expected)
    }

    /// What an event type says of status and severity holds in the default class too.
    @Test(arguments: [
        (#""what":"user.made","list":[]"#, "class_uid", "6003"), (#""what":"user.made","list":[]"#, "status", "Failure"),
        (#""what":"user.made","list":[]"#, "severity", "High"),
    ])
    func statusWithoutTheClass(members: String, path: String, expected: String) throws {
        let text = Self.valid.replacingOccurrences(
            of: "types: [user.made]\n", with: "types: [user.made]\n    status: failure\n    severity: high\n")
        try check(try #require(try load(text).0), members, path, expected)
    }

    /// A pattern without a scope is one of types alone, whatever scope a record has.
    @Test(arguments: [
        (#""what":"x","kin":"a.read""#, "activity_name", "Other"), (#""what":"x.read","kin":"a""#, "activity_name", "Read"),
        (#""what":"x","kin":"made.one""#, "activity_name", "Update"),
        (#""what":"y.read","kin":"made.one""#, "activity_name", "Read"),
    ])
    func patternsOfScopes(members: String, path: String, expected: String) throws {
        let text = Self.valid.replacingOccurrences(of: "event_type: what\n", with: "event_type: what\nevent_scope: [none, kin]\n")
            .replacingOccurrences(
                of: "default: api", with: "  - class: api_activity/update\n    types: [\"made.*/x\"]\ndefault: api")
        try check(try #require(try load(text).0), members, path, expected)
    }

    private func check(_ mappings: ProductMappings, _ members: String, _ path: String, _ expected: String) throws {
        var lines = LineNormaliser(mappings: mappings, receivedAt: NormaliserFixture.receivedAt)
        var record = #"{"kind":"audit","who":"D","id":"1",\#(members)}"#
        let document = try #require(record.withUTF8 { lines.documents(of: UnsafeRawBufferPointer($0)) }.first)
        let value = try #require(ParsedJSON.value(try NormaliserFixture.parse(document), path), "\(path) is missing")
        #expect("\(value)" == expected)
    }
}
