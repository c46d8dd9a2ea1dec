import EventModel

/// Which value of a record a column holds.
struct ColumnKey: Hashable, BitwiseCopyable {
    enum Role: UInt8, BitwiseCopyable {
        /// A scalar of a JSON body as it is written, a string with its quotes: one column a path and occurrence.
        case scalar = 0
        /// Text of the record around its scalars: words of its head, its tail, or a whole body that is no JSON.
        case text = 1
        /// A value that was computed.
        case derived = 2
    }

    /// Occurrences of `text` columns: words of the head count from 0.
    static let tail = 100
    static let body = 101

    var role: Role
    /// Process-wide number; in the block an index into its list of products.
    var product: UInt16
    private var rawPath: UInt32
    /// The how manieth value of that path in its record, from 0.
    var occurrence: UInt32

    var path: FieldID { FieldID(rawValue: rawPath) }

    init(role: Role, product: UInt16, path: FieldID, occurrence: UInt32) {
        self.role = role
        self.product = product
        rawPath = path.rawValue
        self.occurrence = occurrence
    }
}
