import EventModel
import Foundation
import Normaliser
import TestSupport
import Testing

@Suite struct NormaliserTests {
    private func normalise(
        _ records: [String], product: String? = nil, zone: ZoneOffsets = .utc
    ) throws -> (EventBatch, FieldCatalog) {
        let catalog = FieldCatalog()
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings(catalog))
        let source = Source(id: 3, name: "edge", product: product, zone: zone)
        return (normaliser.normalise(NormaliserFixture.batch(records, source: source)), catalog)
    }

    private static let slack = #"{"id":"e1","date_create":1795161600,"action":"user_login","actor":{"type":"user","user":"#
        + #"{"id":"W1","name":"Dana Reyes","email":"Dana.Reyes@Example.com"}},"entity":{"type":"user","user":{"id":"W1"}},"#
        + #""context":{"location":{"id":"T1"},"ua":"curl/8","ip_address":"203.0.113.9"}}"#

    @Test(arguments: NormaliserFixture.products)
    func everySampleIsToldFromItsShape(product: String) throws {
        let mappings = try NormaliserFixture.mappings()
        let batch = Normaliser(mappings: mappings).normalise(
            NormaliserFixture.batch(try NormaliserFixture.records(of: product)))
        for row in batch.rows { #expect(mappings.products[row.product].name == product) }
    }

    @Test func aDetectedProductDoesNotDependOnWhatCameBefore() throws {
        let mappings = try NormaliserFixture.mappings()
        let records = try NormaliserFixture.products.flatMap { try NormaliserFixture.records(of: $0) }
        var generator = SeededGenerator(seed: 7)
        let order = records.indices.shuffled(using: &generator)
        let straight = Normaliser(mappings: mappings).normalise(NormaliserFixture.batch(records))
        let shuffled = Normaliser(mappings: mappings).normalise(NormaliserFixture.batch(order.map { records[$0] }))
        let products = Dictionary(straight.rows.map { (Int($0.record), $0.product) }, uniquingKeysWith: { first, _ in first })
        for row in shuffled.rows { #expect(row.product == products[order[Int(row.record)]]) }
    }

    @Test(arguments: [
        ("plain", slack), ("spaces", "  \t" + slack),
        ("rfc5424", "<134>1 2026-11-20T08:00:00Z host slack 1 - - " + slack),
        ("rfc3164", "<134>Nov 20 08:00:00 host slack: " + slack),
        ("cee", "<134>Nov 20 08:00:00 host slack: @cee: " + slack),
    ])
    func theSameEventInAnyFrame(frame: String, record: String) throws {
        let (batch, _) = try normalise([record])
        let event = batch[0]
        #expect(batch.rows.count == 1)
        #expect(event.row.state == .normal)
        #expect(event.row.classUID == 3002)
        #expect(event.text(.activityName) == "Logon")
        #expect(event.text(.identity) == "dana.reyes@example.com")
        #expect(event.text(.sourceIP) == "203.0.113.9")
        #expect(event.time == Timestamp(seconds: 1_795_161_600))
        #expect(String(decoding: event.raw, as: UTF8.self) == record)
        #expect(event.text(.logProvider) == "edge")
        #expect(event.text(.syslogHostname) == (frame.hasPrefix("rfc") || frame == "cee" ? "host" : nil))
    }

    @Test func aConfiguredProductIsNotGuessed() throws {
        let record = #"{"action":"something","note":"no shape of any product"}"#
        let (guessed, _) = try normalise([record])
        #expect(guessed[0].row.product == ProductCatalog.unknown)
        #expect(guessed[0].row.classUID == 0)
        let (told, _) = try normalise([record], product: "github_audit")
        #expect(told[0].row.classUID == 6003)
        #expect(told[0].text(.apiOperation) == "something")
        #expect(told[0].row.key == .none)
    }

    @Test func textIsABaseEventWithItsMessage() throws {
        let (batch, _) = try normalise(["<35>1 2026-11-20T09:10:11.5Z web1 mailer 77 ID1 - Failed delivery for root", "just words"])
        #expect(batch[0].row.state == .normal)
        #expect(batch[0].row.classUID == 0)
        #expect(batch[0].text(.message) == "Failed delivery for root")
        #expect(batch[0].text(.syslogAppName) == "mailer")
        #expect(batch[0].text(.syslogProcID) == "77")
        #expect(batch[0].text(.syslogFacility) == "4")
        #expect(batch[0].text(.severity) == "High")
        #expect(batch[0].time == Timestamp(milliseconds: 1_795_165_811_500))
        #expect(batch[1].text(.message) == "just words")
        #expect(batch[1].time == NormaliserFixture.receivedAt)
    }

    @Test(arguments: [
        ("<34>1 yesterday h a p m - text", "the timestamp is not valid"),
        ("<34>1 2026-11-20T09:10:11Z h a p m [x text", "the structured data is not valid"),
        (#"<34>1 2026-11-20T09:10:11Z h a p m [x k=1] {"a":1}"#, "the structured data is not valid"),
        ("<999>Nov 20 08:00:00 h a: text", "the priority is not a number from 0 to 191 between < and >"),
        ("<34>1 2026-11-20T09:10:11Z h a p", "a header field is missing, empty or holds a character that cannot stand there"),
        ("<34>Nov 20 08:00:00 h a: text", nil), ("<34>text without a stamp", nil), ("just words", nil), ("{\"a\":1}", nil),
    ])
    func aBrokenFrameIsKeptAndSaysSo(record: String, error: String?) throws {
        let (batch, catalog) = try normalise([record])
        #expect(batch[0].row.state == .normal)
        #expect(batch[0].text(catalog.intern("syslog.error")) == error)
        #expect(String(decoding: batch[0].raw, as: UTF8.self) == record)
    }

    @Test func aStampWithoutAnOffsetIsReadByTheZoneOfItsSource() throws {
        let zone = ZoneOffsets(initial: 3_600, transitions: [.init(at: 1_792_890_000, offset: 7_200)])
        let (records, _) = try normalise(
            ["<34>Nov 20 08:00:00 h a: text", "<34>Oct 20 08:00:00 h a: text", "<34>Nov 20 08:00:00 UTC h a: text"], zone: zone)
        #expect(records.rows.indices.map { records[$0].time.microseconds / 1_000_000 } == [1_795_154_400, 1_792_479_600, 1_795_161_600])
    }

    @Test(arguments: [
        (#"{"a":1,}"#, 7), (#"{"a":"b""#, 8), (#"<13>Nov 20 08:00:00 h app: {"a":tru}"#, 35), ("{", 1), (#"[{"a" 1}]"#, 6),
    ])
    func malformedJSONIsQuarantinedWithItsPlace(record: String, offset: Int) throws {
        let (batch, catalog) = try normalise([record, Self.slack])
        let event = batch[0]
        #expect(event.row.state == .quarantined)
        #expect(event.row.classUID == 0)
        #expect(event.row.product == ProductCatalog.unknown)
        #expect(event.text(.quarantineOffset) == String(offset))
        #expect(event.text(.message) == event.text(.quarantineError))
        #expect(event.text(.quarantineError)?.contains("invalid JSON") == true)
        #expect(event.vendorFields.isEmpty)
        #expect(String(decoding: event.raw, as: UTF8.self) == record)
        #expect(batch[1].row.state == .normal)
        var document = OCSFDocument(catalog: catalog, products: try NormaliserFixture.mappings().products)
        let parsed = try NormaliserFixture.parse(document.bytes(of: event))
        #expect(ParsedJSON.value(parsed, "unmapped.quarantine.offset") as? Int == offset)
    }

    @Test(arguments: ["[error] disk full", "[2026-11-20 08:00:00] started", "[]x"])
    func bracketsDoNotMakeTextJSON(record: String) throws {
        let (batch, _) = try normalise([record])
        #expect(batch[0].row.state == (record == "[]x" ? .quarantined : .normal))
    }

    @Test(arguments: RecordFlaw.allCases.filter { $0 != .none })
    func aFlawedRecordIsKeptWithTheReason(flaw: RecordFlaw) throws {
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        let batch = normaliser.normalise(NormaliserFixture.batch([Data(Self.slack.utf8)], flaws: [flaw]))
        #expect(batch[0].row.state == .quarantined)
        #expect(batch[0].text(.quarantineError) == flaw.explanation)
        #expect(batch[0].raw.count == Self.slack.utf8.count)
    }

    @Test func aRecordWithSeveralEventsBecomesAsMany() throws {
        let record = #"{"kind":"admin#reports#activity","id":{"time":"2026-11-20T09:07:00.000Z","uniqueQualifier":"-5","#
            + #""applicationName":"drive","customerId":"C1"},"events":[{"type":"access","name":"edit","parameters":["#
            + #"{"name":"doc_title","value":"A"}]},{"type":"access","name":"download","parameters":[{"name":"doc_title","#
            + #""value":"B \"b\""},{"name":"only_here","boolValue":true}]}],"actor":{"email":"dana.reyes@example.com"}}"#
        let (batch, catalog) = try normalise([record])
        #expect(batch.rows.map(\.part) == [0, 1])
        #expect(batch.rows.map(\.record) == [0, 0])
        #expect(batch.recordCount == 1)
        #expect(Set(batch.rows.map(\.key)).count == 2)
        #expect((0..<2).map { batch[$0].text(.activityName) } == ["Update", "Download"])
        #expect((0..<2).map { batch[$0].text(.identity) } == ["dana.reyes@example.com", "dana.reyes@example.com"])
        var document = OCSFDocument(catalog: catalog, products: try NormaliserFixture.mappings().products)
        let second = try NormaliserFixture.parse(document.bytes(of: batch[1]))
        #expect(ParsedJSON.value(second, "file.name") as? String == "B \"b\"")
        let events = ParsedJSON.value(second, "unmapped.events") as? [[String: Any]]
        #expect(events?.count == 1)
        #expect(ParsedJSON.value(second, "unmapped.events.0.parameters.1.name") as? String == "only_here")
    }

    @Test func theRecordWithinAShippersEnvelopeIsMapped() throws {
        let inner = #"{"CreationTime":"2026-11-20T08:00:00","Id":"i1","Operation":"FileDownloaded","OrganizationId":"o1","#
            + #""RecordType":6,"Workload":"OneDrive","UserId":"dana.reyes@example.com","SourceFileName":"a.txt","ClientIP":"#
            + #""203.0.113.9:443"}"#
        let (batch, _) = try normalise([#"{"beat":{"x":1},"o365audit":\#(inner),"tags":["a"]}"#, inner])
        #expect(batch[0].row.classUID == 6006)
        #expect(batch[0].row.key == batch[1].row.key)
        #expect(batch[0].vendorText(FieldID(rawValue: batch[1].vendorFields[2].id.rawValue)) == "FileDownloaded")
        #expect(String(decoding: batch[0].body, as: UTF8.self) == inner)
        #expect(batch[0].text(.sourceIP) == "203.0.113.9")
    }

    @Test func theRecordThatAnyShipperSentIsMapped() throws {
        let bare = Self.slack
        let (batch, _) = try normalise([
            #"{"time":1700000000.25,"host":"h","sourcetype":"x","event":\#(bare),"index":"main"}"#,
            #"{"resource":{},"logRecord":{"timeUnixNano":"1700000000250000000"},"event":\#(bare)}"#, bare,
        ])
        #expect(batch.rows.map(\.product) == [batch.rows[2].product, batch.rows[2].product, batch.rows[2].product])
        #expect(Set(batch.rows.map(\.key)).count == 1)
        #expect(Set(batch.rows.map(\.time)).count == 1, "the record's own time goes before the shipper's")
        #expect(String(decoding: batch[0].body, as: UTF8.self) == bare)
    }

    @Test(arguments: [
        #"{"time":1700000000.25,"event":"a line of text"}"#, #"{"time":"1700000000.25","event":{"nobody":"knows"}}"#,
        #"{"logRecord":{"timeUnixNano":"1700000000250000000","observedTimeUnixNano":"5"},"event":{"a":1}}"#,
        #"{"logRecord":{"observedTimeUnixNano":"1700000000250000000","body":{"stringValue":"x"}}}"#,
    ])
    func whatAShipperSentOfNoKnownProductHasTheShippersTime(record: String) throws {
        let (batch, _) = try normalise([record])
        #expect(batch[0].row.time == Timestamp(microseconds: 1_700_000_000_250_000))
        #expect(String(decoding: batch[0].body, as: UTF8.self) == record)
        #expect(batch[0].row.state == .normal)
    }

    @Test(arguments: [#"{"time":1700000000}"#, #"{"time":"soon","event":"x"}"#, #"{"event":{"time":1700000000}}"#])
    func aTimeOfNoEnvelopeIsNotTaken(record: String) throws {
        let (batch, _) = try normalise([record])
        #expect(batch[0].row.time == NormaliserFixture.receivedAt)
    }

    @Test func anEventWithoutATimeIsKnownAgainWheneverItComes() throws {
        let record = #"{"github_event":"member","github_delivery":"d1","body":{"action":"added","sender":{"login":"dana","id":1}}}"#
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        let source = Source(id: 3, name: "gh")
        let batches = [NormaliserFixture.receivedAt, Timestamp(microseconds: 5)].map { time in
            let once = NormaliserFixture.batch([record], source: source)
            return normaliser.normalise(
                RecordBatch(source: source, receivedAt: time, bytes: once.bytes, records: once.records))
        }
        #expect(batches[0].rows[0].time != batches[1].rows[0].time)
        #expect(batches[0].rows[0].key == batches[1].rows[0].key)
        #expect(batches[0].rows[0].key != .none)
    }

    @Test func keysAreThoseOfTheEventAlone() throws {
        let other = Self.slack.replacingOccurrences(of: #""id":"e1""#, with: #""id":"e2""#)
        let tenant = Self.slack.replacingOccurrences(of: #""id":"T1""#, with: #""id":"T2""#)
        let without = Self.slack.replacingOccurrences(of: #""id":"e1","#, with: "")
        let (batch, _) = try normalise([Self.slack, " " + Self.slack, other, tenant, without])
        let keys = batch.rows.map(\.key)
        #expect(keys[0] == keys[1])
        #expect(keys[0] != .none)
        #expect(Set(keys[1...]).count == 4)
        #expect(keys[4] == .none)
        let seeded = Normaliser(mappings: try NormaliserFixture.mappings(), keySeed: (1, 2))
        #expect(seeded.normalise(NormaliserFixture.batch([Self.slack])).rows[0].key != keys[0])
    }
}
