import EventModel
import Matching

/// Answers what only counts events from the digests of blocks.
final class DigestScan {
    /// The kind of digest that has all that is asked for.
    let kind: Int
    private let fields: [[String]]
    private let program: MatchProgram
    private let scratch = MatchScratch()
    private let catalog: FieldCatalog
    private let takesAll: Bool

    /// Nil if no digest has what the request and the fields ask for.
    /// - Parameter grain: to which multiple of microseconds times must be told; 0 if they do not matter.
    init?(_ request: SearchRequest, fields: [[FieldSelector]], grain: Int64, catalog: FieldCatalog) {
        var tested: Set<String> = []
        guard Self.collect(request.expression, &tested) else { return nil }
        var wanted: [[String]] = []
        for field in fields {
            guard let paths = ColdDigest.paths(of: field) else { return nil }
            wanted.append(paths)
        }
        let kind = ColdDigest.kinds.firstIndex { kind in
            let single = Set(kind.dimensions.filter { $0.count == 1 }.map { $0[0] })
            return tested.isSubset(of: single)
                && wanted.allSatisfy { kind.dimensions.contains($0) || single.isSuperset(of: $0) }
                && (grain == 0 || (kind.grain > 0 && grain % kind.grain == 0))
        }
        guard let kind else { return nil }
        self.kind = kind
        self.fields = wanted
        self.catalog = catalog
        takesAll = tested.isEmpty && request.expression == .constant(true)
        program = MatchProgram(request.expression, catalog: catalog)
    }

    /// The fields that an expression tests; false if it tests something that a digest does not tell.
    private static func collect(_ expression: MatchExpression, _ paths: inout Set<String>) -> Bool {
        switch expression {
        case .constant: return true
        case .not(let inner): return collect(inner, &paths)
        case .all(let members), .any(let members): return members.allSatisfy { collect($0, &paths) }
        case .test(let field):
            guard case .named(let name) = field.field else { return false }
            switch field.test {
            case .text, .number, .compare, .regex, .network: paths.insert(name.lowercased())
            // A digest has no nulls, and no other fields.
            case .exists, .null, .time, .timePart, .field: return false
            }
            return true
        }
    }

    /// The events of a block that satisfy the request, summed up; nil if its digest has other dimensions than today's.
    func block(_ digest: ColdDigest) -> ColumnBlock? {
        guard digest.dimensions == ColdDigest.kinds[kind].dimensions, digest.grain == ColdDigest.kinds[kind].grain
        else { return nil }
        let rows = takesAll ? Array(digest.counts.indices) : matching(digest)
        let columns = fields.map { paths in
            if let place = digest.dimensions.firstIndex(of: paths) { return digest.columns[place].picked(rows) }
            let single = paths.compactMap { path in digest.dimensions.firstIndex(of: [path]) }
            return FieldColumn.first(of: single.map { digest.columns[$0].picked(rows) }, count: rows.count)
        }
        return ColumnBlock(
            count: rows.count, times: rows.map { Timestamp(microseconds: digest.buckets[$0]) },
            weights: rows.map { digest.counts[$0] }, fields: columns)
    }

    /// The rows that satisfy the expression, each tried as an event that has the digest's fields and no others.
    private func matching(_ digest: ColdDigest) -> [Int] {
        let text = Arena(capacity: 1 << 10)
        var starts: [[Int]] = []
        for column in digest.columns {
            starts.append((0..<column.valueCount).map { text.append(column.value($0)) })
        }
        let builder = EventBuilder(
            RecordBatch(source: Self.source, receivedAt: Timestamp(microseconds: 0), bytes: text, records: []))
        let ids = digest.dimensions.map { $0.count == 1 ? catalog.intern($0[0]) : nil }
        var others = digest.columns.map { $0.others[...] }
        for row in digest.counts.indices {
            var event = EventRow(record: 0, raw: RecordSpan(offset: 0, length: 0), receivedAt: Timestamp(microseconds: 0))
            event.vendorStart = UInt32(builder.fieldCount)
            for (number, column) in digest.columns.enumerated() {
                guard let id = ids[number] else { continue }
                let add = { (code: Int) in
                    builder.reserveFields(1)
                    builder.append(
                        Field(id: id, offset: starts[number][code], length: column.value(code).count, kind: column.kinds[code]))
                }
                if column.codes[row] >= 0 { add(Int(column.codes[row])) }
                while let other = others[number].first, Int(other.event) == row {
                    add(Int(other.code))
                    others[number].removeFirst()
                }
            }
            event.vendorEnd = UInt32(builder.fieldCount)
            builder.append(event)
        }
        var matched: [UInt32] = []
        program.match(builder.finish(), scratch: scratch, into: &matched)
        return matched.map(Int.init)
    }

    private static let source = Source(id: 0, name: "")
}
