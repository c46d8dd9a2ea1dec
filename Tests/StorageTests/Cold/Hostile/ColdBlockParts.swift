import Storage

/// A cold block taken apart, nothing of it compressed, to be put together again with other contents under right checksums
/// (docs/store-format.md, "Cold blocks").
struct ColdBlockParts {
    struct Column {
        var role: UInt8
        /// Product, path, occurrence, rows, distinct values.
        var numbers: [UInt64]
        var forms: UInt8
        var codeBase: UInt64 = 0
        var valueBase: UInt64 = 0
        var timeForm: UInt8 = 0
        var alphabet: UInt64
        var longest: UInt64
        /// The least value as it is written, and the difference to the greatest.
        var range: (least: UInt64, difference: UInt64)?
        var bytes: [UInt8]
        /// What the directory says of its length, in place of the truth.
        var length: UInt64?

        /// Up to so many bytes stand in the directory.
        static let maximumInline = 96
    }

    var header: [UInt8]
    /// Sources, products, paths.
    var names: [[[UInt8]]] = []
    /// Skeletons, shapes, rows, and what the directory says of their lengths.
    var rows: [[UInt8]] = []
    var lengths: [UInt64?] = [nil, nil, nil]
    var columns: [Column] = []
    /// Bytes behind the directory.
    var excess: [UInt8] = []
    private let filter: [UInt8]

    init(_ block: ColdBlockCodec.Bytes, _ codec: ColdBlockCodec) throws {
        header = Array(block.head[..<64])
        filter = block.filter
        var reader = Reader(try codec.unpack(Array(block.head[64...]), length: Int(Self.word(block.head, 40))))
        for _ in 0..<3 { names.append((0..<reader.varint()).map { _ in reader.bytes(Int(reader.varint())) }) }
        for number in 0..<3 {
            let length = Int(reader.varint())
            (_, _) = (reader.varint(), reader.varint())
            rows.append(try codec.unpack(block.segments[number] ?? [], length: length))
        }
        for number in 0..<Int(reader.varint()) { columns.append(Self.column(&reader, number, block)) }
    }

    private static func column(_ reader: inout Reader, _ number: Int, _ block: ColdBlockCodec.Bytes) -> Column {
        let role = reader.byte()
        let numbers = (0..<5).map { _ in reader.varint() }
        let forms = reader.byte()
        let codeBase = hasCodeBase(forms) ? reader.varint() : 0
        let valueBase = hasValueBase(forms) ? reader.varint() : 0
        let timeForm = forms & 0x0f == 7 ? reader.byte() : 0
        let (alphabet, longest) = (reader.varint(), reader.varint())
        let range = reader.byte() == 0 ? nil : (least: reader.varint(), difference: reader.varint())
        let length = Int(reader.varint())
        var bytes: [UInt8] = []
        if length <= Column.maximumInline {
            bytes = reader.bytes(length)
        } else {
            _ = reader.varint()
            bytes = block.segments[3 + number] ?? []
        }
        return Column(
            role: role, numbers: numbers, forms: forms, codeBase: codeBase, valueBase: valueBase, timeForm: timeForm,
            alphabet: alphabet, longest: longest, range: range, bytes: bytes)
    }

    private static func hasCodeBase(_ forms: UInt8) -> Bool { forms >> 4 == 2 || forms >> 4 == 3 }
    private static func hasValueBase(_ forms: UInt8) -> Bool { forms & 0x0f == 5 || forms & 0x0f == 6 }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
    }

    // MARK: - Together again

    /// The block of these parts, with checksums that are right.
    func block() -> ColdBlockCodec.Bytes {
        var segments: [Int: [UInt8]] = [:]
        var directory: [UInt8] = []
        for list in names {
            directory.append(varint: UInt64(list.count))
            for name in list {
                directory.append(varint: UInt64(name.count))
                directory += name
            }
        }
        for (number, bytes) in rows.enumerated() {
            segments[number] = bytes
            directory.append(varint: lengths[number] ?? UInt64(bytes.count))
            directory.append(varint: UInt64(bytes.count))
            directory.append(varint: bytes.withUnsafeBytes { XXHash64.hash($0) })
        }
        directory.append(varint: UInt64(columns.count))
        for (number, column) in columns.enumerated() { append(column, number, to: &directory, &segments) }
        directory += excess
        var head = header + directory
        head.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt64(bytes.count).littleEndian, toByteOffset: 24, as: UInt64.self)
            bytes.storeBytes(of: UInt32(directory.count).littleEndian, toByteOffset: 40, as: UInt32.self)
            bytes.storeBytes(of: UInt32(directory.count).littleEndian, toByteOffset: 44, as: UInt32.self)
            BlockChecksum.seal(bytes)
        }
        return ColdBlockCodec.Bytes(head: head, segments: segments, filter: filter)
    }

    private func append(
        _ column: Column, _ number: Int, to directory: inout [UInt8], _ segments: inout [Int: [UInt8]]
    ) {
        directory.append(column.role)
        for number in column.numbers { directory.append(varint: number) }
        directory.append(column.forms)
        if Self.hasCodeBase(column.forms) { directory.append(varint: column.codeBase) }
        if Self.hasValueBase(column.forms) { directory.append(varint: column.valueBase) }
        if column.forms & 0x0f == 7 { directory.append(column.timeForm) }
        directory.append(varint: column.alphabet)
        directory.append(varint: column.longest)
        directory.append(column.range == nil ? 0 : 1)
        if let range = column.range {
            directory.append(varint: range.least)
            directory.append(varint: range.difference)
        }
        directory.append(varint: column.length ?? UInt64(column.bytes.count))
        if column.bytes.count <= Column.maximumInline {
            directory += column.bytes
        } else {
            directory.append(varint: column.bytes.withUnsafeBytes { XXHash64.hash($0) })
            segments[3 + number] = column.bytes
        }
    }

    /// The number of rows and the number of segments as the header says them, and the first sequence number.
    mutating func setHeader(rows: UInt32? = nil, segments: UInt32? = nil, first: UInt64? = nil) {
        header.withUnsafeMutableBytes { bytes in
            if let rows { bytes.storeBytes(of: rows.littleEndian, toByteOffset: 8, as: UInt32.self) }
            if let segments { bytes.storeBytes(of: segments.littleEndian, toByteOffset: 12, as: UInt32.self) }
            if let first { bytes.storeBytes(of: first.littleEndian, toByteOffset: 16, as: UInt64.self) }
        }
    }

    var rowCount: Int { Int(Self.word(header, 8)) }

    private struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        mutating func byte() -> UInt8 { rest.removeFirst() }

        mutating func varint() -> UInt64 {
            var number: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                let byte = byte()
                number |= UInt64(byte & 0x7f) << shift
                if byte < 0x80 { return number }
                shift += 7
            }
        }

        mutating func bytes(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }
    }
}

extension [UInt8] {
    mutating func append(varint number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }
}
