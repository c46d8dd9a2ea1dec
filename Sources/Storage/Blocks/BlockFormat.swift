/// What a block holds, and how it is laid out. The byte is the first decision of every reader.
enum BlockKind: UInt8, Sendable {
    /// Rows as they arrived: docs/store-format.md, "Hot blocks".
    case hotRows = 1
    /// Columns of a cold partition: docs/store-format.md, "Cold blocks".
    case coldColumns = 2
}

/// How the parts of a block are compressed.
enum BlockCodec: UInt8, Sendable {
    /// LZ4 block format; a part whose stored length is its raw length is not compressed.
    case lz4 = 1
    /// Zstandard frames (RFC 8878), for cold blocks; what is not shorter compressed is stored as it is.
    case zstd = 2
}

/// Why a block cannot be read. The rest of the store can.
enum BlockError: Error, Sendable, Equatable, CustomStringConvertible {
    case damaged(StaticString)
    case newer(version: Int)
    case older(version: Int)

    var description: String {
        switch self {
        case .damaged(let what): "damaged block: \(what)"
        case .newer(let version): "block of format \(version), this program knows up to \(BlockHeader.version)"
        case .older(let version): "block of format \(version), which no released program wrote and this one does not read"
        }
    }

    static func == (a: BlockError, b: BlockError) -> Bool { a.description == b.description }
}

/// The 64 bytes at the start of every block, little-endian.
struct BlockHeader: Equatable {
    static let magic: UInt32 = 0x4254_4d50  // "PMTB"
    static let version = 2
    static let byteCount = 64
    private static let checksumOffset = 56

    var kind = BlockKind.hotRows
    var codec = BlockCodec.lz4
    var rowCount: Int
    var segmentCount: Int
    var firstSequence: Int64
    var directoryOffset: Int
    var directoryLength: Int
    var directoryStoredLength: Int

    /// Fills in the header in front of a block whose other bytes are complete.
    func write(to block: UnsafeMutableRawBufferPointer) {
        block.storeBytes(of: Self.magic.littleEndian, toByteOffset: 0, as: UInt32.self)
        block.storeBytes(of: UInt16(Self.version).littleEndian, toByteOffset: 4, as: UInt16.self)
        block.storeBytes(of: kind.rawValue, toByteOffset: 6, as: UInt8.self)
        block.storeBytes(of: codec.rawValue, toByteOffset: 7, as: UInt8.self)
        block.storeBytes(of: UInt32(rowCount).littleEndian, toByteOffset: 8, as: UInt32.self)
        block.storeBytes(of: UInt32(segmentCount).littleEndian, toByteOffset: 12, as: UInt32.self)
        block.storeBytes(of: firstSequence.littleEndian, toByteOffset: 16, as: Int64.self)
        block.storeBytes(of: UInt64(block.count).littleEndian, toByteOffset: 24, as: UInt64.self)
        block.storeBytes(of: UInt64(directoryOffset).littleEndian, toByteOffset: 32, as: UInt64.self)
        block.storeBytes(of: UInt32(directoryLength).littleEndian, toByteOffset: 40, as: UInt32.self)
        block.storeBytes(of: UInt32(directoryStoredLength).littleEndian, toByteOffset: 44, as: UInt32.self)
        block.storeBytes(of: UInt64(0), toByteOffset: 48, as: UInt64.self)
        let checksum = Self.checksum(UnsafeRawBufferPointer(block))
        block.storeBytes(of: checksum.littleEndian, toByteOffset: Self.checksumOffset, as: UInt64.self)
    }

    /// Reads and checks the header; every length in it is within the block after.
    init(_ block: UnsafeRawBufferPointer) throws(BlockError) {
        guard block.count >= Self.byteCount else { throw .damaged("shorter than its header") }
        func word<Word: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Word.Type) -> Word {
            Word(littleEndian: block.loadUnaligned(fromByteOffset: offset, as: type))
        }
        guard word(0, UInt32.self) == Self.magic else { throw .damaged("no block begins here") }
        let version = Int(word(4, UInt16.self))
        guard version <= Self.version else { throw .newer(version: version) }
        guard version == Self.version else { throw .older(version: version) }
        guard word(24, UInt64.self) == UInt64(block.count) else { throw .damaged("its length is not the one it says") }
        guard word(Self.checksumOffset, UInt64.self) == Self.checksum(block) else { throw .damaged("the checksum differs") }
        guard let kind = BlockKind(rawValue: block[6]), let codec = BlockCodec(rawValue: block[7]) else {
            throw .damaged("unknown kind or codec")
        }
        self.kind = kind
        self.codec = codec
        rowCount = Int(word(8, UInt32.self))
        segmentCount = Int(word(12, UInt32.self))
        firstSequence = word(16, Int64.self)
        directoryOffset = Int(truncatingIfNeeded: word(32, UInt64.self))
        directoryLength = Int(word(40, UInt32.self))
        directoryStoredLength = Int(word(44, UInt32.self))
        let end = block.count - directoryStoredLength
        guard directoryOffset >= Self.byteCount, directoryOffset == end, directoryLength <= StoreLimits.maximumDirectoryBytes,
            rowCount <= StoreLimits.maximumBlockRows, kind == .coldColumns || segmentCount <= rowCount, firstSequence > 0,
            firstSequence < 1 << 60
        else { throw .damaged("the header contradicts itself") }
    }

    init(
        rowCount: Int, segmentCount: Int, firstSequence: Int64, directoryOffset: Int, directoryLength: Int,
        directoryStoredLength: Int
    ) {
        self.rowCount = rowCount
        self.segmentCount = segmentCount
        self.firstSequence = firstSequence
        self.directoryOffset = directoryOffset
        self.directoryLength = directoryLength
        self.directoryStoredLength = directoryStoredLength
    }

    /// XXH64 of what follows the header, seeded with XXH64 of the header in front of the checksum.
    private static func checksum(_ block: UnsafeRawBufferPointer) -> UInt64 {
        let header = XXHash64.hash(UnsafeRawBufferPointer(rebasing: block[..<checksumOffset]))
        return XXHash64.hash(UnsafeRawBufferPointer(rebasing: block[byteCount...]), seed: header)
    }
}
