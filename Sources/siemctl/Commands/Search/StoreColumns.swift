import EventModel
import Matching
import Searching
import Storage

/// Blocks of the store as the stages of a search take them: by column.
struct StoreColumns {
    private let fields: [SearchField]
    /// What the store is asked for: the selectors of all fields, one field after the other.
    let selectors: [FieldSelector]

    init(_ plan: SearchPlan) {
        fields = plan.fields
        selectors = plan.fields.flatMap(\.selectors)
    }

    /// - Returns: nil if the store's columns do not fit together.
    func batch(_ block: ColumnBlock) -> ColumnBatch? {
        var place = 0
        var columns: [ColumnBatch.Column] = []
        for field in fields {
            let own = block.fields[place..<place + field.selectors.count]
            place += own.count
            if field.isTime {
                // The rows have it from `times`.
                columns.append(
                    ColumnBatch.Column(
                        values: [], codes: [UInt32](repeating: ColumnBatch.Column.missing, count: block.count)))
                continue
            }
            let found = own.compactMap(Self.column)
            guard found.count == own.count, let column = ColumnBatch.Column.first(of: found) else { return nil }
            columns.append(column)
        }
        return ColumnBatch(count: block.count, columns: columns, times: block.times, sequences: block.sequences)
    }

    private static func column(_ field: FieldColumn) -> ColumnBatch.Column? {
        let values = (0..<field.valueCount).map { code in field.withValue(code) { FieldValue(field.kinds[code], $0) } }
        return ColumnBatch.Column(codes: field.codes, others: field.others, values: values)
    }
}
