import EventModel

// Hot path. Unsafe: every length that comes from the block is checked before bytes are touched.

/// Reads what `ValueListWriter` wrote.
struct ValueListReader {
    private let planes: BytePlanes
    private let integers: IntegerList

    init(_ zstd: Zstd) {
        planes = BytePlanes(zstd: zstd)
        integers = IntegerList(zstd)
    }

    func read(_ reader: inout ByteReader, count: Int) throws(BlockError) -> ValueList {
        guard let form = ValueForm(rawValue: try reader.byte()) else { throw .damaged("values of an unknown form") }
        let head = try reader.counted()
        let tail = try reader.counted()
        guard count * (head.count + tail.count) <= StoreLimits.maximumSegmentBytes else { throw .damaged("a column is too long") }
        let list = ValueList(capacity: count * (head.count + tail.count + 8))
        switch form {
        case .texts: try readTexts(&reader, count, head, tail, to: list)
        case .positions: return try readPositions(&reader, count, head, tail)
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
        return ValueList(packed)
    }
}
