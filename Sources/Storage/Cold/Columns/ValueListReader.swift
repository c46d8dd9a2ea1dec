import EventModel

// Hot path. Unsafe: every length that comes from the block is checked before bytes are touched.

/// Reads what `ValueListWriter` wrote.
struct ValueListReader {
    private let planes: BytePlanes
    let integers: IntegerList

    init(_ zstd: Zstd) {
        planes = BytePlanes(zstd: zstd)
        integers = IntegerList(zstd)
    }

    func read(_ reader: inout ByteReader, count: Int) throws(BlockError) -> ValueList {
        guard let form = ValueForm(rawValue: try reader.byte()) else { throw .damaged("values of an unknown form") }
        let head = try reader.counted()
        let tail = try reader.counted()
        switch form {
        case .texts: return try readTexts(&reader, count, head, tail)
        case .positions: return try readPositions(&reader, count, head, tail)
        case .integers: return try readNumbers(&reader, count, head, tail) { DecimalText.write($0, to: $1) }
        case .addresses:
            return try readNumbers(&reader, count, head, tail) { AddressText.write(UInt32(truncatingIfNeeded: $0), to: $1) }
        case .times:
            guard let time = TimeForm(byte: try reader.byte()), time.digits < TimeForm.epochSeconds else {
                throw .damaged("times of an unknown form")
            }
            let unit = time.unit
            return try readNumbers(&reader, count, head, tail, time.outline) { time.write($0 &* unit, to: $1) }
        case .unquoted, .same, .rowTime: throw .damaged("values of a form that has none of its own")
        }
    }

    private func readNumbers(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer,
        _ outline: [UInt8]? = nil, _ write: @escaping (Int64, UnsafeMutablePointer<UInt8>) -> Int
    ) throws(BlockError) -> ValueList {
        try ValueList(
            PackedNumbers(
                try integers.read(&reader, count: count), head: head, tail: tail, outline: outline, write: write))
    }

    private func readTexts(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer
    ) throws(BlockError) -> ValueList {
        var total = 0
        var ends: [UInt32] = []
        ends.reserveCapacity(count)
        for length in try integers.read(&reader, count: count, as: Int64.self) {
            guard length >= 0, length <= Int64(StoreLimits.maximumSegmentBytes) else { throw .damaged("a value is too long") }
            total += Int(length)
            guard total <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
            ends.append(UInt32(truncatingIfNeeded: total))
        }
        let texts = Arena(capacity: total)
        try planes.read(&reader, count: total, to: texts)
        return try ValueList(PackedTexts(texts, ends: ends, head: head, tail: tail))
    }

    private func readPositions(
        _ reader: inout ByteReader, _ count: Int, _ head: UnsafeRawBufferPointer, _ tail: UnsafeRawBufferPointer
    ) throws(BlockError) -> ValueList {
        let length = try reader.count(PositionClass.maximumLength)
        let width = head.count + length + tail.count
        guard count * width <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        var classes: [PositionClass] = []
        var template = [UInt8](head)
        for _ in 0..<length {
            guard let position = PositionClass(rawValue: try reader.byte()) else { throw .damaged("an unknown position") }
            classes.append(position)
            template.append(position == .constant ? try reader.byte() : 0)
        }
        template += tail
        let packed = PackedPositions(count: count, template: template)
        var half: (position: Int, isUpper: Bool)?
        for (place, position) in classes.enumerated() {
            switch position {
            case .constant: break
            case .byte: try packed.readBytes(&reader, planes, at: head.count + place)
            case .lowerHex, .upperHex:
                let digit = (position: head.count + place, isUpper: position == .upperHex)
                if let first = half {
                    try packed.readDigits(&reader, planes, high: first, low: digit)
                    half = nil
                } else {
                    half = digit
                }
            }
        }
        if let last = half { try packed.readDigits(&reader, planes, high: nil, low: last) }
        return try ValueList(packed)
    }
}
