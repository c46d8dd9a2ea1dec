import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

/// Whatever text arrives: no crash, one event a record, every field within its bytes, and a document that is JSON.
@Suite struct TextFuzzTests {
    private static let seeds = [
        "CEF:0|Example|Box|1|7|Name|5|src=192.0.2.1 msg=a\\=b c cs1Label=Rule cs1=x", "LEEF:2.0|V|P|1|41|0x5E|a=1^b=2^^c",
        "LEEF:1.0|V|P|1|41|a=1\tb=2", "<38>Nov 20 08:00:00 h sshd[7]: Invalid user a from 192.0.2.7 port 9",
        "<85>Nov 20 08:00:00 h sudo: ana : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls",
        "<190>Nov 20 08:00:00 h nginx: 192.0.2.7 - - [20/Nov/2026:08:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"",
        "<86>Nov 20 08:00:00 h sshd[7]: pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=h",
    ]

    @Test func randomMutationsOfText() throws {
        var generator = SeededGenerator(seed: 20_261_130)
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        var document = OCSFDocument(catalog: NormaliserFixture.catalog, products: try NormaliserFixture.mappings().products)
        let alphabet = Array("|=\\\" :;,[]{}CEFLEEF0123\t^*\u{e9}".utf8)
        for _ in 0..<(fuzzRounds(4_000) / 100) {
            let records = (0..<100).map { _ in
                var bytes = Array(Self.seeds[Int.random(in: 0..<Self.seeds.count, using: &generator)].utf8)
                for _ in 0..<Int.random(in: 1...8, using: &generator) {
                    let place = Int.random(in: 0...bytes.count, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0: bytes.insert(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)], at: place)
                    case 1: if place < bytes.count { bytes.remove(at: place) }
                    case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
                    default: bytes.removeSubrange(place...)
                    }
                }
                return Data(bytes)
            }
            let batch = normaliser.normalise(NormaliserFixture.batch(records))
            #expect(batch.rows.map(\.record) == Array(0..<100))
            for index in batch.rows.indices {
                for field in batch[index].vendorFields {
                    let limit = field.isDerived ? batch.derived.count : batch.raw.count
                    #expect(Int(field.offset) + field.length <= limit)
                }
                #expect((try? NormaliserFixture.parse(document.bytes(of: batch[index]))) != nil)
            }
        }
    }

    @Test func aLineOfTenMegabytesIsKept() throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        let word = String(repeating: "from 192.0.2.7 port ", count: 500_000)
        let blanks = String(repeating: " ", count: 10_000_000)
        let records = [
            "<38>Nov 20 08:00:00 h sshd[7]: Failed password for " + word, "<38>Nov 20 08:00:00 h sshd[7]: Failed" + blanks + "x",
            "CEF:0|V|P|1|7|N|5|msg=" + word, "LEEF:1.0|V|P|1|7|msg=" + word,
        ]
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(batch.rows.count == 4)
        #expect(batch[2].vendorText(NormaliserFixture.catalog.intern("cef.ext.msg"))?.utf8.count == word.utf8.count - 1)
        #expect(batch[3].vendorText(NormaliserFixture.catalog.intern("leef.ext.msg"))?.utf8.count == word.utf8.count - 1)
    }

    /// A flood of keys takes none of their names from the fields that mapping files name.
    @Test func aFloodOfKeysHidesNoField() throws {
        let catalog = FieldCatalog()
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(catalog))
        let flood = (0..<10).map { n in "CEF:0|V|P|1|7|N|5|" + (0..<1_900).map { "f\(n)x\($0)=v" }.joined(separator: " ") }
        let batch = normaliser.normalise(NormaliserFixture.batch(flood + ["CEF:0|V|P|1|7|N|5|src=192.0.2.7 suser=ana"]))
        #expect(batch[10].text(.sourceIP) == "192.0.2.7")
        #expect(batch[10].text(.actorUserName) == "ana")
    }

    /// Lines just within the bound for patterns, made of what patterns look for.
    @Test(arguments: ["from ", " ", "( ", ": ", "' ", "\"", " TTY=", "port 1 "])
    func noLineTakesASquareOfItsLength(piece: String) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        let line = String(repeating: piece, count: 65_000 / piece.utf8.count)
        let records = ["sshd", "sudo", "su", "nginx", "useradd"].map { "<38>Nov 20 08:00:00 h \($0)[7]: x" + line + "y" }
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(batch.rows.count == records.count)
    }

    @Test func aHundredThousandKeysStayWithinBounds() throws {
        let catalog = FieldCatalog()
        let mappings = try NormaliserFixture.mappings(catalog)
        let normaliser = Normaliser(mappings: mappings)
        let before = catalog.count
        var records: [String] = []
        for number in 0..<50 {
            let keys = (0..<2_000).map { "k\(number)x\($0)=v" }.joined(separator: " ")
            records.append("CEF:0|V|P|1|7|N|5|" + keys)
        }
        records.append("CEF:0|V|P|1|7|N|5|" + (0..<100_000).map { "l\($0)=v" }.joined(separator: " "))
        let batch = normaliser.normalise(NormaliserFixture.batch(records))
        #expect(batch.rows.count == 51)
        #expect(catalog.count - before <= 16_384 + 64)
        #expect(batch[50].vendorFields.count <= 2_010)
        let rest = try #require(batch[50].vendorText(catalog.intern("text.rest")))
        #expect(rest.hasPrefix("l2000=v l2001=v") && rest.hasSuffix("l99999=v"))
        // What has no name any more still has its value.
        #expect(batch[49].vendorFields.count { $0.id == .overflow } == 2_000)
        var document = OCSFDocument(catalog: catalog, products: mappings.products)
        let parsed = try NormaliserFixture.parse(document.bytes(of: batch[49]))
        #expect((ParsedJSON.value(parsed, "unmapped.text.other") as? [String])?.count == 2_000)
    }
}
