import EventModel
import Matching

/// How many events of a cold block have which values of a few fields: so that counting them does not need the block.
///
/// Stored as docs/store-format.md says.
struct ColdDigest {
    /// The digests that a block has.
    static let kinds: [(grain: Int64, dimensions: [[String]])] = [
        (
            3_600_000_000,
            [
                "metadata.product.name", "category_uid", "category_name", "class_uid", "class_name", "type_uid", "activity_id",
                "activity_name", "severity_id", "severity", "status_id", "status", "metadata.event_code", "api.operation",
            ].map { [$0] }
        ),
        (0, [paths(of: FieldAliases.selectors(for: "user")) ?? []]),
        (0, [paths(of: FieldAliases.selectors(for: "ip")) ?? []]),
    ]

    /// The paths that a field's selectors name, as a dimension has them; nil if one of them is no path of any event's.
    static func paths(of selectors: [FieldSelector]) -> [String]? {
        var paths: [String] = []
        for selector in selectors {
            guard case .named(let name) = selector else { return nil }
            paths.append(name.lowercased())
        }
        return paths
    }

    /// Combinations beyond which a digest says no less than the block, and is left out.
    static let maximumRows = 4_096

    /// Microseconds; times are told to the multiple of it that is next below. 0 if they are not told.
    var grain: Int64
    /// The paths whose first that has a value counts, of each dimension.
    var dimensions: [[String]]
    /// By row: the time, and how many events.
    var buckets: [Int64] = []
    var counts: [Int] = []
    /// By dimension, the values of the rows.
    var columns: [FieldColumn] = []

    /// About how many bytes of memory it takes.
    var footprint: Int { 64 * (dimensions.count + counts.count) + columns.reduce(0) { $0 + $1.footprint } }

    // MARK: - Bytes

    func append(to output: Arena, zstd: Zstd) {
        let plain = Arena(capacity: 16 << 10)
        plain.append(varint: Int(grain))
        plain.append(varint: dimensions.count)
        for dimension in dimensions {
            plain.append(varint: dimension.count)
            for path in dimension { Array(path.utf8).withUnsafeBytes { plain.append(counted: $0) } }
        }
        plain.append(varint: counts.count)
        for (bucket, count) in zip(buckets, counts) {
            plain.append(signed: bucket)
            plain.append(varint: count)
        }
        for column in columns {
            plain.append(varint: column.valueCount)
            for code in 0..<column.valueCount {
                plain.append(byte: column.kinds[code].rawValue)
                plain.append(counted: column.value(code))
            }
            var next: Int32 = 0
            for code in column.codes {
                plain.append(varint: code < 0 ? 0 : code == next ? 1 : Int(code) + 2)
                if code == next { next += 1 }
            }
            plain.append(varint: column.others.count)
            for other in column.others {
                plain.append(varint: Int(other.event))
                plain.append(varint: Int(other.code))
            }
        }
        let packed = Arena(capacity: plain.count)
        packed.append(varint: plain.count)
        _ = zstd.append(plain.contents, to: packed)
        withUnsafeBytes(of: XXHash64.hash(packed.contents).littleEndian) { _ = output.append($0) }
        output.append(packed.contents)
    }

    /// Whether a digest is as it was written.
    static func isIntact(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count > 8 else { return false }
        return UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
            == XXHash64.hash(UnsafeRawBufferPointer(rebasing: bytes[8...]))
    }

    /// Reads a digest.
    /// - Throws: when it is not as it was written.
    init(_ bytes: UnsafeRawBufferPointer, zstd: Zstd) throws(BlockError) {
        guard Self.isIntact(bytes) else { throw .damaged("the checksum of a digest differs") }
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: bytes[8...]))
        let length = try reader.count(StoreLimits.maximumDirectoryBytes)
        let plain = Arena(capacity: length)
        defer { withExtendedLifetime(plain) {} }
        try zstd.unpack(try reader.bytes(reader.remaining), length: length, to: plain)
        reader = ByteReader(plain.contents)
        grain = Int64(try reader.count(Int.max))
        dimensions = []
        for _ in 0..<(try reader.count(reader.remaining)) {
            var paths: [String] = []
            for _ in 0..<(try reader.count(reader.remaining)) {
                paths.append(String(decoding: try reader.counted(), as: UTF8.self))
            }
            dimensions.append(paths)
        }
        let rows = try reader.count(Self.maximumRows)
        for _ in 0..<rows {
            buckets.append(try reader.signed())
            counts.append(try reader.count(StoreLimits.coldBlockRows))
        }
        for _ in dimensions { columns.append(try Self.column(&reader, rows: rows)) }
        guard reader.remaining == 0 else { throw .damaged("bytes after a digest") }
    }

    private static func column(_ reader: inout ByteReader, rows: Int) throws(BlockError) -> FieldColumn {
        let column = FieldColumn(count: rows)
        let values = try reader.count(reader.remaining)
        for _ in 0..<values {
            guard let kind = FieldKind(rawValue: try reader.byte()) else { throw .damaged("a value of an unknown kind") }
            _ = column.append(try reader.counted(), kind)
        }
        var codes = column.codes
        var next = 0
        for row in 0..<rows {
            switch try reader.count(values + 1) {
            case 0: continue
            case 1:
                guard next < values else { throw .damaged("a digest contradicts itself") }
                codes[row] = Int32(truncatingIfNeeded: next)
                next += 1
            case let code: codes[row] = Int32(truncatingIfNeeded: code - 2)
            }
        }
        column.codes = codes
        var before = 0
        for _ in 0..<(try reader.count(reader.remaining)) {
            let row = try reader.count(max(rows - 1, 0))
            let code = try reader.count(max(values - 1, 0))
            guard row >= before, rows > 0, values > 0, column.codes[row] >= 0 else {
                throw .damaged("a digest contradicts itself")
            }
            before = row
            column.others.append((Int32(truncatingIfNeeded: row), Int32(truncatingIfNeeded: code)))
        }
        return column
    }
}
