/// All bounds of the store, in one place.
public struct StoreLimits: Sendable, Equatable {
    /// Raw bytes after which a block is closed and the next one begun: 3,000 audit events, half a megabyte compressed.
    public var blockBytes = 4 << 20
    /// Raw bytes after which a segment of a block is closed: what one decompression gives. Each begins without templates, so
    /// larger ones hold fewer records whole.
    public var segmentBytes = 1 << 20
    /// Event keys that are remembered for de-duplication: at least half of this number, the latest ones. 32 bytes each.
    public var recentKeys = 1 << 20
    /// Blocks whose keys are read when the store is opened, at most: at low rates a block holds few events, and starting must not
    /// take longer than some seconds.
    public var recentBlocks = 100_000
    /// LZ4's `acceleration`: 1 compresses best. On audit events 4 takes a tenth less time for 2 % more bytes, 10 no less time.
    public var compressionAcceleration: Int32 = 4
    /// zstd's level for the columns of cold blocks.
    public var coldCompressionLevel: Int32 = 3
    /// Pages of 16 KiB in the WAL after which SQLite moves them into the database: 32 MiB.
    public var walPages = 2_048
    /// The WAL's file is cut to this many bytes when it has been emptied.
    public var walBytes = 64 << 20
    /// Bytes of the WAL beyond which somebody keeps it from being emptied, and is to be told of.
    public var walWarningBytes = 256 << 20
    /// Milliseconds to wait for another connection's lock; only a checkpoint or a backup can hold one.
    public var busyTimeout: Int32 = 5_000
    /// Pages of 16 KiB that `siem.db` may have; 0 for no limit of our own.
    public var maximumPages = 0
    /// Events that a search without a limit holds back to put them in order, and their bytes.
    public var searchHeldEvents = 20_000
    public var searchHeldBytes = 128 << 20
    /// Threads of a search, if there are as many cores.
    public var searchThreads = 4

    public init() {}

    /// The largest segment that a reader unpacks: a damaged or hostile length must not take all memory. One record has at most
    /// 16 MiB (`Field.maximumLength`), and the writer closes a segment behind the record that fills it.
    static let maximumSegmentBytes = 256 << 20
    /// The largest directory (paths, shapes) of a block that a reader unpacks.
    static let maximumDirectoryBytes = 64 << 20
    /// Rows of one block. A row takes at least one byte of a 4 MiB block.
    static let maximumBlockRows = 8 << 20
    /// Events of a cold block, and the bytes of their records, after which it is closed.
    static let coldBlockRows = 16_384
    static let coldBlockBytes = 96 << 20
    /// Columns of a cold block beyond which records are stored whole: only hostile records have so many names.
    static let coldBlockColumns = 8_192
    /// Blocks of one day, each less than a quarter full, that are joined.
    static let coldSmallBlocks = 8
    /// How long a block that was replaced is kept for readers that listed it before.
    static let coldGraceSeconds = 300
    /// Shapes of a cold block beyond which fields that are parts of values are told row by row.
    static let coldPlacedShapes = 1_024
    /// Columns of a cold block beyond which a reader takes it for damaged: above those there are the ones of the record that went
    /// over `coldBlockColumns`, and computed ones, of which a product has one a path.
    static let coldMaximumColumns = 1 << 17
    /// How often the columns of a block may refer to others that refer to others: the writer does so twice.
    static let coldColumnDepth = 16
    /// Names of sources, products and paths of a cold block, each.
    static let coldBlockNames = 1 << 20
    /// Fields of all shapes of a cold block, and fields of all its rows.
    static let coldShapeFields = 16 << 20
    static let coldBlockFields = 64 << 20
    /// What the columns of one block may take when they are unpacked: records, and the computed values beside them.
    static let coldBlockMemory = 768 << 20
    /// Fields of a cold block that are told by their place, after which it is closed; times two, as numbers, a reader takes.
    static let coldBlockPlaces = 4 << 20
    /// Milliseconds that the writer waits for readers when the WAL has to be emptied, and seconds between such attempts: a reader
    /// of ours needs a few milliseconds, and one that takes longer must not keep events waiting.
    static let walEmptyingTimeout: Int32 = 100
    static let walEmptyingSeconds = 10
    /// Longer values are not in a block's filter.
    static let coldFilterValueBytes = 1_024
    /// The last error of a delivery is kept up to this many bytes.
    static let maximumErrorBytes = 1_024
}
