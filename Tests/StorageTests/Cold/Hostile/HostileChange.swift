import TestSupport

/// Changes of a cold block that leave it readable as far as possible, so that what reads it comes as far as possible.
struct HostileChange {
    var random: SeededGenerator

    /// Numbers at which something may go over.
    private static let borders: [UInt64] = [
        0, 1, 2, 3, 7, 16, 95, 96, 97, 127, 128, 255, 256, 4_095, 16_383, 16_384, 16_385, 65_535, 65_536, 1 << 20, 1 << 24, 1 << 28,
        (1 << 28) + 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 40, 1 << 60, 1 << 63, .max - 1, .max,
    ]

    mutating func apply(to parts: inout ColdBlockParts) {
        for _ in 0..<Int.random(in: 1...3, using: &random) { change(&parts) }
    }

    private mutating func number() -> UInt64 {
        Bool.random(using: &random)
            ? Self.borders.randomElement(using: &random) ?? 0 : UInt64.random(in: 0...300, using: &random)
    }

    private mutating func change(_ parts: inout ColdBlockParts) {
        let column = Int.random(in: 0..<max(parts.columns.count, 1), using: &random)
        let hasColumns = !parts.columns.isEmpty
        switch Int.random(in: 0..<20, using: &random) {
        case 0...5:
            let segment = Int.random(in: 0..<3, using: &random)
            change(&parts.rows[segment])
        case 6 where hasColumns: parts.columns[column].numbers[Int.random(in: 0..<5, using: &random)] = number()
        case 7 where hasColumns:
            parts.columns[column].forms = UInt8.random(in: 0...4, using: &random) << 4 | UInt8.random(in: 0...8, using: &random)
        case 8 where hasColumns:
            parts.columns[column].codeBase = UInt64(Int.random(in: 0...parts.columns.count, using: &random))
            parts.columns[column].valueBase = UInt64(Int.random(in: 0...parts.columns.count, using: &random))
        case 9 where hasColumns:
            (parts.columns[column].alphabet, parts.columns[column].longest) = (number(), number())
            parts.columns[column].range = (number(), number())
            parts.columns[column].timeForm = UInt8.random(in: 0...255, using: &random)
        case 10...11 where hasColumns: change(&parts.columns[column].bytes)
        case 12...14 where hasColumns: parts.columns[column].bytes = segment(of: parts.columns[column])
        case 15 where hasColumns:
            let other = Int.random(in: 0..<parts.columns.count, using: &random)
            parts.columns.swapAt(column, other)
        case 16 where hasColumns:
            if Bool.random(using: &random) {
                parts.columns.remove(at: column)
            } else {
                for _ in 0..<Int.random(in: 1...40, using: &random) { parts.columns.append(parts.columns[column]) }
            }
            parts.setHeader(segments: UInt32(parts.columns.count + 3))
        case 17: changeNames(&parts)
        case 18: parts.lengths[Int.random(in: 0..<3, using: &random)] = number()
        default:
            switch Int.random(in: 0..<4, using: &random) {
            case 0: parts.setHeader(rows: UInt32(truncatingIfNeeded: number()))
            case 1: parts.setHeader(segments: UInt32(truncatingIfNeeded: number()))
            case 2: parts.setHeader(first: number())
            default: parts.excess = [UInt8](repeating: 0, count: Int.random(in: 0...9, using: &random))
            }
        }
    }

    /// Changes some bytes, or a number that may stand there.
    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else {
            bytes = [UInt8.random(in: 0...255, using: &random)]
            return
        }
        let place = Int.random(in: bytes.indices, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 2, 3:
            var encoded: [UInt8] = []
            encoded.append(varint: number())
            let end = bytes[place...].firstIndex { $0 < 0x80 } ?? bytes.count - 1
            bytes.replaceSubrange(place...end, with: encoded)
        case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...9, using: &random)))
        default: bytes.insert(contentsOf: (0..<Int.random(in: 1...9, using: &random)).map { _ in 0 }, at: place)
        }
    }

    private mutating func changeNames(_ parts: inout ColdBlockParts) {
        let list = Int.random(in: 0..<3, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: parts.names[list] = []
        case 1: parts.names[list].shuffle(using: &random)
        case 2: parts.names[list].append([UInt8](repeating: UInt8.random(in: 0...255, using: &random), count: 3_000))
        default: parts.names[list] += Array(repeating: [], count: Int.random(in: 1...5_000, using: &random))
        }
    }

    // MARK: - Columns made up

    /// A segment as a column of these forms may have it: codes, then values.
    private mutating func segment(of column: ColdBlockParts.Column) -> [UInt8] {
        var bytes: [UInt8] = []
        let (count, distinct) = (Int(clamping: column.numbers[3]), Int(clamping: column.numbers[4]))
        switch column.forms >> 4 {
        case 1: append(list: count, below: UInt64(distinct), to: &bytes)
        case 3: append(list: Int.random(in: 1...max(1, min(count, 400)), using: &random), below: UInt64(distinct), to: &bytes)
        default: break
        }
        if column.forms & 0x0f < 5 { append(values: column.forms >> 4 == 0 ? count : distinct, to: &bytes) }
        return bytes
    }

    private mutating func append(values count: Int, to bytes: inout [UInt8]) {
        let form = UInt8.random(in: 0...5, using: &random)
        bytes.append(form)
        for _ in 0..<2 {
            let length = [0, 0, 1, 5, 70_000].randomElement(using: &random) ?? 0
            bytes.append(varint: UInt64(length))
            bytes += [UInt8](repeating: UInt8(ascii: "\""), count: length)
        }
        switch form {
        case 0:
            let lengths = number()
            append(list: count, below: lengths, to: &bytes)
            append(plane: Int(clamping: lengths).multipliedReportingOverflow(by: count).partialValue, to: &bytes)
        case 1:
            let width = Int.random(in: 0...40, using: &random)
            bytes.append(varint: UInt64(width))
            for _ in 0..<width {
                let position = UInt8.random(in: 0...3, using: &random)
                bytes.append(position)
                if position == 0 { bytes.append(UInt8(ascii: "x")) }
            }
            for _ in 0..<width { append(plane: count, to: &bytes) }
        case 3:
            bytes.append(UInt8.random(in: 0...255, using: &random))
            append(list: count, below: .max, to: &bytes)
        default: append(list: count, below: .max, to: &bytes)
        }
    }

    /// A list of numbers, all of one value or of any bytes.
    private mutating func append(list count: Int, below limit: UInt64, to bytes: inout [UInt8]) {
        let width = UInt8.random(in: 0...9, using: &random)
        bytes.append(width | (Bool.random(using: &random) ? 0x10 : 0))
        bytes.append(varint: Bool.random(using: &random) ? number() : limit &- 1)
        for _ in 0..<width { append(plane: count, to: &bytes) }
    }

    private mutating func append(plane count: Int, to bytes: inout [UInt8]) {
        if count > 20_000 || Bool.random(using: &random) {
            bytes.append(0)
            bytes.append(UInt8.random(in: 0...255, using: &random))
        } else if count > 0 {
            bytes.append(varint: UInt64(count))
            bytes += (0..<count).map { _ in UInt8.random(in: 0...3, using: &random) }
        }
    }
}
