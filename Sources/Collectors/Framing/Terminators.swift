#if canImport(Glibc)
import Glibc
#endif

// Hot path. Unsafe: `bytes` is borrowed for as long as the search is used, and is only read, within its count.

/// Finds the ends of lines: LF, or NUL, which some senders write instead (RFC 6587, section 3.4.2).
///
/// Each byte is looked at once by each of two `memchr`, however often `next` is called with rising positions.
struct TerminatorSearch {
    private let bytes: UnsafeRawBufferPointer
    /// The first LF and the first NUL at or after the last position asked for; `bytes.count` for none.
    private var lineFeed = -1
    private var nul = -1

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// The position of the first terminator at or after `position`.
    mutating func next(from position: Int) -> Int? {
        if lineFeed < position { lineFeed = find(Terminators.lineFeed, from: position) }
        if nul < position { nul = find(Terminators.nul, from: position) }
        let first = min(lineFeed, nul)
        return first < bytes.count ? first : nil
    }

    private func find(_ byte: UInt8, from position: Int) -> Int {
        guard let base = bytes.baseAddress, position < bytes.count,
            let found = memchr(base + position, Int32(byte), bytes.count - position)
        else { return bytes.count }
        return UnsafeRawPointer(found) - base
    }
}

enum Terminators {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let nul: UInt8 = 0x00

    /// The record without the CR, LF and NUL at its end.
    static func trimmed(_ record: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = record.count
        while end > 0, isTrailer(record[end - 1]) { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: record[..<end])
    }

    private static func isTrailer(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn || byte == nul }
}
