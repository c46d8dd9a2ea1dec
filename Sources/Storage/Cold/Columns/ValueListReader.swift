import EventModel

// Hot path. Unsafe: every length that comes from the block is checked before bytes are touched.

/// Reads what `ValueListWriter` wrote.
struct ValueListReader {
    private let planes: BytePlanes
    private let integers: IntegerList
    private static let lowerDigits = Array("0123456789abcdef".utf8)
    private static let upperDigits = Array("0123456789ABCDEF".utf8)

    init(_ zstd: Zstd) {
        planes = BytePlanes(zstd: zstd)
        integers = IntegerList(zstd)
    }

    func read(_ reader: inout ByteReader, count: Int) throws(BlockError) -> ValueList {
        guard let form = ValueForm(rawValue: try reader.byte()) else { throw .damaged("values of an unknown form") }
        let head = try reader.counted()
        let tail = try reader.counted()
        let list = ValueList(capacity: count * (head.count + tail.count + 8))
        switch form {
        case .texts: try readTexts(&reader, count, head, tail, to: list)
        case .positions: try readPositions(&reader, count, head, tail, to: list)
        case .integers:
            try readNumbers(&reader, count, head, tail, to: list) { DecimalText.write($0, to: $1) }
        case .addresses:
            try readNumbers(&reader, count, head, tail, to: list) { AddressText.write(UInt32(truncatingIfNeeded: $0), to: $1) }
        case .times:
            guard let time = TimeForm(byte: try reader.byte()), time.digits < TimeForm.epochSeconds else {
                throw .damaged("times of an unknown form")
            }
            let unit = time.unit
            try readNumbers(&reader, count, head, tail, to: list) { time.write($0 &* unit, to: $1) }
        case .unquoted, .same, .rowTime: throw .damaged("values of a form that has none of its own")
        }
        return list
    }

    private func readNumbers(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer,
        to list: ValueList, _ write: (Int64, UnsafeMutablePointer<UInt8>) -> Int
    ) throws(BlockError) {
        for number in try integers.read(&reader, count: count) {
            list.bytes.append(head)
            list.bytes.reserve(40)
            let length = write(number, (list.bytes.base + list.bytes.count).assumingMemoryBound(to: UInt8.self))
            list.bytes.setCount(list.bytes.count + length)
            list.bytes.append(tail)
            try list.close()
        }
    }

    private func readTexts(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer,
        to list: ValueList
    ) throws(BlockError) {
        let lengths = try integers.read(&reader, count: count)
        var total = 0
        for length in lengths {
            guard length >= 0, length <= Int64(StoreLimits.maximumSegmentBytes) else { throw .damaged("a value is too long") }
            total += Int(length)
            guard total <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        }
        let texts = Arena(capacity: total)
        defer { withExtendedLifetime(texts) {} }
        try planes.read(&reader, count: total, to: texts)
        list.bytes.reserve(total)
        var place = 0
        for length in lengths {
            list.bytes.append(head)
            list.bytes.append(texts.slice(place, Int(length)))
            place += Int(length)
            list.bytes.append(tail)
            try list.close()
        }
    }

    private func readPositions(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer,
        to list: ValueList
    ) throws(BlockError) {
        let length = try reader.count(PositionClass.maximumLength)
        let width = head.count + length + tail.count
        guard count * width <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        list.bytes.reserve(count * width)
        let out = list.bytes.base.assumingMemoryBound(to: UInt8.self)
        var classes: [PositionClass] = []
        var template = [UInt8](head)
        for _ in 0..<length {
            guard let position = PositionClass(rawValue: try reader.byte()) else { throw .damaged("an unknown position") }
            classes.append(position)
            template.append(position == .constant ? try reader.byte() : 0)
        }
        template += tail
        template.withUnsafeBytes { bytes in
            for index in 0..<count where width > 0 {
                (UnsafeMutableRawPointer(out) + index * width).copyMemory(from: bytes.baseAddress.unsafelyUnwrapped, byteCount: width)
            }
        }
        let plane = Arena(capacity: count)
        // What `next` returns points into it.
        defer { withExtendedLifetime(plane) {} }
        var half: (place: Int, digits: [UInt8])?
        for place in 0..<length {
            switch classes[place] {
            case .constant: break
            case .byte:
                let bytes = try next(&reader, count, plane)
                for index in 0..<count { out[index * width + head.count + place] = bytes[index] }
            case .lowerHex, .upperHex:
                let digits = classes[place] == .lowerHex ? Self.lowerDigits : Self.upperDigits
                guard let first = half else {
                    half = (place, digits)
                    break
                }
                let bytes = try next(&reader, count, plane)
                Self.spread(bytes, count, to: out + head.count + first.place, first.digits, width, shift: 4)
                Self.spread(bytes, count, to: out + head.count + place, digits, width, shift: 0)
                half = nil
            }
        }
        if let first = half {
            let bytes = try next(&reader, count, plane)
            Self.spread(bytes, count, to: out + head.count + first.place, first.digits, width, shift: 0)
        }
        for _ in 0..<count {
            list.bytes.setCount(list.bytes.count + width)
            try list.close()
        }
    }

    private func next(_ reader: inout ByteReader, _ count: Int, _ plane: Arena) throws(BlockError) -> UnsafePointer<UInt8> {
        plane.setCount(0)
        try planes.read(&reader, count: count, to: plane)
        return UnsafePointer(plane.base.assumingMemoryBound(to: UInt8.self))
    }

    @inline(__always)
    private static func spread(
        _ bytes: UnsafePointer<UInt8>, _ count: Int, to out: UnsafeMutablePointer<UInt8>, _ digits: [UInt8], _ width: Int,
        shift: UInt8
    ) {
        digits.withUnsafeBufferPointer { digits in
            for index in 0..<count { out[index * width] = digits[Int(bytes[index] &>> shift & 0x0f)] }
        }
    }
}
