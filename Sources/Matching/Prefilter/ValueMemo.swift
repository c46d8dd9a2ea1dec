#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: all memory is allocated in `init` and freed by `deallocate`, which the owner calls once; entries below
// `values` and the bytes and answers that they point at are written.

/// Remembers which tests each distinct value of a slot satisfied: values of audit fields repeat. A bounded table, cleared when
/// full; the key is the value's bytes, compared whole, so that no forged hash can borrow another value's answer.
struct ValueMemo {
    /// Longer values are seldom seen twice.
    static let maximumValue = 512
    private static let maximumValues = 4096
    private static let bucketCount = 8192
    private static let byteCapacity = 256 * 1024
    private static let answerCapacity = 64 * 1024

    private struct Entry {
        var hash: UInt64
        var offset: UInt32
        var length: UInt32
        var answers: UInt32
        var answerCount: UInt32
    }

    private struct Counts {
        var values = 0
        var bytes = 0
        var answers = 0
    }

    private let hash = KeyedHash()
    private let buckets: UnsafeMutablePointer<UInt32>
    private let entries: UnsafeMutablePointer<Entry>
    private let bytes: UnsafeMutableRawPointer
    private let answers: UnsafeMutablePointer<UInt32>
    private let counts: UnsafeMutablePointer<Counts>

    init() {
        buckets = .allocate(capacity: Self.bucketCount)
        buckets.initialize(repeating: 0, count: Self.bucketCount)
        entries = .allocate(capacity: Self.maximumValues)
        bytes = .allocate(byteCount: Self.byteCapacity, alignment: 8)
        answers = .allocate(capacity: Self.answerCapacity)
        counts = .allocate(capacity: 1)
        counts.initialize(to: Counts())
    }

    func deallocate() {
        buckets.deallocate()
        entries.deallocate()
        bytes.deallocate()
        answers.deallocate()
        counts.deallocate()
    }

    @inline(__always)
    func hash(of value: UnsafeRawBufferPointer) -> UInt64 {
        value.baseAddress.map { hash($0, value.count) } ?? 0
    }

    /// The tests that the value satisfied when it was met before; nil when it was not.
    @inline(__always)
    func find(_ value: UnsafeRawBufferPointer, _ hash: UInt64) -> UnsafeBufferPointer<UInt32>? {
        var place = Int(truncatingIfNeeded: hash) & (Self.bucketCount &- 1)
        while buckets[place] != 0 {
            let entry = entries + Int(buckets[place] &- 1)
            if entry.pointee.hash == hash, Int(entry.pointee.length) == value.count,
                value.isEmpty || memcmp(bytes + Int(entry.pointee.offset), value.baseAddress.unsafelyUnwrapped, value.count) == 0
            {
                return UnsafeBufferPointer(start: answers + Int(entry.pointee.answers), count: Int(entry.pointee.answerCount))
            }
            place = (place &+ 1) & (Self.bucketCount &- 1)
        }
        return nil
    }

    func remember(_ value: UnsafeRawBufferPointer, _ hash: UInt64, _ satisfied: UnsafeBufferPointer<UInt32>) {
        guard satisfied.count <= Self.answerCapacity / 16 else { return }
        if counts.pointee.values == Self.maximumValues || counts.pointee.bytes + value.count > Self.byteCapacity
            || counts.pointee.answers + satisfied.count > Self.answerCapacity
        {
            buckets.update(repeating: 0, count: Self.bucketCount)
            counts.pointee = Counts()
        }
        let offset = counts.pointee.bytes
        if let base = value.baseAddress { memcpy(bytes + offset, base, value.count) }
        for (index, test) in satisfied.enumerated() { answers[counts.pointee.answers + index] = test }
        entries[counts.pointee.values] = Entry(
            hash: hash, offset: UInt32(offset), length: UInt32(value.count), answers: UInt32(counts.pointee.answers),
            answerCount: UInt32(satisfied.count))
        var place = Int(truncatingIfNeeded: hash) & (Self.bucketCount - 1)
        while buckets[place] != 0 { place = (place + 1) & (Self.bucketCount - 1) }
        counts.pointee.values += 1
        buckets[place] = UInt32(counts.pointee.values)
        counts.pointee.bytes += value.count
        counts.pointee.answers += satisfied.count
    }
}
