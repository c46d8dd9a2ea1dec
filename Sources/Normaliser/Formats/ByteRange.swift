/// A run of bytes within one record: offset from the record's first byte, and length.
public struct ByteRange: Sendable, Hashable {
    public var offset: UInt32
    public var length: UInt32

    @inlinable
    public init(offset: UInt32, length: UInt32) {
        self.offset = offset
        self.length = length
    }

    /// The bytes from `start` up to and without `end`.
    @usableFromInline
    init(from start: Int, to end: Int) {
        self.init(offset: UInt32(truncatingIfNeeded: start), length: UInt32(truncatingIfNeeded: end - start))
    }

    /// Nothing, at offset 0: the field was not sent, or was sent as `-`.
    public static let empty = ByteRange(offset: 0, length: 0)

    @inlinable public var isEmpty: Bool { length == 0 }
    @inlinable public var start: Int { Int(offset) }
    @inlinable public var end: Int { Int(offset) + Int(length) }

    /// The bytes themselves; `bytes` is the record that the range was made for.
    @inlinable
    public func of(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    }
}
