import EventModel

// Hot path. Unsafe: every plane has `count` bytes, and positions lie within a value's `width`.

/// Values of one length of which only the positions are kept at which they differ: as they are stored.
final class PackedPositions {
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

    /// Appends all values.
    func expand(to output: Arena) {
        output.reserve(count * width)
        let out = (output.base + output.count).assumingMemoryBound(to: UInt8.self)
        template.withUnsafeBytes { template in
            for index in 0..<count where width > 0 {
                (UnsafeMutableRawPointer(out) + index * width).copyMemory(
                    from: template.baseAddress.unsafelyUnwrapped, byteCount: width)
            }
        }
        for plane in planes {
            let source = UnsafePointer((bytes.base + plane.offset).assumingMemoryBound(to: UInt8.self))
            guard let low = plane.low else {
                for index in 0..<count { out[index * width + plane.position] = source[index] }
                continue
            }
            spread(source, to: out + low, plane.lowDigits, shift: 0)
            if plane.position >= 0 { spread(source, to: out + plane.position, plane.digits, shift: 4) }
        }
        output.setCount(output.count + count * width)
    }

    @inline(__always)
    private func spread(_ source: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>, _ digits: [UInt8], shift: UInt8) {
        digits.withUnsafeBufferPointer { digits in
            for index in 0..<count { out[index * width] = digits[Int(source[index] &>> shift & 0x0f)] }
        }
    }
}
