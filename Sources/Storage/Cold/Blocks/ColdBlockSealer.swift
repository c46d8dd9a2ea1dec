import EventModel

// Unsafe: what is handed over stays valid until the next call.

/// Turns gathered events into the bytes of a cold block (docs/store-format.md, "Cold blocks").
final class ColdBlockSealer {
    private let zstd: Zstd
    private let integers: IntegerList
    private let columns: ColumnWriter
    private let head = Arena(capacity: 64 << 10)
    private let directory = Arena(capacity: 64 << 10)
    private let body = Arena(capacity: 4 << 20)
    private let filter = Arena(capacity: 256 << 10)
    private let part = Arena(capacity: 256 << 10)
    private let scratch = Arena(capacity: 4 << 10)
    private let unescaper: JSONScanner

    /// - Parameter level: of zstd.
    init(level: Int32) {
        zstd = Zstd(level: level)
        integers = IntegerList(zstd)
        columns = ColumnWriter(zstd)
        unescaper = JSONScanner(catalog: FieldCatalog(), limits: JSONLimits(maximumBytes: Field.maximumLength))
    }

    /// The block of everything that was appended; at least one row.
    func seal(_ writer: ColdBlockWriter) -> SealedBlock {
        body.setCount(0)
        directory.setCount(0)
        columns.reset()
        var names = NameLists()
        var starts: [(number: Int, offset: Int, length: Int)] = []
        var infos: [ColumnInfo] = []
        var hashes = writer.hashes
        for segment in RowSegment.allCases {
            part.setCount(0)
            switch segment {
            case .templates: appendTemplates(writer)
            case .shapes: appendShapes(writer, &names)
            case .rows: appendRows(writer)
            }
            let start = body.count
            let stored = zstd.append(part.contents, to: body)
            starts.append((segment.rawValue, start, stored))
            for number in [part.count, stored] { directory.append(varint: number) }
            directory.append(word: XXHash64.hash(body.slice(start, stored)))
        }
        let unmanaged = writer.columns.map { Unmanaged.passUnretained($0) }
        writer.times.withUnsafeBufferPointer { times in
            unmanaged.withUnsafeBufferPointer { list in
                for index in list.indices {
                    let start = body.count
                    let info = columns.append(list, index, times: times.baseAddress.unsafelyUnwrapped, to: body)
                    if info.hasSegment { starts.append((RowSegment.firstColumn + index, start, info.length)) }
                    if info.valueForm != .same, info.valueForm != .unquoted, info.valueForm != .rowTime {
                        addHashes(writer.columns[index], &hashes)
                    }
                    infos.append(info)
                }
            }
        }
        directory.append(varint: infos.count)
        for info in infos {
            info.append(to: directory, product: names.index(info.key.product), path: names.index(info.key.path, writer.catalog))
        }
        filter.setCount(0)
        ColdFilter.append(hashes, to: filter)
        sealHead(writer, names)
        return SealedBlock(
            head: head.contents, segments: starts.map { ($0.number, body.slice($0.offset, $0.length)) }, filter: filter.contents,
            summary: writer.summary, firstSequence: writer.sequences[0], lastSequence: writer.sequences[writer.rowCount - 1])
    }

    private func sealHead(_ writer: ColdBlockWriter, _ names: NameLists) {
        part.setCount(0)
        for list in [writer.sources, names.products.map { writer.products[$0].name }, names.paths] {
            part.append(varint: list.count)
            for name in list { part.append(counted: name) }
        }
        part.append(directory.contents)
        head.setCount(0)
        head.reserve(BlockHeader.byteCount)
        head.setCount(BlockHeader.byteCount)
        let stored = zstd.append(part.contents, to: head)
        var header = BlockHeader(
            rowCount: writer.rowCount, segmentCount: RowSegment.firstColumn + writer.columns.count,
            firstSequence: writer.sequences[0], directoryOffset: BlockHeader.byteCount, directoryLength: part.count,
            directoryStoredLength: stored)
        header.kind = .coldColumns
        header.codec = .zstd
        header.write(to: UnsafeMutableRawBufferPointer(start: head.base, count: head.count))
    }

    // MARK: - The rows' segments

    private func appendTemplates(_ writer: ColdBlockWriter) {
        part.append(varint: writer.templates.count)
        for index in 0..<writer.templates.count {
            let template = writer.templates.templates[index]
            for number in [template.count, template.headCount, template.headRest] { part.append(varint: number) }
            part.append(byte: template.hasTail ? 1 : 0)
            for place in template.firstColumn..<template.firstColumn + template.count {
                part.append(varint: Int(writer.templates.gaps[place]))
                part.append(varint: Int(writer.templates.columns[place]))
            }
            part.append(varint: Int(writer.templates.gaps[template.firstColumn + template.count]))
        }
        part.append(writer.templates.text.contents)
    }

    private func appendShapes(_ writer: ColdBlockWriter, _ names: inout NameLists) {
        part.append(varint: writer.shapes.shapes.count)
        for index in 0..<writer.shapes.shapes.count {
            let shape = writer.shapes.shapes[index]
            part.append(varint: names.index(shape.product))
            part.append(varint: Int(shape.classUID))
            part.append(byte: shape.state << 1 | (shape.rescans ? 1 : 0))
            part.append(varint: shape.ocsfCount)
            part.append(varint: shape.vendorCount)
            for place in shape.start..<shape.start + shape.count {
                let entry = writer.shapes.entries[place]
                part.append(varint: names.index(entry.entry.id, writer.catalog))
                part.append(byte: entry.entry.flags)
                part.append(varint: entry.column == ColdShapeEntry.explicit ? 0 : Int(entry.column) + 1)
                if entry.column != ColdShapeEntry.explicit, !entry.entry.isDerived {
                    part.append(word: entry.relation.code)
                    if entry.relation != .whole { part.append(varint: Int(entry.length)) }
                }
            }
        }
    }

    private func appendRows(_ writer: ColdBlockWriter) {
        part.append(varint: writer.kindList.count)
        for kind in writer.kindList {
            part.append(varint: kind.template)
            part.append(varint: kind.shape)
        }
        part.append(varint: writer.bodies.count)
        part.append(varint: writer.places.count)
        for list in [
            writer.kinds, writer.times, writer.sequences, writer.sourceIndexes, writer.received, writer.parts, writer.bodies,
            writer.places,
        ] { list.withUnsafeBufferPointer { integers.append($0, to: part) } }
    }

    // MARK: - The filter

    private func addHashes(_ column: ValueColumn, _ hashes: inout Set<UInt64>) {
        for code in 0..<column.distinctCount {
            let value = column.value(code)
            // Long texts are not looked for as a whole.
            guard value.count <= StoreLimits.coldFilterValueBytes else { continue }
            guard column.key.role == .scalar, value.count >= 2, value[0] == UInt8(ascii: "\"") else {
                hashes.insert(ColdFilter.hash(value, scratch))
                continue
            }
            if value.contains(UInt8(ascii: "\\")) {
                hashes.insert(JSONToken.unescaped(value, unescaper).withUnsafeBytes { ColdFilter.hash($0, scratch) })
            } else {
                hashes.insert(ColdFilter.hash(UnsafeRawBufferPointer(rebasing: value[1..<value.count - 1]), scratch))
            }
        }
    }
}

/// The products and paths of a block, numbered in the order of first use.
struct NameLists {
    private(set) var products: [UInt16] = []
    private(set) var paths: [String] = []
    private var productIndexes: [UInt16: Int] = [:]
    private var pathIndexes: [FieldID: Int] = [:]

    mutating func index(_ product: UInt16) -> Int {
        if let known = productIndexes[product] { return known }
        products.append(product)
        productIndexes[product] = products.count - 1
        return products.count - 1
    }

    mutating func index(_ path: FieldID, _ catalog: FieldCatalog) -> Int {
        if let known = pathIndexes[path] { return known }
        paths.append(catalog.path(of: path))
        pathIndexes[path] = paths.count - 1
        return paths.count - 1
    }
}
