// Hot path. Unsafe: reads only the `count` bytes of its source and writes as many.

/// Case folding that keeps every character's length in bytes, so that a folded value has the size of the value.
///
/// Folded are all characters of the Basic Multilingual Plane whose lower case is one character of the same UTF-8 length: ASCII,
/// Latin-1, Latin Extended, Greek, Cyrillic, Armenian, full-width Latin and so on; further final sigma to sigma and the micro
/// sign to mu (CaseFolding.txt of Unicode, status C and S). Not folded are the few whose lengths differ, such as the Kelvin
/// sign, long s, and the dotted capital I, and whatever lies beyond the plane. Bytes that are not UTF-8 stay as they are.
enum CaseFolding {
    /// The fold of every two-byte and three-byte character, by its scalar value.
    private static let plane: FrozenBuffer<UInt16> = {
        var table = [UInt16](repeating: 0, count: 0x1_0000)
        for value in 0..<UInt32(0x1_0000) {
            table[Int(value)] = UInt16(value)
            guard let scalar = Unicode.Scalar(value) else { continue }
            let lower = scalar.properties.lowercaseMapping.unicodeScalars
            guard let folded = lower.first, lower.count == 1, folded.value <= 0xffff else { continue }
            guard UTF8.width(folded) == UTF8.width(scalar) else { continue }
            table[Int(value)] = UInt16(folded.value)
        }
        table[0x3c2] = 0x3c3
        table[0xb5] = 0x3bc
        return FrozenBuffer(table)
    }()

    /// ASCII lower case of eight bytes at once; other bytes stay.
    @inline(__always)
    static func foldWord(_ word: UInt64) -> UInt64 {
        let heptets = word & 0x7f7f_7f7f_7f7f_7f7f
        let aboveZ = heptets &+ 0x2525_2525_2525_2525
        let fromA = heptets &+ 0x3f3f_3f3f_3f3f_3f3f
        let ascii = ~word & 0x8080_8080_8080_8080
        return word | ((ascii & (fromA ^ aboveZ)) &>> 2)
    }

    @inline(__always)
    static func foldASCII(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Writes the folded form of `source` to `target`, which has room for as many bytes.
    static func fold(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawPointer) {
        guard let base = source.baseAddress else { return }
        let count = source.count
        var index = 0
        while index &+ 8 <= count {
            let word = base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { break }
            target.storeBytes(of: foldWord(word), toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            let byte = base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x80 {
                target.storeBytes(of: foldASCII(byte), toByteOffset: index, as: UInt8.self)
                index &+= 1
            } else {
                index &+= foldWide(base + index, count &- index, into: target + index)
            }
        }
    }

    /// Folds one character that is not ASCII; returns how many bytes it has.
    private static func foldWide(_ source: UnsafeRawPointer, _ left: Int, into target: UnsafeMutableRawPointer) -> Int {
        let lead = source.load(as: UInt8.self)
        func tail(_ at: Int) -> UInt32? {
            guard at < left else { return nil }
            let byte = source.load(fromByteOffset: at, as: UInt8.self)
            return byte & 0xc0 == 0x80 ? UInt32(byte & 0x3f) : nil
        }
        if lead >= 0xc2, lead <= 0xdf, let low = tail(1) {
            let folded = plane[Int(UInt32(lead & 0x1f) << 6 | low)]
            target.storeBytes(of: UInt8(0xc0 | folded >> 6), toByteOffset: 0, as: UInt8.self)
            target.storeBytes(of: UInt8(0x80 | folded & 0x3f), toByteOffset: 1, as: UInt8.self)
            return 2
        }
        if lead >= 0xe0, lead <= 0xef, let middle = tail(1), let low = tail(2) {
            let value = UInt32(lead & 0x0f) << 12 | middle << 6 | low
            if value >= 0x800 {
                let folded = plane[Int(value)]
                target.storeBytes(of: UInt8(0xe0 | folded >> 12), toByteOffset: 0, as: UInt8.self)
                target.storeBytes(of: UInt8(0x80 | folded >> 6 & 0x3f), toByteOffset: 1, as: UInt8.self)
                target.storeBytes(of: UInt8(0x80 | folded & 0x3f), toByteOffset: 2, as: UInt8.self)
                return 3
            }
        }
        target.storeBytes(of: lead, as: UInt8.self)
        return 1
    }

    /// The folded UTF-8 of a text. For compiling, not for the hot path.
    static func fold(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, count in
            if let base = buffer.baseAddress { bytes.withUnsafeBytes { fold($0, into: UnsafeMutableRawPointer(base)) } }
            count = bytes.count
        }
    }
}
