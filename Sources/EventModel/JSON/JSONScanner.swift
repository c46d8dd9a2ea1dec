// Hot path.

/// Reads JSON documents into flat fields: exactly the texts that RFC 8259 allows, in one pass, without a tree.
///
/// A value's field is named by the path to it: the keys from the top, joined by dots, ASCII letters folded, array levels left
/// out. What the grammar leaves open is settled so:
/// - A repeated key gives one field each time, in document order; none is dropped.
/// - A lone surrogate (`"\ud800"`) is allowed by the grammar, but no character: it is read as U+FFFD.
/// - A byte order mark is no white space: refused.
/// - An object inside an array, also inside nested arrays, is preceded by an `element` field; nested arrays are flattened.
/// - A value without a path (a scalar at the top, or under the key `""` there) has the field `FieldID.overflow`.
///
/// One scanner belongs to one lane: it learns the order of keys from document to document, and is not safe to share.
public final class JSONScanner {
    private let pass: UnsafeMutablePointer<JSONPass>
    private let maximumBytes: Int
    private let maximumFields: Int

    /// Room for the deepest document is taken once; a bound on depth beyond this would be none.
    private static let maximumDepth = 10_000

    /// A scanner that numbers its paths in `catalog`. Bounds below 1 count as 1, a depth above 10,000 as 10,000.
    public init(catalog: FieldCatalog, limits: JSONLimits = JSONLimits()) {
        maximumBytes = min(max(limits.maximumBytes, 1), Field.maximumLength)
        maximumFields = max(limits.maximumFields, 1)
        pass = .allocate(capacity: 1)
        pass.initialize(to: JSONPass(catalog: catalog, maximumDepth: min(max(limits.maximumDepth, 1), Self.maximumDepth)))
    }

    deinit {
        pass.pointee.deallocate()
        pass.deinitialize(count: 1)
        pass.deallocate()
    }

    /// Scans the one document that fills `builder.raw` from `offset` for `length` bytes, and appends its fields in order.
    ///
    /// Strings without escapes stay where they are in the raw bytes; the others are decoded into the derived bytes.
    /// - Throws: what is wrong and where; nothing has been appended then.
    public func scan(_ offset: Int, _ length: Int, into builder: EventBuilder) throws(JSONError) {
        precondition(offset >= 0 && length >= 0 && offset + length <= builder.raw.count, "document within the raw bytes")
        guard length <= maximumBytes else { throw JSONError(.tooLong, at: maximumBytes) }
        // No document has more fields than bytes: `[{}` gives two for three bytes, all else fewer. To reserve that many would
        // make batches grow for nothing, so a document gets room for a field every 8 bytes (records have one in 20 to 30) and,
        // if it is denser than that, a second pass.
        let most = min(length, maximumFields)
        var room = min(most, length / 8 + 64)
        let derivedCount = builder.derived.count
        while true {
            builder.reserveFields(room)
            do throws(JSONError) {
                let count = try pass.pointee.run(
                    raw: UnsafeRawPointer(builder.raw.base), offset: offset, length: length, derived: builder.derived,
                    fields: builder.fields + builder.fieldCount, maximumFields: room)
                builder.setFieldCount(builder.fieldCount + count)
                return
            } catch {
                builder.derived.setCount(derivedCount)
                guard error.code == .tooManyFields && room < most else { throw error }
                room = most
            }
        }
    }
}
