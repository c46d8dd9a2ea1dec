import EventModel
import Foundation
import Matching
import Storage
import TestSupport
import Testing

/// Work on a store that is to be cut off, and what has to be there whatever happens to it.
struct FaultScenario: Sendable, CustomTestStringConvertible {
    private static let day: Int64 = 86_400
    /// The end of the first day.
    private static let midnight = Timestamp(seconds: AuditEvents.start / day * day + day)
    /// The class of events of JSON, which expire a day earlier than others.
    private static let shortLived: UInt32 = 3_002

    let name: String
    let prepare: @Sendable (inout ColdStore) async throws -> Void
    let work: @Sendable (Compactor) async throws -> Void
    /// Whether an event may be gone, and is when the work is done.
    var expires: @Sendable (Event) -> Bool = { _ in false }

    var testDescription: String { name }

    static let all = [
        FaultScenario(
            name: "compaction of two days",
            prepare: { cold in
                try await cold.fill(2, records: 12)
                cold.store.events.delay = day
                try await cold.fill(1, records: 12)
            }, work: compact),
        FaultScenario(
            name: "compaction into a file that is there",
            prepare: { cold in
                try await cold.fill(2, records: 12)
                try await cold.compact()
                try await cold.fill(2, records: 12)
            }, work: compact),
        FaultScenario(
            name: "merging",
            prepare: { cold in
                for _ in 0..<8 {
                    try await cold.fill(1, records: 4)
                    try await cold.compact()
                }
            }, work: { while try await $0.merge() != nil {} }),
        FaultScenario(
            name: "retention",
            prepare: { cold in
                // A file all of whose events expire, one of which a block does, two in part, and one not; a hot block that does.
                try await cold.fill(1, records: 12)
                try await cold.compact()
                cold.store.events.delay = day
                for shapes in [[.json], AuditEvents.Shape.allCases, AuditEvents.Shape.allCases, [.text]] {
                    try await cold.fill(1, records: 16, shapes: shapes)
                    try await cold.compact()
                }
                cold.store.events.delay = -day
                try await cold.fill(1, records: 12)
                try await cold.opened.writer.commit(
                    CorrelationCommit(findings: [], deliveries: [], through: Int64(cold.given.count), snapshot: [1]))
            },
            work: { compactor in
                let policy = RetentionPolicy(
                    overall: .init(age: .seconds(2 * day)),
                    classifications: [.init(name: "short", classes: [shortLived], limit: .init(age: .seconds(day)))])
                let report = try await compactor.expire(policy, now: Timestamp(seconds: AuditEvents.start + 3 * day))
                guard report.damagedBlocks.isEmpty else { throw Unexpected(description: "\(report.damagedBlocks)") }
            }, expires: { $0.time < midnight || $0.row.classUID == shortLived }),
    ]

    @Sendable private static func compact(_ compactor: Compactor) async throws {
        while let step = try await compactor.step(through: .max, isEager: true) {
            guard step.damagedBlocks.isEmpty else { throw Unexpected(description: "\(step.damagedBlocks)") }
        }
    }

    struct Unexpected: Error, CustomStringConvertible { var description: String }
}

/// A scenario's store as it is before the work, to be copied as often as it is cut off.
struct FaultBase {
    let scenario: FaultScenario
    let cold: ColdStore
    /// The events by number, as texts, and the numbers of those that must stay.
    private(set) var events: [Int64: String] = [:]
    private(set) var stays: Set<Int64> = []

    init(_ scenario: FaultScenario) async throws {
        self.scenario = scenario
        var cold = try ColdStore(seed: 11)
        try await scenario.prepare(&cold)
        try await cold.compactor.sweep()
        try await cold.opened.writer.close()
        for found in try await cold.store.reader().allEvents() {
            events[found.sequence] = found.event.keyless
            if !scenario.expires(found.event) { stays.insert(found.sequence) }
        }
        self.cold = cold
        #expect(events.count == cold.given.count && !stays.isEmpty)
    }

    var folder: TemporaryFolder { cold.store.folder }

    /// A copy of the store in a folder of that name.
    func copy(_ name: String) throws -> StoreFiles {
        let files = StoreFiles(directory: folder.path(name))
        try FileManager.default.copyItem(atPath: cold.store.files.directory, toPath: files.directory)
        return files
    }

    /// Opens a store and does the work on it.
    func open(_ files: StoreFiles) throws -> (store: EventStore, compactor: Compactor) {
        var limits = StoreLimits()
        limits.recentKeys = 1 << 12
        // The log is moved into the database in between.
        limits.walPages = 4
        let (catalog, products) = (cold.store.events.catalog, cold.store.events.products)
        let store = try EventStore(directory: files.directory, catalog: catalog, products: products, limits: limits)
        return (store, try Compactor(writer: store.writer, catalog: catalog, products: products, limits: limits))
    }

    /// Looks at all events that a store gives, by replay and by search: each is one of the given, and there once.
    /// - Parameter isWhole: those that stay are all there, and the store passes `verify`. Else what cannot be read is reported.
    /// - Returns: the numbers.
    @discardableResult
    func check(_ files: StoreFiles, _ label: Comment, isWhole: Bool = true) async throws -> Set<Int64> {
        let reader = try cold.store.reader(files)
        let (numbers, damaged, isPartial) = try await reader.numbers(of: events, label)
        if isWhole {
            #expect(damaged == [] && !isPartial, label)
            let verification = try await reader.verify()
            #expect(verification.isSound && verification.events == numbers.count, "\(label): \(verification)")
            #expect(numbers.isSuperset(of: stays), label)
        } else if !numbers.isSuperset(of: stays) {
            #expect(!damaged.isEmpty && isPartial, label)
        }
        return numbers
    }

    /// What a store looks like when all is done and swept: its files and their blocks.
    func layout(_ files: StoreFiles) throws -> [String] {
        let connection = try Connection(path: files.database, access: .readOnly)
        let hot = try connection.rows("SELECT first_sequence, count FROM blocks ORDER BY 1") {
            "\($0.integer(0)) \($0.integer(1))"
        }
        let cold = try connection.rows(
            "SELECT partition, first_sequence, last_sequence, count FROM cold_blocks ORDER BY 1, 2, 3"
        ) { "\($0.text(0)) \($0.integer(1)) \($0.integer(2)) \($0.integer(3))" }
        let names = try? FileManager.default.contentsOfDirectory(atPath: files.coldDirectory).sorted()
        return hot + cold + (names ?? [])
    }

    /// Opens the store, sweeps, does the work, sweeps: the end is the same, however often it was cut off before.
    func finish(_ files: StoreFiles, _ label: Comment, layout expected: [String]?) async throws {
        let (store, compactor) = try open(files)
        try await check(files, "\(label), opened again")
        try await compactor.sweep()
        try await scenario.work(compactor)
        try await compactor.sweep()
        #expect(try await compactor.sweep() == 0, label)
        #expect(try await check(files, "\(label), done again") == stays, label)
        if let expected { #expect(try layout(files) == expected, label) }
        try await store.writer.close()
    }
}
