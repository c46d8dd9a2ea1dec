// Unsafe: reads only the bytes of the values that it is given.

/// Comparison of two fields of one event.
enum FieldReference {
    /// Pairs of values beyond this many are not compared: far above what real events hold.
    static let maximumPairs = 10_000

    /// Whether `value` equals, contains, begins or ends with `other`; both are case-folded.
    static func holds(_ relation: FieldRelation, _ value: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
        switch relation {
        case .equals: value.elementsEqual(other)
        case .startsWith: value.count >= other.count && value.prefix(other.count).elementsEqual(other)
        case .endsWith: value.count >= other.count && value.suffix(other.count).elementsEqual(other)
        case .contains: WildcardChunk.find(Array(other), in: value, from: 0) != nil
        }
    }
}
