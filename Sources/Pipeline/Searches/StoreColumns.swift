import EventModel
import Matching
import Searching
import Storage

/// Blocks of the store as the stages of a search take them: by column.
struct StoreColumns {
    private let fields: [SearchField]
    /// What the store is asked for: the selectors of each field that is no time.
    let selectors: [[FieldSelector]]

    init(_ plan: SearchPlan) {
        fields = plan.fields
        selectors = plan.fields.filter { !$0.isTime }.map(\.selectors)
    }

    /// - Returns: nil if the store's columns do not fit together.
    func batch(_ block: ColumnBlock) -> ColumnBatch? {
        var own = block.fields[...]
        var columns: [ColumnBatch.Column] = []
        for field in fields {
            if field.isTime {
                // The rows have it from `times`.
                columns.append(
                    ColumnBatch.Column(
                        values: [], codes: [UInt32](repeating: ColumnBatch.Column.missing, count: block.count)))
                continue
            }
            guard let column = own.popFirst().flatMap(Self.column) else { return nil }
            columns.append(column)
        }
        return ColumnBatch(count: block.count, columns: columns, times: block.times, sequences: block.sequences,
            weights: block.weights)
    }

    private static func column(_ field: FieldColumn) -> ColumnBatch.Column? {
        let values = (0..<field.valueCount).map { code in field.withValue(code) { FieldValue(field.kinds[code], $0) } }
        return ColumnBatch.Column(codes: field.codes, others: field.others, values: values)
    }
}
