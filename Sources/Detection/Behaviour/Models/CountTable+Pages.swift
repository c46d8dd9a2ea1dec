extension CountTable {
    /// A part of the table as it is saved.
    public struct Page: Sendable, Equatable {
        /// 0 is the header; then the entities, 32 a page; then what is known of forgotten ones.
        public var number: Int
        public var bytes: [UInt8]

        public init(number: Int, bytes: [UInt8]) {
            self.number = number
            self.bytes = bytes
        }
    }

    static let pageStates = 32
    private static let format: UInt64 = 1
    /// What `SnapshotWriter.seal` appends.
    private static let checksumSize = 16

    private var statePages: Int { (capacity + Self.pageStates - 1) / Self.pageStates }

    /// The pages that changed since the last call, in the order of their numbers. Saved over the former ones, in one transaction
    /// with the position of the events counted, they are the whole table.
    public mutating func takeDirtyPages() -> [Page] {
        var pages: [Page] = []
        let knownPages = known.takeChangedPages()
        if isHeaderChanged || !knownPages.isEmpty || changedPages.contains(where: { $0 != 0 }) {
            pages.append(Page(number: 0, bytes: header()))
            isHeaderChanged = false
        }
        for place in changedPages.indices {
            var bits = changedPages[place]
            while bits != 0 {
                let page = place * 64 + bits.trailingZeroBitCount
                bits &= bits &- 1
                pages.append(Page(number: 1 + page, bytes: write(page)))
            }
            changedPages[place] = 0
        }
        for page in knownPages {
            var writer = SnapshotWriter()
            known.write(page: page, to: &writer)
            writer.seal()
            pages.append(Page(number: 1 + statePages + page, bytes: writer.bytes))
        }
        return pages
    }

    private func header() -> [UInt8] {
        var writer = SnapshotWriter()
        writer.write(Self.format)
        for number in model.configuration.stateIdentity { writer.write(number) }
        writer.write(capacity)
        writer.write(count)
        writer.write(hand)
        writer.write(Int(startHour))
        for count in [statistics.lateEvents, statistics.evictions, statistics.refused, statistics.resumed] { writer.write(count) }
        known.writeState(to: &writer)
        writer.seal()
        return writer.bytes
    }

    private func write(_ page: Int) -> [UInt8] {
        let slots = (page * Self.pageStates)..<min((page + 1) * Self.pageStates, count)
        let most = slots.count * (CountState.savedSize + SeasonCells.size)
        var bytes = [UInt8](unsafeUninitializedCapacity: most + Self.checksumSize) { buffer, length in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            for slot in slots {
                let cells = cells(of: lines.base + slot)
                lines.base[slot].state.write(to: start + length, hasCells: cells != nil)
                length += CountState.savedSize
                if let cells {
                    SeasonCellsPlace(cells).write(to: start + length)
                    length += SeasonCells.size
                }
            }
        }
        let checksum = bytes.withUnsafeBytes { StableHash.hash($0) }
        withUnsafeBytes(of: checksum.high.littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: checksum.low.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Restores a table from all of its pages, in any order.
    ///
    /// Pages of another bucket width, direction, half-life, record window, seasonality or capacity belong to another table:
    /// `unknownFormat`. Then begin anew.
    public init(
        _ configuration: CountConfiguration, capacity: Int, idleSeconds: Int64 = 45 * 86_400, pages: [Page]
    ) throws(SnapshotError) {
        self.init(configuration, capacity: capacity, idleSeconds: idleSeconds)
        let sorted = pages.sorted { $0.number < $1.number }
        guard let first = sorted.first, first.number == 0 else { throw .unknownFormat }
        var reader = try SnapshotReader(first.bytes)
        guard try reader.unsigned() == Self.format else { throw .unknownFormat }
        for number in configuration.stateIdentity where try reader.integer() != number { throw .unknownFormat }
        guard try reader.integer() == Int64(self.capacity) else { throw .unknownFormat }
        let count = try reader.bounded(0...Int64(self.capacity))
        hand = try reader.bounded(0...Int64(max(0, count - 1)))
        startHour = UInt32(try reader.bounded(0...Int64(UInt32.max)))
        statistics.lateEvents = try reader.bounded(0...Int64.max)
        statistics.evictions = try reader.bounded(0...Int64.max)
        statistics.refused = try reader.bounded(0...Int64.max)
        statistics.resumed = try reader.bounded(0...Int64.max)
        try known.readState(from: &reader)
        guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }

        for page in sorted.dropFirst() {
            var reader = try SnapshotReader(page.bytes)
            let number = page.number - 1
            if number < statePages {
                guard number * Self.pageStates == self.count else { throw .damaged }
                while self.count < min((number + 1) * Self.pageStates, count) { try readState(from: &reader) }
            } else {
                guard number - statePages < known.pageCount else { throw .malformed(offset: 0) }
                try known.read(page: number - statePages, from: &reader)
            }
            guard reader.isAtEnd else { throw .malformed(offset: reader.offset) }
        }
        guard self.count == count else { throw .damaged }
        index.enterAll(in: lines.base, count)
        isHeaderChanged = false
    }

    private mutating func readState(from reader: inout SnapshotReader) throws(SnapshotError) {
        let start = reader.offset
        var words = InlineArray<7, UInt64>(repeating: 0)
        for place in words.indices { words[place] = try reader.fixed() }
        let hasCells = words[6] &>> 32
        guard hasCells <= 1, let state = CountState(words: words) else { throw .malformed(offset: start) }
        let slot = append(state)
        if hasCells == 1 {
            guard model.isSeasonal else { throw .malformed(offset: start) }
            giveCells(slot, try SeasonCells(from: &reader))
        }
    }
}

extension SeasonCells {
    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        for place in stride(from: 0, to: Self.count, by: 4) {
            let start = reader.offset
            let word = try reader.fixed()
            for part in 0..<4 {
                let bits = UInt16(truncatingIfNeeded: word &>> UInt64(16 * part))
                // Neither negative nor infinite nor no number.
                guard bits < 0x7c00 else { throw .malformed(offset: start) }
                sums[place + part] = Float16(bitPattern: bits)
            }
        }
        for place in stride(from: 0, to: Self.count, by: 8) {
            let word = try reader.fixed()
            for part in 0..<8 { visits[place + part] = UInt8(truncatingIfNeeded: word &>> UInt64(8 * part)) }
        }
    }
}
