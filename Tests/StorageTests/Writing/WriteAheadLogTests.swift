import Dispatch
import EventModel
import Foundation
import Matching
import Storage
import Testing

@Suite("The write-ahead log")
struct WriteAheadLogTests {
    private static let pageBytes = 16 << 10

    /// Small bounds, so that what takes minutes takes none: checkpoints after half a MiB, a file of 1 MiB, a warning at 2 MiB.
    private static let limits: StoreLimits = {
        var limits = StoreLimits()
        limits.walPages = 32
        limits.walBytes = 1 << 20
        limits.walWarningBytes = 2 << 20
        // Whoever waits for a reader does so for longer than any test.
        limits.busyTimeout = 600_000
        return limits
    }()

    private static func logBytes(_ store: TestStore) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: store.files.database + "-wal")[.size] as? Int ?? 0
    }

    /// Commits until blocks of as many bytes have been written. Returns the largest size that the log had.
    private static func write(_ bytes: Int, to writer: StoreWriter, _ store: TestStore) async throws -> Int {
        let connection = try store.connection(.readOnly)
        let stored = { Int(try connection.integer("SELECT coalesce(sum(length(data)), 0) FROM blocks") ?? 0) }
        let before = try stored()
        var largest = 0
        while try stored() - before < bytes {
            try await writer.commit(EventCommit(batches: [store.events.batch(300)]))
            largest = max(largest, try logBytes(store))
        }
        return largest
    }

    /// A search that waits for whoever reads its results keeps nothing open.
    @Test func aLongSearchDoesNotLetItGrow() async throws {
        let store = try TestStore()
        let writer = try store.open(Self.limits).writer
        _ = try await Self.write(1 << 18, to: writer, store)
        let reader = try store.reader()
        let (hasBegun, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let found = Collector<Int64>()
        let searching = Task {
            try await reader.search(SearchRequest(.constant(true))) { event in
                if found.all.isEmpty {
                    hasBegun.signal()
                    mayGoOn.wait()
                }
                found.add(event.sequence)
            }
        }
        await withCheckedContinuation { resumption in
            DispatchQueue.global().async {
                hasBegun.wait()
                resumption.resume()
            }
        }
        let largest = try await Self.write(6 << 20, to: writer, store)
        mayGoOn.signal()
        #expect(try await searching.value.isPartial == false)
        #expect(largest <= Self.limits.walPages * Self.pageBytes + (1 << 20), "\(largest) bytes")
        #expect(try await !writer.tendLog().isTooLarge)
    }

    /// Another program's transaction keeps the log: that is told, events are stored on, and afterwards it is small again.
    @Test func aForeignReaderIsNoticed() async throws {
        let store = try TestStore()
        let writer = try store.open(Self.limits).writer
        _ = try await Self.write(1 << 18, to: writer, store)
        let foreign = try store.connection(.readOnly)
        try foreign.execute("BEGIN")
        let seen = try foreign.integer("SELECT count(*) FROM blocks")
        #expect(try await !writer.tendLog().isTooLarge)
        let largest = try await Self.write(4 << 20, to: writer, store)
        #expect(largest > Self.limits.walWarningBytes, "\(largest) bytes")
        let clock = ContinuousClock()
        let start = clock.now
        let log = try await writer.tendLog()
        #expect(log.isTooLarge && log.bytes >= largest)
        #expect(log.readers == [], "this process is none of the others")
        _ = try await writer.tendLog()
        #expect(clock.now - start < .seconds(60), "events do not wait for it")
        #expect(try foreign.integer("SELECT count(*) FROM blocks") == seen)
        try foreign.execute("COMMIT")
        // The next checkpoint empties it, and the commit behind that cuts it.
        for _ in 0..<3 { _ = try await Self.write(1, to: writer, store) }
        #expect(try await !writer.tendLog().isTooLarge)
        #expect(try Self.logBytes(store) <= Self.limits.walBytes)
    }

    /// When the reader has gone and nothing is written, too.
    @Test func itIsEmptiedWithoutACommit() async throws {
        let store = try TestStore()
        let writer = try store.open(Self.limits).writer
        _ = try await Self.write(1 << 18, to: writer, store)
        let foreign = try store.connection(.readOnly)
        try foreign.execute("BEGIN")
        _ = try foreign.integer("SELECT count(*) FROM blocks")
        _ = try await Self.write(4 << 20, to: writer, store)
        try foreign.execute("COMMIT")
        #expect(try Self.logBytes(store) > Self.limits.walWarningBytes)
        #expect(try await writer.tendLog() == WriteAheadLog(bytes: 0, isTooLarge: false))
        #expect(try Self.logBytes(store) == 0)
    }

    @Test(arguments: [
        ("1: POSIX  ADVISORY  READ 4711 08:01:77 124 124", [4_711] as [Int32]),
        ("1: POSIX  ADVISORY  READ 4711 08:01:77 123 127\n2: POSIX  ADVISORY  READ 4711 08:01:77 125 125", [4_711]),
        ("1: POSIX  ADVISORY  READ 4711 08:01:77 128 128", []),
        ("1: POSIX  ADVISORY  READ 4711 08:01:78 124 124", []),
        ("1: FLOCK  ADVISORY  WRITE 4711 08:01:77 0 EOF", []),
        ("1: POSIX  ADVISORY  WRITE 4711 08:01:77 0 EOF\n2: POSIX  ADVISORY  READ 12 08:01:77 123 123", [4_711, 12]),
        ("1: -> POSIX  ADVISORY  READ 4711 08:01:77 124 124", []),
        ("1: OFDLCK ADVISORY  READ -1 08:01:77 124 124", []),
        ("1: POSIX  ADVISORY  READ 0 08:01:77 124 124", []),
        ("nonsense\n\n1: POSIX\n", []),
    ])
    func whoReadsItStandsInTheKernelsTable(_ table: String, processes: [Int32]) {
        #expect(LogReader.processes(in: table, inode: 77) == processes)
    }
}
