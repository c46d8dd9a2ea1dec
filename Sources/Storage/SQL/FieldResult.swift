import EventModel
import Matching

// Hot path. Unsafe: a column's values are valid as long as the column.

/// The value of a field in one event, as SQLite is given it: numbers as numbers, true and false as 1 and 0, several values as a
/// JSON array.
struct FieldResult {
    private let field: FieldColumn
    private let row: Int

    /// - Parameter row: one that has a value.
    init(_ field: FieldColumn, _ row: Int) {
        self.field = field
        self.row = row
    }

    func give(to result: TableResult) {
        let first = Int(field.codes[row])
        let others = otherCodes
        guard others.isEmpty else { return list([first] + others, to: result) }
        field.withValue(first) { bytes in
            switch field.kinds[first] {
            case .string: result.text(bytes)
            case .integer:
                if let number = Self.integer(bytes) { result.integer(number) } else { real(bytes, to: result) }
            case .float: real(bytes, to: result)
            case .true: result.integer(1)
            case .false: result.integer(0)
            case .null, .element, .emptyObject, .emptyArray: result.null()
            }
        }
    }

    /// What is too large, or too long, for a number is the text that it is written as.
    private func real(_ bytes: UnsafeRawBufferPointer, to result: TableResult) {
        if let number = NumberTest.parse(bytes), number.isFinite { result.real(number) } else { result.text(bytes) }
    }

    /// Further values of the event.
    private var otherCodes: [Int] {
        let others = field.others
        guard !others.isEmpty else { return [] }
        var (low, high) = (0, others.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(others[middle].event) < row { low = middle + 1 } else { high = middle }
        }
        var codes: [Int] = []
        while low < others.count, Int(others[low].event) == row {
            codes.append(Int(others[low].code))
            low += 1
        }
        return codes
    }

    private func list(_ codes: [Int], to result: TableResult) {
        var writer = JSONWriter()
        writer.beginArray()
        for code in codes {
            field.withValue(code) { bytes in
                switch field.kinds[code] {
                case .string: writer.string(bytes)
                case .integer, .float, .true, .false: writer.raw(bytes)
                case .null, .element, .emptyObject, .emptyArray: writer.null()
                }
            }
        }
        writer.endArray()
        writer.bytes.withUnsafeBytes { result.text($0) }
    }

    /// A whole number that fits into 64 bits.
    private static func integer(_ text: UnsafeRawBufferPointer) -> Int64? {
        guard let first = text.first, text.count <= 20 else { return nil }
        let isNegative = first == UInt8(ascii: "-")
        guard text.count > (isNegative ? 1 : 0) else { return nil }
        var value: Int64 = 0
        for byte in text.dropFirst(isNegative ? 1 : 0) {
            guard byte &- 0x30 < 10 else { return nil }
            let (shifted, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let digit = Int64(byte &- 0x30)
            let (next, isBeyond) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !isBeyond else { return nil }
            value = next
        }
        return value
    }
}
