// Hot path. Unsafe: writers need `Varint.maximumLength` bytes of room at `p`; the reader never leaves its bytes.

/// Numbers in groups of seven bits, the lowest first, each but the last with the high bit set (LEB128).
enum Varint {
    static let maximumLength = 10

    @inline(__always)
    static func write(_ number: UInt64, _ p: inout UnsafeMutablePointer<UInt8>) {
        var rest = number
        while rest >= 0x80 {
            p.pointee = UInt8(truncatingIfNeeded: rest) | 0x80
            p += 1
            rest &>>= 7
        }
        p.pointee = UInt8(truncatingIfNeeded: rest)
        p += 1
    }

    @inline(__always)
    static func write(_ number: Int, _ p: inout UnsafeMutablePointer<UInt8>) {
        write(UInt64(truncatingIfNeeded: number), &p)
    }

    /// Small numbers of either sign become small numbers without one: 0, -1, 1, -2 become 0, 1, 2, 3.
    @inline(__always)
    static func zigzag(_ number: Int64) -> UInt64 { UInt64(bitPattern: number &<< 1 ^ number &>> 63) }

    @inline(__always)
    static func unzigzag(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number &>> 1) ^ (0 &- Int64(bitPattern: number & 1))
    }
}

/// Reads the streams of a block, which may be damaged in any way.
struct ByteReader {
    private var p: UnsafePointer<UInt8>
    private let end: UnsafePointer<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress {
            p = start.assumingMemoryBound(to: UInt8.self)
        } else {
            p = UnsafePointer(bitPattern: 1).unsafelyUnwrapped
        }
        end = p + bytes.count
    }

    var remaining: Int { end - p }

    @inline(__always)
    mutating func byte() throws(BlockError) -> UInt8 {
        guard p < end else { throw .damaged("a stream ends early") }
        defer { p += 1 }
        return p.pointee
    }

    @inline(__always)
    mutating func varint() throws(BlockError) -> UInt64 {
        if p < end && p.pointee < 0x80 {
            defer { p += 1 }
            return UInt64(p.pointee)
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(BlockError) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let byte = try byte()
            number |= UInt64(byte & 0x7f) &<< shift
            if byte < 0x80 { return number }
            shift += 7
        }
        throw .damaged("a number has too many digits")
    }

    /// A number that must not be above `limit`.
    @inline(__always)
    mutating func count(_ limit: Int) throws(BlockError) -> Int {
        let number = try varint()
        guard number <= UInt64(limit) else { throw .damaged("a count is out of bounds") }
        return Int(number)
    }

    @inline(__always)
    mutating func signed() throws(BlockError) -> Int64 { Varint.unzigzag(try varint()) }

    mutating func bytes(_ count: Int) throws(BlockError) -> UnsafeRawBufferPointer {
        guard count >= 0 && count <= remaining else { throw .damaged("a stream ends early") }
        defer { p += count }
        return UnsafeRawBufferPointer(start: p, count: count)
    }
}
