import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// Records that are text, from their bytes to their events.
@Suite struct TextDecodingTests {
    // MARK: CEF and LEEF

    @Test(arguments: [
        ("CEF:0|V|P|1|7|Name|5|src=192.0.2.1 msg=a b c", ["src": "192.0.2.1", "msg": "a b c"]),
        ("CEF:0|V|P|1|7|Name|5|sourceAddress=192.0.2.1 sourceUserName=ana", ["src": "192.0.2.1", "suser": "ana"]),
        (#"CEF:0|V|P|1|7|Name|5|msg=a\=b\nc request=x\\y"#, ["msg": "a=b\nc", "request": #"x\y"#]),
        ("CEF:0|V|P|1|7|Name|5|a= b=1", ["b": "1"]),
        ("CEF:0|V|P|1|7|Name|5|duser=a duser=b", ["duser": "a|b"]),
        ("<134>Nov 20 08:00:00 relay CEF:0|V|P|1|7|Name|5|src=192.0.2.1", ["src": "192.0.2.1"]),
        ("<134>Nov 20 08:00:00 relay forwarder: via x: CEF: 1|V|P|1|7|Name|5|src=192.0.2.1", ["src": "192.0.2.1"]),
        ("CEF:0|V|P|1|7|Name|5|", [:]), ("CEF:0|V|P|1|7|Name|5", [:]),
    ])
    func cefHasItsFields(record: String, expected: [String: String]) throws {
        let fields = try TextFixture.shippedFields(record)
        #expect(fields["cef.device_vendor"] == "V" && fields["cef.device_event_class_id"] == "7")
        let extensions = fields.filter { $0.key.hasPrefix("cef.ext.") }
        #expect(extensions == Dictionary(uniqueKeysWithValues: expected.map { ("cef.ext." + $0.key, $0.value) }))
    }

    @Test(arguments: [
        "CEF:0|V|P|1|7|Name", "CEF:x|V|P|1|7|Name|5|a=b", "NOCEF:0|V|P|1|7|N|5|a=b", "CEF:", "CEF:0", "LEEF:3.0|a|b|c|d|",
    ])
    func whatOnlyLooksLikeItIsText(record: String) throws {
        #expect(try TextFixture.shippedFields(record) == [:])
    }

    @Test(arguments: [
        ("LEEF:1.0|V|P|1|7|src=192.0.2.1\tusrName=ana", ["src": "192.0.2.1", "usrname": "ana"]),
        ("LEEF:2.0|V|P|1|7|^|src=192.0.2.1^msg=a^b^usrName=ana", ["src": "192.0.2.1", "msg": "a^b", "usrname": "ana"]),
        ("LEEF:2.0|V|P|1|7|0x7C|a=1|b=2", ["a": "1", "b": "2"]),
    ])
    func leefHasItsFields(record: String, expected: [String: String]) throws {
        let fields = try TextFixture.shippedFields(record)
        #expect(fields["leef.device_vendor"] == "V" && fields["leef.event_id"] == "7")
        let attributes = fields.filter { $0.key.hasPrefix("leef.ext.") }
        #expect(attributes == Dictionary(uniqueKeysWithValues: expected.map { ("leef.ext." + $0.key, $0.value) }))
    }

    @Test func aMappingTakesCEFByItsVendorBeforeTheGenericOne() throws {
        let file = TextFixture.file("  format: key_value").replacingOccurrences(
            of: "detect: []", with: "detect:\n  - [cef.device_vendor=V, cef.device_product=P]"
        ).replacingOccurrences(of: "src_endpoint.ip: ip", with: "src_endpoint.ip: cef.label.Peer")
            .replacingOccurrences(of: "event_type: event", with: "event_type: cef.name")
            .replacingOccurrences(of: "types: [read]", with: "types: [N]")
        let folder = try TemporaryFolderOf(["zz.yml": file, "cef.yml": Self.generic])
        let (mappings, diagnostics) = ProductMappings.load(folder: folder.path, catalog: FieldCatalog())
        #expect(diagnostics.isEmpty)
        let normaliser = Normaliser(mappings: try #require(mappings))
        let batch = normaliser.normalise(
            NormaliserFixture.batch([
                "CEF:0|V|P|1|7|N|5|c6a1=2001:db8::1 c6a1Label=Peer", "CEF:0|V|Q|1|7|N|5|a=b", "CEF of nobody",
            ]))
        #expect(batch[0].text(.sourceIP) == "2001:db8::1")
        let names = batch.rows.map { mappings?.products.products[Int($0.product)].name }
        #expect(names == ["example", "generic", mappings?.products.products[0].name])
    }

    private static let generic = TextFixture.file("  format: cef")
        .replacingOccurrences(of: "name: example", with: "name: generic")

    // MARK: Pairs

    @Test(arguments: [
        ("a=1 b=2", ["a": "1", "b": "2"]), ("a=1,b=2;c=3", ["a": "1", "b": "2", "c": "3"]),
        (#"a="x y" b='z, w' c=end"#, ["a": "x y", "b": "z, w", "c": "end"]),
        (#"a="say \"hi\"" b="C:\dir""#, ["a": #"say "hi""#, "b": #"C:\dir"#]),
        ("login failed: user=ana reason=none", ["user": "ana", "reason": "none"]),
        ("a=\"no end b=2", ["a": "\"no", "b": "2"]), ("a= b=2", ["b": "2"]), ("A.b-c=1", ["a.b-c": "1"]),
        ("=x a=1 ==", ["a": "1"]), ("url=http://h/?q=1 n=2", ["url": "http://h/?q=1", "n": "2"]),
    ])
    func keyValuePairs(record: String, expected: [String: String]) throws {
        #expect(try TextFixture.fields(record, text: "  format: key_value") == expected)
    }

    @Test func pairsMayHaveOtherSigns() throws {
        let text = "  format: key_value\n  assignment: \":\"\n  separator: \";\""
        #expect(try TextFixture.fields("action:Accept; rule name: x; to:a b", text: text)["to"] == "a b")
    }

    // MARK: What becomes of lines

    @Test func aLineOfNoPatternKeepsItsMessage() throws {
        let record = "<13>Nov 20 08:00:00 bastion sshd[7]: nothing that is known"
        let document = try NormaliserFixture.documents(record)[0]
        #expect(document["class_uid"] as? Int == 0)
        #expect(document["message"] as? String == "nothing that is known")
        #expect(document["raw_data"] as? String == record)
        #expect(ParsedJSON.value(document, "unmapped.syslog.hostname") as? String == "bastion")
        #expect(ParsedJSON.value(document, "metadata.product.name") as? String == "Linux authentication log")
    }

    @Test func theFramesTimeIsTheEvents() throws {
        let document = try NormaliserFixture.documents("<38>Nov 20 08:00:00 h sshd[7]: Invalid user x from 192.0.2.7 port 9")[0]
        #expect(document["time"] as? Int == 1_795_161_600_000)
        #expect(ParsedJSON.value(document, "metadata.original_time") as? String == "Nov 20 08:00:00")
    }

    @Test func aNameThatLooksLikeTheRestOfALineIsANameAllTheSame() throws {
        let record = "<38>Nov 20 08:00:00 h sshd[7]: Failed password for invalid user x from 192.0.2.9 port 1 ssh2"
            + " from 192.0.2.7 port 9 ssh2"
        let document = try NormaliserFixture.documents(record)[0]
        #expect(ParsedJSON.value(document, "src_endpoint.ip") as? String == "192.0.2.7")
        #expect(ParsedJSON.value(document, "user.name") as? String == "x from 192.0.2.9 port 1 ssh2")
    }

    @Test(arguments: [("-", nil), ("ana", "ana"), ("", nil)])
    func aWordCanMeanNothing(user: String, expected: String?) throws {
        let record = #"{"remote_addr":"192.0.2.7","remote_user":"\#(user)","request_method":"GET","status":"200"}"#
        let document = try NormaliserFixture.documents(record)[0]
        #expect(ParsedJSON.value(document, "actor.user.name") as? String == expected)
        #expect(document["class_uid"] as? Int == 4_002)
    }

    /// A text in brackets is no JSON, in the store neither.
    @Test func aTextInBracketsIsReadToo() throws {
        let fields = try TextFixture.fields("[08:00] ana", text: "  patterns:\n    - {pattern: '[{at}] {user}'}")
        #expect(fields["at"] == "08:00" && fields["user"] == "ana")
    }

    @Test func valuesAndObjectsOfOneNameAreBothShown() throws {
        let document = try NormaliserFixture.documents("CEF:0|V|P|1|7|N|5|x=1 x.y=2 x.y.z=3 x=4")[0]
        #expect(ParsedJSON.value(document, "unmapped.cef.ext.x") as? [String] == ["1", "4"])
        let ext = ParsedJSON.value(document, "unmapped.cef.ext") as? [String: Any]
        #expect(ext?["x.y"] as? String == "2" && ext?["x.y.z"] as? String == "3")
    }
}

/// A folder of mapping files that goes with its last user.
private final class TemporaryFolderOf {
    let path: String

    init(_ files: [String: String]) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("mappings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
