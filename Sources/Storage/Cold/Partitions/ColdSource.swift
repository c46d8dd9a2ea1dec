import EventModel

/// Opens cold blocks for one reader. Keeps the latest partitions and blocks open.
final class ColdSource {
    enum Outcome {
        case block(OpenColdBlock)
        case damaged(DamagedBlock)
        /// Replaced or removed since it was listed.
        case gone
    }

    /// Files and blocks that are kept open: a replay alternates between blocks whose numbers overlap, and a search for what is
    /// rare comes back to the same few. Beyond some blocks only while they are small.
    private static let maximumPartitions = 16
    private static let maximumBlocks = 4
    private static let maximumSmallBlocks = 16
    private static let maximumBlockBytes = 64 << 20
    private static let maximumDirectories = 512
    private static let maximumBytes = 64 << 20

    private let files: StoreFiles
    private let limits: StoreLimits
    private let catalog: FieldCatalog
    private let products: ProductCatalog
    private let zstd: Zstd
    private var partitions: [Partition] = []
    private var open: [(id: Int64, block: OpenColdBlock)] = []
    /// Directories, filters and digests, which never change: with them most blocks are passed over without touching the disk.
    private var directories = Kept<Int64, ColdDirectory>(limit: maximumDirectories)
    private var filters = Kept<Int64, Arena>(limit: maximumBytes)
    private var digests = Kept<DigestKey, ColdDigest>(limit: maximumBytes)

    init(files: StoreFiles, limits: StoreLimits, catalog: FieldCatalog, products: ProductCatalog) {
        self.files = files
        self.limits = limits
        self.catalog = catalog
        self.products = products
        zstd = Zstd(level: limits.coldCompressionLevel)
    }

    /// Whether the block can hold one of these values.
    func mayHold(_ entry: ColdEntry, anyOf hashes: [UInt64]) throws -> Bool {
        if let filter = filters[entry.id] { return ColdFilter.mayHold(filter.contents, anyOf: hashes) }
        do {
            // A damaged filter could say no where it should not.
            guard let filter = try partition(entry.partition).filter(entry.id), ColdFilter.isIntact(filter.contents) else {
                return true
            }
            filters.keep(filter, for: entry.id, cost: filter.count)
            return ColdFilter.mayHold(filter.contents, anyOf: hashes)
        } catch let error as SQLiteError where error.isDamage || error.isMissing || error.isUnreadable {
            // Opening the block will say so.
            return true
        }
    }

    /// Opens and checks the head of a block; its segments are read when they are asked for.
    func open(_ entry: ColdEntry) throws -> Outcome {
        if let index = open.firstIndex(where: { $0.id == entry.id }) {
            open.append(open.remove(at: index))
            return .block(open[open.count - 1].block)
        }
        do {
            let read = { (partition: Partition) -> ColdDirectory? in
                if let known = self.directories[entry.id] { return known }
                return try partition.withHead(entry.id) {
                    try ColdDirectory($0, zstd: self.zstd, catalog: self.catalog, products: self.products)
                }
            }
            var partition = try partition(entry.partition)
            var found = try read(partition)
            if found == nil {
                // The file may be another of the same name by now.
                partitions.removeAll { $0.name == entry.partition }
                partition = try self.partition(entry.partition)
                found = try read(partition)
            }
            guard let directory = found else { return .gone }
            guard directory.header.rowCount == entry.count, directory.header.firstSequence == entry.firstSequence else {
                throw BlockError.damaged("it is another block")
            }
            directories.keep(directory, for: entry.id, cost: 1)
            let block = OpenColdBlock(directory, entry.id, in: partition, zstd: zstd)
            open.append((entry.id, block))
            while open.count > Self.maximumBlocks,
                open.count > Self.maximumSmallBlocks || open.reduce(0, { $0 + $1.block.footprint }) > Self.maximumBlockBytes
            { open.removeFirst() }
            return .block(block)
        } catch let error as BlockError {
            return .damaged(Self.damage(entry, error.description))
        } catch let error as SQLiteError where error.isMissing {
            return .gone
        } catch let error as SQLiteError where error.isDamage || error.isUnreadable {
            return .damaged(Self.damage(entry, error.description))
        } catch let error as StoreError where error.code == .damaged {
            return .damaged(Self.damage(entry, error.detail))
        }
    }

    /// A digest of a block; nil if it has none, or none that can be read.
    func digest(_ entry: ColdEntry, kind: Int) -> ColdDigest? {
        let key = DigestKey(block: entry.id, kind: kind)
        if let known = digests[key] { return known }
        guard let bytes = try? partition(entry.partition).digest(entry.id, kind: kind),
            let digest = try? ColdDigest(bytes.contents, zstd: zstd)
        else { return nil }
        digests.keep(digest, for: key, cost: digest.footprint)
        return digest
    }

    /// What is wrong beside a block that can be read; nil if nothing is.
    func flaw(_ entry: ColdEntry) throws -> String? { try partition(entry.partition).flaw(entry.id) }

    private struct DigestKey: Hashable {
        var block: Int64
        var kind: Int
    }

    /// Does something with a block, for which its file is locked for reading once, and not for each of its segments.
    func reading<Result>(_ entry: ColdEntry, _ body: () throws -> Result) throws -> Result {
        guard let partition = try? partition(entry.partition), (try? partition.beginReading()) != nil else { return try body() }
        defer { partition.endReading() }
        return try body()
    }

    static func damage(_ entry: ColdEntry, _ reason: String) -> DamagedBlock {
        var damage = DamagedBlock(firstSequence: entry.firstSequence, count: entry.count, reason: reason)
        damage.lastSequence = entry.lastSequence
        damage.partition = entry.partition
        return damage
    }

    private func partition(_ name: String) throws -> Partition {
        if let index = partitions.firstIndex(where: { $0.name == name }) {
            partitions.append(partitions.remove(at: index))
            return partitions[partitions.count - 1]
        }
        let opened = try Partition(reading: name, files: files, limits: limits)
        if partitions.count >= Self.maximumPartitions { partitions.removeFirst() }
        partitions.append(opened)
        return opened
    }
}

/// What was read before, up to a limit: when it is reached, all is let go at once.
private struct Kept<Key: Hashable, Value> {
    private let limit: Int
    private var values: [Key: Value] = [:]
    private var cost = 0

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? { values[key] }

    mutating func keep(_ value: Value, for key: Key, cost: Int) {
        if self.cost + cost > limit {
            values.removeAll()
            self.cost = 0
        }
        if values.updateValue(value, forKey: key) == nil { self.cost += cost }
    }
}
