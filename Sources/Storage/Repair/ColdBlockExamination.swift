import EventModel

/// What of a cold block can be read.
struct ColdBlockExamination {
    /// The block as its own contents say; of rows that cannot be read, what the rows' segment says.
    var entry: ColdEntry
    /// The rows that can be read, ascending.
    var rows: [UInt32]
    /// The sequence number of every row, those that cannot be read too.
    var sequences: [Int64]
    /// What is wrong; nil if the block is whole.
    var reason: String?
    /// Of the rows that cannot be read: how many events of each source, their times, their products.
    var lostSources: [String: Int] = [:]
    var lostTimes: ClosedRange<Timestamp>?
    var lostProducts: Set<String> = []
}

/// Opens cold blocks to see what can be saved of them.
final class ColdBlockExaminer {
    /// A store has dozens; their numbers have 16 bits.
    private static let maximumProducts = 10_000

    let catalog = FieldCatalog()
    /// Those that were met: a block that is written again keeps their names.
    private(set) var products = ProductCatalog([])
    private let zstd = Zstd(level: StoreLimits().coldCompressionLevel)
    private let decoder: ColdBlockDecoder

    init() { decoder = ColdBlockDecoder(catalog: catalog, sources: []) }

    /// Opens a block whose head can be read.
    func open(_ id: Int64, in partition: Partition) throws -> OpenColdBlock {
        do {
            let directory = try partition.withHead(id) { head in
                let directory = try read(head)
                learn(directory.productNames)
                return try read(head)
            }
            guard let directory else { throw BlockError.damaged("the partition lacks the block") }
            return OpenColdBlock(directory, id, in: partition, zstd: zstd)
        } catch let error as SQLiteError where TableSalvage.isDamage(error) {
            throw BlockError.damaged("SQLite cannot read its head")
        }
    }

    private func read(_ head: UnsafeRawBufferPointer) throws(BlockError) -> ColdDirectory {
        try ColdDirectory(head, zstd: zstd, catalog: catalog, products: products)
    }

    private func learn(_ names: [String]) {
        let new = Set(names).filter { products.index(named: $0) == nil }
        guard !new.isEmpty, products.products.count + new.count <= Self.maximumProducts else { return }
        products = ProductCatalog(products.products.dropFirst() + new.sorted().map { Product(name: $0, logSources: []) })
    }

    /// Reads all of a block.
    /// - Throws: `BlockError` if nothing of it can be read.
    func examine(_ id: Int64, in partition: Partition) throws -> ColdBlockExamination {
        let block = try open(id, in: partition)
        let rows = try block.rows()
        var reason: String?
        var isBad = [Bool](repeating: false, count: block.directory.columns.count)
        for index in isBad.indices {
            do throws(BlockError) {
                _ = try block.column(index)
            } catch {
                isBad[index] = true
                reason = reason ?? error.description
            }
        }
        let isGood = rows.layout.kindList.map { kind in
            let columns = rows.layout.columns(of: kind)
            return !columns.contains { isBad[$0] }
        }
        let readable = rows.kinds.indices.filter { row in
            isGood[Int(rows.kinds[row])] && isGood[Int(rows.kinds[Int(rows.leaders[row])])]
        }.map { UInt32($0) }
        let parts = readable.isEmpty ? [] : try decoder.decode(block, selected: readable)
        guard !readable.isEmpty else { throw BlockError.damaged("its columns cannot be read") }
        if reason == nil { reason = try partition.flaw(id) }
        return examination(id, partition, block, rows, readable, parts, reason)
    }

    private func examination(
        _ id: Int64, _ partition: Partition, _ block: OpenColdBlock, _ rows: ColdRows, _ readable: [UInt32],
        _ parts: [ColdPart], _ reason: String?
    ) -> ColdBlockExamination {
        let layout = rows.layout
        let shapes = rows.kinds.map { layout.shapes[layout.kindList[Int($0)].shape] }
        let names = Set(shapes.map { products[$0.product].name })
        let classes = Set(shapes.map(\.classUID))
        let time = { (microseconds: Int64?) in Timestamp(microseconds: microseconds ?? 0) }
        var result = ColdBlockExamination(
            entry: ColdEntry(
                id: id, partition: partition.name, firstSequence: rows.sequences.first ?? 0,
                lastSequence: rows.sequences.last ?? 0, count: rows.kinds.count, minTime: time(rows.times.min()),
                maxTime: time(rows.times.max()), minReceived: time(rows.received.min()),
                maxReceived: time(rows.received.max()), products: names.sorted().joined(separator: " "),
                classes: classes.sorted().map(String.init).joined(separator: " "),
                rawBytes: parts.reduce(0) { $0 + $1.batch.raw.count }, storedBytes: block.directory.storedBytes),
            rows: readable, sequences: rows.sequences, reason: reason)
        var next = readable[...]
        for row in rows.kinds.indices {
            if next.first == UInt32(row) {
                next.removeFirst()
                continue
            }
            let shape = shapes[row]
            let time = Timestamp(microseconds: rows.times[row])
            result.lostSources[block.directory.sources[Int(rows.sources[row])], default: 0] += 1
            result.lostProducts.insert(products[shape.product].name)
            result.lostTimes = result.lostTimes.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        }
        return result
    }

    /// The events of some rows of a block.
    func events(_ block: OpenColdBlock, rows: [UInt32]) throws(BlockError) -> [ColdPart] {
        try decoder.decode(block, selected: rows)
    }
}

extension ColdLayout {
    /// The columns that a row of a kind needs: those of its own record, and its computed values.
    func columns(of kind: (template: Int, shape: Int)) -> [Int] {
        var columns = derived[kind.shape]
        if kind.template > 0 {
            let template = templates[kind.template - 1]
            columns += self.columns[template.firstColumn..<template.firstColumn + template.count].map { Int($0) }
        }
        return columns
    }
}

extension ColdDirectory {
    /// What the block takes without its filter.
    var storedBytes: Int {
        header.directoryOffset + header.directoryStoredLength + segments.reduce(0) { $0 + $1.storedLength }
            + columns.reduce(0) { $0 + ($1.hasSegment ? $1.length : 0) }
    }
}
