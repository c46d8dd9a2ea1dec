import EventModel
import Matching

/// Looks for the events of one request in blocks, with one thread's readers.
final class BlockScan {
    /// Fewer rows than these are not worth to be put in order before they are read.
    private static let fewRows = 64

    private let request: SearchRequest
    private let readers: BlockReaders
    private let search: ColdSearch
    private let program: MatchProgram
    private let scratch = MatchScratch()

    init(_ request: SearchRequest, _ readers: BlockReaders) {
        self.request = request
        self.readers = readers
        search = ColdSearch(request, catalog: readers.catalog)
        program = MatchProgram(request.expression, catalog: readers.catalog)
    }

    /// Most blocks will not hold a match.
    var isSelective: Bool { search.isSelective }

    /// Whether the block can hold a match, by its filter.
    func mayMatch(_ entry: StoreEntry) throws -> Bool {
        switch entry {
        case .hot: true
        case .cold(let entry): try search.mayMatch(entry, readers.cold)
        }
    }

    /// Puts the matches of a block into the order that may have some.
    func search(_ entry: StoreEntry, _ order: inout SearchOrder, _ totals: inout SearchTotals) throws {
        let first = entry.first(request.order)
        guard order.wants(first.time, first.sequence) else { return }
        switch entry {
        case .cold(let entry): try scan(entry, within: .min ... .max, &order, &totals)
        case .hot(let entry): try scan(entry, &order, &totals)
        }
    }

    private func scan(_ entry: BlockSource.Entry, _ order: inout SearchOrder, _ totals: inout SearchTotals) throws {
        switch try readers.blocks.open(entry, withKeys: false) {
        case .gone:
            // Compacted since it was listed: its events are in cold blocks now, among others that were listed as what they were.
            let numbers = entry.firstSequence...entry.firstSequence + Int64(entry.count) - 1
            for cold in try ColdCatalog.entries(readers.connection, sequences: numbers) {
                if try search.mayMatch(cold, readers.cold) { try scan(cold, within: numbers, &order, &totals) }
            }
        case .damaged(let damage): totals.damagedBlocks.append(damage)
        case .block(let block):
            totals.scannedBlocks += 1
            do {
                try scan(block, &order, &totals)
            } catch let error as BlockError {
                totals.damagedBlocks.append(BlockSource.damage(entry, error.description))
            }
        }
    }

    /// Searches a cold block, of which only events with these numbers are wanted.
    private func scan(
        _ entry: ColdEntry, within numbers: ClosedRange<Int64>, _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws {
        _ = try readers.read(entry, &totals) { block, totals throws(BlockError) -> Void? in
            let verdict = try search.verdict(block, readers.coldDecoder, span: entry.span)
            var selected = verdict.possible.rows
            if numbers != .min ... .max {
                let sequences = try block.sequences()
                selected.removeAll { !numbers.contains(sequences[Int($0)]) }
            }
            if selected.isEmpty { return nil }
            return try scan(block, selected, isSure: verdict.possible == verdict.sure, &order, &totals)
        }
    }

    /// Takes those of a cold block's rows that can be among the wanted ones: the first in the order, then more as long as others
    /// turn out not to match.
    private func scan(
        _ block: OpenColdBlock, _ selected: [UInt32], isSure: Bool, _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws(BlockError) {
        guard let limit = order.remaining, selected.count > max(limit, Self.fewRows) else {
            return try take(block, selected, isSure: isSure, &order, &totals)
        }
        if isSure { totals.matched += selected.count }
        let (times, sequences) = (try block.times(), try block.sequences())
        let ranked = selected.sorted {
            SearchOrder.precedes(
                request.order, (times[Int($0)], sequences[Int($0)]), (times[Int($1)], sequences[Int($1)]))
        }
        var next = 0
        var step = isSure ? max(limit, 1) : max(limit * 2, Self.fewRows)
        while next < ranked.count {
            let first = Int(ranked[next])
            guard order.wants(Timestamp(microseconds: times[first]), sequences[first]) else { return }
            let some = ranked[next..<min(next + step, ranked.count)].sorted()
            var own = SearchTotals()
            try take(block, some, isSure: isSure, &order, &own)
            if !isSure { totals.matched += own.matched }
            order.settle()
            next += some.count
            step *= 2
        }
    }

    private func take(
        _ block: OpenColdBlock, _ selected: [UInt32], isSure: Bool, _ order: inout SearchOrder, _ totals: inout SearchTotals
    ) throws(BlockError) {
        for part in try readers.coldDecoder.decode(block, selected: selected) {
            var matched: [UInt32] = []
            if isSure {
                matched = Array(0..<UInt32(part.batch.rows.count))
            } else {
                program.match(part.batch, scratch: scratch, into: &matched)
            }
            totals.matched += matched.count
            for index in matched {
                let event = part.batch[Int(index)]
                let sequence = part.sequences[Int(index)]
                if order.wants(event.time, sequence) { order.add(FoundEvent(sequence: sequence, event: event.extracted())) }
            }
        }
    }

    private func scan(_ block: OpenBlock, _ order: inout SearchOrder, _ totals: inout SearchTotals) throws {
        let since = request.since?.microseconds ?? .min
        let until = request.until?.microseconds ?? .max
        var rows: [UInt32] = []
        for segment in block.directory.segments where segment.maxTime >= since && segment.minTime < until {
            for part in try readers.blocks.decoder.decode(block, segment: segment) {
                totals.events += part.batch.rows.count
                rows.removeAll(keepingCapacity: true)
                program.match(part.batch, scratch: scratch, into: &rows)
                for index in rows {
                    let event = part.batch[Int(index)]
                    let time = event.time.microseconds
                    guard time >= since && time < until else { continue }
                    totals.matched += 1
                    let sequence = part.firstSequence + Int64(index)
                    if order.wants(event.time, sequence) {
                        order.add(FoundEvent(sequence: sequence, event: event.extracted()))
                    }
                }
            }
        }
    }
}
