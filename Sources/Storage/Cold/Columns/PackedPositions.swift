import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: every plane has `count` bytes, and positions lie within a value's `width`.

/// Values of one length of which only the positions are kept at which they differ: as they are stored.
final class PackedPositions: PackedValues {
    /// A plane, and which positions of a value it fills: one with its bytes, or one or two with the digits in them.
    private struct Plane {
        var offset: Int
        var position: Int
        /// The position of the digit in the low bits; nil for a plane of bytes.
        var low: Int?
        var digits: [UInt8]
        var lowDigits: [UInt8]
    }

    static let lowerDigits = Array("0123456789abcdef".utf8)
    static let upperDigits = Array("0123456789ABCDEF".utf8)

    let count: Int
    let width: Int
    var expandedBytes: Int { count * width }
    private let template: [UInt8]
    private var planes: [Plane] = []
    private let bytes = Arena(capacity: 1 << 10)
    private let scratch: Arena

    /// - Parameter template: a value, with any bytes where the planes tell them.
    init(count: Int, template: [UInt8]) {
        self.count = count
        self.template = template
        width = template.count
        scratch = Arena(capacity: max(template.count, 1))
        template.withUnsafeBytes { _ = scratch.append($0) }
    }

    /// Reads the next plane, of bytes at a position.
    func readBytes(_ reader: inout ByteReader, _ planes: BytePlanes, at position: Int) throws(BlockError) {
        self.planes.append(Plane(offset: bytes.count, position: position, low: nil, digits: [], lowDigits: []))
        try planes.read(&reader, count: count, to: bytes)
    }

    /// Reads the next plane, of one digit, or of two of which the first is in the high bits.
    func readDigits(
        _ reader: inout ByteReader, _ planes: BytePlanes, high: (position: Int, isUpper: Bool)?,
        low: (position: Int, isUpper: Bool)
    ) throws(BlockError) {
        let digits = { (isUpper: Bool) in isUpper ? Self.upperDigits : Self.lowerDigits }
        self.planes.append(
            Plane(
                offset: bytes.count, position: high?.position ?? -1, low: low.position,
                digits: digits(high?.isUpper ?? false), lowDigits: digits(low.isUpper)))
        try planes.read(&reader, count: count, to: bytes)
    }

    /// A value; valid until the next is asked for.
    subscript(index: Int) -> UnsafeRawBufferPointer {
        let out = scratch.base.assumingMemoryBound(to: UInt8.self)
        for plane in planes {
            let byte = bytes.base.load(fromByteOffset: plane.offset + index, as: UInt8.self)
            if let low = plane.low {
                out[low] = plane.lowDigits[Int(byte & 0x0f)]
                if plane.position >= 0 { out[plane.position] = plane.digits[Int(byte >> 4)] }
            } else {
                out[plane.position] = byte
            }
        }
        return scratch.slice(0, width)
    }

    func expand(to list: ValueList) {
        let output = list.bytes
        output.reserve(count * width)
        let out = (output.base + output.count).assumingMemoryBound(to: UInt8.self)
        template.withUnsafeBytes { template in
            for index in 0..<count where width > 0 {
                (UnsafeMutableRawPointer(out) + index * width).copyMemory(
                    from: template.baseAddress.unsafelyUnwrapped, byteCount: width)
            }
        }
        for plane in planes {
            let source = source(plane)
            guard let low = plane.low else {
                for index in 0..<count { out[index * width + plane.position] = source[index] }
                continue
            }
            spread(source, to: out + low, plane.lowDigits, shift: 0)
            if plane.position >= 0 { spread(source, to: out + plane.position, plane.digits, shift: 4) }
        }
        let start = output.count
        for index in 0..<count {
            output.setCount(start + (index + 1) * width)
            list.close()
        }
    }

    private func source(_ plane: Plane) -> UnsafePointer<UInt8> {
        UnsafePointer((bytes.base + plane.offset).assumingMemoryBound(to: UInt8.self))
    }

    @inline(__always)
    private func spread(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>, _ digits: [UInt8], shift: UInt8) {
        digits.withUnsafeBufferPointer { digits in
            for index in 0..<count { out[index * width] = digits[Int(source[index] &>> shift & 0x0f)] }
        }
    }

    // MARK: - Searching

    /// What the word says of a value's byte in one plane, where the word begins at some place.
    private struct Check {
        var source: UnsafePointer<UInt8>
        var mask: UInt8
        var byte: UInt8
        /// The capital, for a letter in a plane of bytes; else the same.
        var other: UInt8

        @inline(__always)
        func holds(_ index: Int) -> Bool {
            let found = source[index] & mask
            return found == byte || found == other
        }
    }

    /// Looks for the word at each place where it can stand, by the one plane that it says most of, then by the others.
    func values(containing word: FoldedWord) -> [UInt32]? {
        guard word.bytes.count <= width else { return [] }
        var isFound = [Bool](repeating: false, count: count)
        for start in 0...width - word.bytes.count {
            guard fitsConstants(word.bytes, start), var checks = checks(word.bytes, start) else { continue }
            guard let best = checks.indices.max(by: { checks[$0].mask.nonzeroBitCount < checks[$1].mask.nonzeroBitCount }) else {
                return (0..<count).map { UInt32(truncatingIfNeeded: $0) }
            }
            let first = checks.remove(at: best)
            forEachHit(first) { index in
                if checks.allSatisfy({ $0.holds(index) }) { isFound[index] = true }
            }
        }
        return isFound.indices.filter { isFound[$0] }.map { UInt32(truncatingIfNeeded: $0) }
    }

    /// Whether the word's bytes are those that all values have, where they have the same.
    private func fitsConstants(_ word: [UInt8], _ start: Int) -> Bool {
        word.indices.allSatisfy { isVaried[start + $0] || FoldedWord.folded(template[start + $0]) == word[$0] }
    }

    /// What the planes must have; nil if one has digits where the word has none.
    private func checks(_ word: [UInt8], _ start: Int) -> [Check]? {
        let letter = { (position: Int) -> UInt8? in
            position >= start && position < start + word.count ? word[position - start] : nil
        }
        var checks: [Check] = []
        for plane in planes {
            guard let low = plane.low else {
                guard let byte = letter(plane.position) else { continue }
                let isLetter = byte &- UInt8(ascii: "a") < 26
                checks.append(Check(source: source(plane), mask: 0xff, byte: byte, other: isLetter ? byte & 0xdf : byte))
                continue
            }
            var (mask, byte): (UInt8, UInt8) = (0, 0)
            if plane.position >= 0, let high = letter(plane.position) {
                guard let digit = Self.digit(high) else { return nil }
                (mask, byte) = (0xf0, digit << 4)
            }
            if let low = letter(low) {
                guard let digit = Self.digit(low) else { return nil }
                mask |= 0x0f
                byte |= digit
            }
            if mask != 0 { checks.append(Check(source: source(plane), mask: mask, byte: byte, other: byte)) }
        }
        return checks
    }

    private func forEachHit(_ check: Check, _ body: (Int) -> Void) {
        guard check.mask == 0xff else {
            for index in 0..<count where check.holds(index) { body(index) }
            return
        }
        for byte in check.byte == check.other ? [check.byte] : [check.byte, check.other] {
            var place = 0
            while place < count, let hit = memchr(check.source + place, Int32(byte), count - place) {
                let index = UnsafeRawPointer(hit) - UnsafeRawPointer(check.source)
                body(index)
                place = index + 1
            }
        }
    }

    /// By position, whether a plane tells it.
    private lazy var isVaried: [Bool] = {
        var varied = [Bool](repeating: false, count: width)
        for plane in planes {
            if plane.position >= 0 { varied[plane.position] = true }
            if let low = plane.low { varied[low] = true }
        }
        return varied
    }()

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
