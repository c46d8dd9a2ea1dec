#if canImport(Glibc)
import Glibc
#endif

// Unsafe: reads only the bytes of the value that it is given.

/// What stands between two `*` of a pattern: literal bytes and `?`.
struct WildcardChunk: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case literal([UInt8])
        /// `?`: one character, which is one Unicode scalar, or one byte where the value is not UTF-8.
        case anyOne
    }

    var steps: [Step]

    /// The whole chunk when it is one literal: the common case, answered by `memchr` and `memcmp`.
    var literal: [UInt8]? {
        guard steps.count == 1, case .literal(let bytes) = steps[0] else { return nil }
        return bytes
    }

    /// Where the chunk ends when it is laid on the value at `start`; nil if it does not fit there.
    func end(in value: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var position = start
        for step in steps {
            switch step {
            case .literal(let bytes):
                guard Self.stands(bytes, in: value, at: position) else { return nil }
                position += bytes.count
            case .anyOne:
                guard position < value.count else { return nil }
                position += Self.characterLength(in: value, at: position)
            }
        }
        return position
    }

    /// The end of the first place at or after `start` where the chunk fits.
    func firstEnd(in value: UnsafeRawBufferPointer, from start: Int) -> Int? {
        if let literal {
            return Self.find(literal, in: value, from: start).map { $0 + literal.count }
        }
        var position = start
        while position <= value.count {
            if let end = end(in: value, from: position) { return end }
            guard position < value.count else { return nil }
            position += Self.characterLength(in: value, at: position)
        }
        return nil
    }

    /// Whether the chunk fits at the very end of the value, beginning at or after `start`.
    func endsValue(_ value: UnsafeRawBufferPointer, from start: Int) -> Bool {
        if let literal {
            return value.count - literal.count >= start && Self.stands(literal, in: value, at: value.count - literal.count)
        }
        var position = start
        while position <= value.count {
            if end(in: value, from: position) == value.count { return true }
            guard position < value.count else { return false }
            position += Self.characterLength(in: value, at: position)
        }
        return false
    }

    static func stands(_ literal: [UInt8], in value: UnsafeRawBufferPointer, at position: Int) -> Bool {
        guard position >= 0, value.count - position >= literal.count else { return false }
        guard let base = value.baseAddress else { return literal.isEmpty }
        return literal.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memcmp($0, base + position, bytes.count) == 0 } ?? true
        }
    }

    /// The first place at or after `start` where the literal stands.
    static func find(_ literal: [UInt8], in value: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let first = literal.first, let base = value.baseAddress else { return literal.isEmpty ? start : nil }
        let last = value.count - literal.count
        return literal.withUnsafeBytes { bytes in
            var position = start
            while position <= last {
                guard let hit = memchr(base + position, Int32(first), last - position + 1) else { return nil }
                position = UnsafeRawPointer(hit) - base
                if memcmp(hit, bytes.baseAddress.unsafelyUnwrapped, bytes.count) == 0 { return position }
                position += 1
            }
            return nil
        }
    }

    /// Bytes of the character at `position`: its lead byte and the continuation bytes that belong to it.
    static func characterLength(in value: UnsafeRawBufferPointer, at position: Int) -> Int {
        let lead = value[position]
        let wanted = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
        var length = 1
        while length < wanted, position + length < value.count, value[position + length] & 0xc0 == 0x80 { length += 1 }
        return length
    }
}
