#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: `base` is valid for `capacity` bytes, of which the first `count` are written.

/// A growable run of bytes with one writer. Once the writer has handed it on (in a `RecordBatch` or an `EventBatch`) nobody
/// writes to it again: that hand-over is what makes sharing it safe.
public final class Arena: @unchecked Sendable {
    // One writer, and no method calls out while it has access: the run-time checks of exclusivity would cost more than appending.
    @exclusivity(unchecked) public private(set) var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) public private(set) var count = 0
    @exclusivity(unchecked) public private(set) var capacity: Int

    /// Bytes after `capacity` that are allocated as well, so that a vector load may read past the end. What it reads there is
    /// arbitrary. Nothing is zero-filled: on the hot path that would cost as much as the copy itself.
    public static let slack = 64

    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity + Arena.slack, alignment: 64)
    }

    deinit { base.deallocate() }

    /// Makes room for `extra` more bytes. Pointers taken from `base` before are invalid after.
    @inlinable
    public func reserve(_ extra: Int) {
        if count + extra > capacity { grow(by: extra) }
    }

    @usableFromInline
    func grow(by extra: Int) {
        var larger = capacity * 2
        while larger < count + extra { larger *= 2 }
        let next = UnsafeMutableRawPointer.allocate(byteCount: larger + Arena.slack, alignment: 64)
        next.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = next
        capacity = larger
    }

    /// Appends `length` bytes and returns the offset at which they stand.
    @discardableResult
    public func append(_ bytes: UnsafeRawPointer, _ length: Int) -> Int {
        reserve(length)
        memcpy(base + count, bytes, length)
        defer { count += length }
        return count
    }

    @discardableResult
    public func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let start = bytes.baseAddress else { return count }
        return append(start, bytes.count)
    }

    @discardableResult
    public func append(_ text: String) -> Int {
        var text = text
        return text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    @inlinable
    public func append(byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        setCount(count + 1)
    }

    /// Declares bytes written directly at `base + count` (after `reserve`), or takes back the last ones.
    public func setCount(_ newCount: Int) {
        precondition(newCount >= 0 && newCount <= capacity, "arena count within capacity")
        count = newCount
    }

    /// The bytes at `offset`; the caller keeps the arena alive while it uses them.
    @inlinable
    public func slice(_ offset: Int, _ length: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + offset, count: length)
    }
}
