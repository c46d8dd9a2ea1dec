import ArgumentParser
import Detection
import EventModel
import Glibc

/// The count model over many entities: updates a CPU-second, bytes an entity, and what a restart takes.
///
/// The reference of the same run is a dictionary that only counts, by the same keys: what a machine does in a second says little
/// on another one, but how many plain counts an update costs does.
struct BehaviourBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "behaviour", abstract: "Updates a CPU-second and bytes an entity of the count model, with a restart.")

    /// Hours of a day in which there are events. Every entity is silent in the others, and learns that.
    private static let hours: [UInt32] = [9, 11, 14, 16]
    /// Days with one hour of events before anything is timed: all entities are warm then, and have factors for their hours.
    private static let learningDays: UInt32 = 30
    private static let firstDay: UInt32 = 20_400

    @Option(help: "How many entities there are.")
    var entities = 1_000_000

    @Option(help: "Events of an entity in a bucket: so many on average at random; with 1, each opens the bucket of its entity.")
    var events = 2

    @Flag(help: "Without factors for hours.")
    var flat = false

    @Option(help: "How many days are timed, of four hours each; of one hour from 10 events on. The best one counts.")
    var runs = 3

    func validate() throws {
        guard (1...16_000_000).contains(entities), (1...1_000).contains(events), runs > 0 else {
            throw ValidationError("--entities takes 1 to 16000000, --events 1 to 1000, --runs 1 and more")
        }
    }

    func run() throws {
        var configuration = CountConfiguration(bucketSeconds: 3_600)
        configuration.isSeasonal = !flat
        configuration.minimumCount = 10
        configuration.minimumRatio = 2
        var stream = EntityStream(entities: entities, events: events)
        let before = Self.residentBytes
        var table = CountTable(configuration, capacity: entities)
        learn(&table, &stream)
        let resident = (Self.residentBytes - before) / entities

        var day = Self.firstDay + Self.learningDays
        var findings = 0
        let single = best(&day, &stream) { keys, bucket in
            for place in keys.indices {
                if case .fired = table.add(keys[place], bucket: bucket) { findings += 1 }
            }
        }
        let touched = best(&day, &stream) { keys, bucket in
            table.touch(keys, bucket: bucket)
            for place in keys.indices {
                if case .fired = table.add(keys[place], bucket: bucket) { findings += 1 }
            }
        }
        var counts: [UInt64: (bucket: UInt32, count: UInt32)] = [:]
        counts.reserveCapacity(entities)
        for number in 0..<entities { counts[stream.key(number)] = (0, 0) }
        let reference = best(&day, &stream) { keys, bucket in
            for place in keys.indices {
                let open = counts[keys[place], default: (bucket, 0)]
                counts[keys[place]] = (bucket, open.bucket == bucket ? open.count + 1 : 1)
            }
        }
        counts = [:]

        // A restart: all pages are written, and read again.
        var pages: [CountTable.Page] = []
        let saving = ThreadClock.least(1) { pages = table.takeDirtyPages() }
        let saved = pages.reduce(0) { $0 + $1.bytes.count } / entities
        var restored = CountTable(configuration, capacity: 1)
        let restoring = try ThreadClock.least(runs) {
            restored = try CountTable(configuration, capacity: entities, pages: pages)
        }
        pages = []
        guard (0..<entities).allSatisfy({ restored.score(stream.key($0)) == table.score(stream.key($0)) }) else {
            throw ValidationError("the table that was read differs from the one that was written")
        }
        table = restored
        restored = CountTable(configuration, capacity: 1)
        let afterwards = best(&day, &stream) { keys, bucket in
            table.touch(keys, bucket: bucket)
            for place in keys.indices {
                if case .fired = table.add(keys[place], bucket: bucket) { findings += 1 }
            }
        }

        var writer = JSONWriter()
        writer.beginObject()
        writer.member("entities", table.count)
        writer.member("seasonal_entities", table.seasonalCount)
        writer.member("single_updates_per_cpu_second", Int(single))
        writer.member("updates_per_cpu_second", Int(touched))
        writer.member("updates_per_cpu_second_after_restart", Int(afterwards))
        writer.member("reference_per_cpu_second", Int(reference))
        writer.member("findings", findings)
        writer.member("bytes_per_entity", table.bytes / entities)
        writer.member("resident_bytes_per_entity", resident)
        writer.member("saved_bytes_per_entity", saved)
        writer.member("save_nanoseconds_per_entity", Int(saving * 1e9) / entities)
        writer.member("restore_nanoseconds_per_entity", Int(restoring * 1e9) / entities)
        writer.endObject()
        print(writer.text)
    }

    /// Every entity comes once a day, with as many events as it will have in a bucket later on.
    private func learn(_ table: inout CountTable, _ stream: inout EntityStream) {
        for day in 0..<Self.learningDays {
            let bucket = (Self.firstDay + day) * 24 + Self.hours[Int(day) % Self.hours.count]
            for number in 0..<entities {
                _ = table.add(stream.key(number), bucket: bucket, count: stream.count())
            }
        }
    }

    /// Events a CPU-second of the best of some days, of those that `count` takes.
    private func best(
        _ day: inout UInt32, _ stream: inout EntityStream, _ count: (_ keys: Span<UInt64>, _ bucket: UInt32) -> Void
    ) -> Double {
        var best = 0.0
        for _ in 0..<runs {
            var (seconds, counted) = (0.0, 0)
            for hour in events < 10 ? Self.hours : [Self.hours[0]] {
                let start = ThreadClock.seconds
                counted += stream.bucket { count($0, day * 24 + hour) }
                seconds += ThreadClock.seconds - start
            }
            best = max(best, Double(counted) / seconds)
            day += 1
        }
        return best
    }

    /// What the program has of the machine's memory.
    private static var residentBytes: Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, Int32(line.count), file) != nil else { return 0 }
        let numbers = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).split(separator: " ")
        return numbers.count > 1 ? (Int(numbers[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}

/// Entities of hashed keys, and the events of buckets in random order: the same in every run.
private struct EntityStream {
    private let entities: Int
    private let events: Int
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    /// Counts to draw from: a Poisson distribution in shares of a thousandth, without 0.
    private var counts: [UInt32] = []

    init(entities: Int, events: Int) {
        self.entities = entities
        self.events = events
        let mean = Double(events)
        for count in 1..<(10 * events + 10) {
            let logarithm = Double(count) * log(mean) - mean - lgamma(Double(count) + 1).0
            counts += [UInt32](repeating: UInt32(count), count: Int((1_000 * exp(logarithm)).rounded()))
        }
        if events == 1 { counts = [1] }
    }

    func key(_ number: Int) -> UInt64 {
        var mixed = UInt64(number) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ mixed &>> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed &>> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed &>> 31
    }

    @inline(__always)
    private mutating func random(_ bound: Int) -> Int {
        state ^= state &<< 13
        state ^= state &>> 7
        state ^= state &<< 17
        return Int(truncatingIfNeeded: state.multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func count() -> UInt32 { counts[random(counts.count)] }

    /// The events of a bucket, in batches of 64; returns how many they are.
    mutating func bucket(_ take: (_ keys: Span<UInt64>) -> Void) -> Int {
        var batch = [UInt64](repeating: 0, count: 64)
        var number = random(entities)
        let total = events * entities
        var taken = 0
        while taken < total {
            let size = min(batch.count, total - taken)
            for place in 0..<size {
                // Each entity once, in an order that jumps: the step is a prime, so that it meets all. Or any entity.
                number = events == 1 ? (number + 16_777_259) % entities : random(entities)
                batch[place] = key(number)
            }
            take(batch.span.extracting(..<size))
            taken += size
        }
        return total
    }
}
