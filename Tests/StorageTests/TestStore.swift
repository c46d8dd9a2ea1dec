import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

/// A store in a temporary folder, with events to put into it.
final class TestStore {
    let folder: TemporaryFolder
    let files: StoreFiles
    var events: AuditEvents

    init(seed: UInt64 = 1) throws {
        folder = try TemporaryFolder()
        files = StoreFiles(directory: folder.path("data"))
        events = AuditEvents(seed: seed)
    }

    func open(_ limits: StoreLimits = StoreLimits()) throws -> EventStore {
        try EventStore(directory: files.directory, catalog: events.catalog, products: events.products, limits: limits)
    }

    func reader(_ files: StoreFiles? = nil, limits: StoreLimits = StoreLimits()) throws -> StoreReader {
        try StoreReader(
            files: files ?? self.files, catalog: events.catalog, products: events.products, sources: [AuditEvents.source],
            limits: limits)
    }

    /// A connection beside the store's own, to look and to tamper.
    func connection(_ access: Connection.Access = .readWrite) throws -> Connection {
        try Connection(path: files.database, access: access)
    }
}

extension StoreReader {
    /// Every event of the store, in sequence order.
    func allEvents() throws -> [FoundEvent] {
        let engine = try engineState()
        return try events(sequences: engine.storedThrough == 0 ? [] : Array(1...engine.storedThrough))
    }
}

extension StoreReader {
    /// All events that replay gives: each is one of the given, by number and text, is there once, and is found by a search too.
    func numbers(
        of given: [Int64: String], _ label: Comment
    ) async throws -> (numbers: Set<Int64>, damaged: [DamagedBlock], isPartial: Bool) {
        let collected = Collector<StoredBatch>()
        let replay = try await replay(after: 0, through: .max) { collected.add($0) }
        var numbers: Set<Int64> = []
        for stored in collected.all {
            for (index, sequence) in stored.sequences.enumerated() where sequence != 0 {
                #expect(numbers.insert(sequence).inserted, label)
                #expect(stored.batch[index].keyless == given[sequence], label)
            }
        }
        let search = try search(SearchRequest(.constant(true)))
        #expect(search.events.map(\.sequence).sorted() == numbers.sorted(), label)
        return (numbers, replay.damagedBlocks, search.totals.isPartial)
    }
}

extension EventBatch {
    /// Equal batches have equal descriptions: everything that the store promises to give back.
    var contents: [String] { rows.indices.map { self[$0].contents } }
}

extension Event {
    var contents: String {
        let fields = { (fields: UnsafeBufferPointer<Field>) in
            fields.map { field in
                let text = String(decoding: self.batch.bytes(of: field), as: UTF8.self)
                return "\(field.id.rawValue):\(field.kind):\(field.inArray):\(text)"
            }.joined(separator: "|")
        }
        let bodyStart = row.bodyOffset - row.rawOffset
        return """
            \(batch.source.name) \(batch.receivedAt.microseconds) \(row.time.microseconds) \(row.product) \(row.classUID) \
            \(row.state) \(row.part) \(row.key) \(bodyStart) \(row.bodyLength) \(Data(raw).base64EncodedString())
            O \(fields(ocsfFields))
            V \(fields(vendorFields))
            """
    }
}

/// What differs first, short enough to read; nil if nothing does.
func firstDifference(_ found: [String], _ expected: [String]) -> String? {
    if found.count != expected.count { return "\(found.count) events instead of \(expected.count)" }
    guard let index = found.indices.first(where: { found[$0] != expected[$0] }) else { return nil }
    let common = zip(found[index], expected[index]).prefix { $0 == $1 }.count
    let around = { (text: String) in text.dropFirst(max(0, common - 40)).prefix(120) }
    return "event \(index): \"\(around(found[index]))\" instead of \"\(around(expected[index]))\""
}

func test(_ path: String, _ test: ValueTest) -> MatchExpression { .test(FieldTest(.named(path), test)) }
