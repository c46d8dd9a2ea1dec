import EventModel

/// What the directory says of one column.
struct ColumnInfo {
    var key: ColumnKey
    /// Rows that have a value, and distinct values among them.
    var count: Int
    var distinct: Int
    var codeForm = CodeForm.own
    /// The column whose codes these are, or that they follow; an earlier one.
    var codeBase = 0
    var valueForm = ValueForm.texts
    /// The column whose values these are, for `same` and `unquoted`; an earlier one.
    var valueBase = 0
    /// For `rowTime`: how it is written.
    var timeForm: UInt8 = 0
    /// The bytes that occur in its values, as they are written and without escapes (`TextFilter`).
    var alphabet: UInt64 = 0
    /// Bytes of the longest value.
    var longest = 0
    /// The least and the greatest value, if all are decimal integers or RFC 3339 times (then in microseconds).
    var range: ClosedRange<Int64>?
    /// Bytes of its segment. Short ones stand in the directory.
    var length = 0
    var checksum: UInt64 = 0
    var inline: [UInt8]?

    /// Segments up to this length stand in the directory.
    static let maximumInline = 96

    /// Whether it has a segment of its own, to be read apart.
    var hasSegment: Bool { length > 0 && inline == nil }

    /// The columns that have to be read for it.
    var bases: [Int] {
        var bases: [Int] = []
        if codeForm == .shared || codeForm == .mapped { bases.append(codeBase) }
        if valueForm == .same || valueForm == .unquoted { bases.append(valueBase) }
        return bases
    }

    func append(to output: Arena, product: Int, path: Int) {
        output.append(byte: key.role.rawValue)
        for number in [product, path, Int(key.occurrence), count, distinct] { output.append(varint: number) }
        output.append(byte: codeForm.rawValue << 4 | valueForm.rawValue)
        if codeForm == .shared || codeForm == .mapped { output.append(varint: codeBase) }
        switch valueForm {
        case .same, .unquoted: output.append(varint: valueBase)
        case .rowTime: output.append(byte: timeForm)
        case .texts, .positions, .integers, .times, .addresses: break
        }
        output.append(word: alphabet)
        output.append(varint: longest)
        output.append(byte: range == nil ? 0 : 1)
        if let range {
            output.append(signed: range.lowerBound)
            output.append(word: UInt64(bitPattern: range.upperBound &- range.lowerBound))
        }
        output.append(varint: length)
        if let inline {
            inline.withUnsafeBytes { _ = output.append($0) }
        } else if length > 0 {
            output.append(word: checksum)
        }
    }

    /// Reads the entry of column `index`.
    init(
        _ reader: inout ByteReader, index: Int, rows: Int, products: [UInt16], paths: [FieldID]
    ) throws(BlockError) {
        guard let role = ColumnKey.Role(rawValue: try reader.byte()) else { throw .damaged("a column of an unknown role") }
        let product = try reader.count(Int(UInt16.max))
        let path = try reader.count(Int(Int32.max))
        guard product < products.count, path < paths.count else { throw .damaged("a column of an unlisted product or path") }
        key = ColumnKey(
            role: role, product: UInt16(product), path: paths[path], occurrence: UInt32(try reader.count(Int(Int32.max))))
        count = try reader.count(rows)
        distinct = try reader.count(count)
        let forms = try reader.byte()
        guard let codeForm = CodeForm(rawValue: forms >> 4), let valueForm = ValueForm(rawValue: forms & 0x0f) else {
            throw .damaged("a column of an unknown form")
        }
        self.codeForm = codeForm
        self.valueForm = valueForm
        guard count > 0, distinct > 0 else { throw .damaged("a column without values") }
        if codeForm == .shared || codeForm == .mapped {
            guard index > 0 else { throw .damaged("the first column follows another") }
            codeBase = try reader.count(index - 1)
        }
        switch valueForm {
        case .same, .unquoted:
            guard index > 0 else { throw .damaged("the first column follows another") }
            valueBase = try reader.count(index - 1)
        case .rowTime: timeForm = try reader.byte()
        case .texts, .positions, .integers, .times, .addresses: break
        }
        alphabet = try reader.varint()
        longest = try reader.count(StoreLimits.maximumSegmentBytes)
        if try reader.byte() != 0 {
            let least = try reader.signed()
            let most = least &+ Int64(bitPattern: try reader.varint())
            guard most >= least else { throw .damaged("a column's range is none") }
            range = least...most
        }
        length = try reader.count(StoreLimits.maximumSegmentBytes)
        if length <= Self.maximumInline {
            inline = [UInt8](try reader.bytes(length))
        } else {
            checksum = try reader.varint()
        }
    }

    init(_ column: ValueColumn) {
        key = column.key
        count = column.count
        distinct = column.distinctCount
    }
}
