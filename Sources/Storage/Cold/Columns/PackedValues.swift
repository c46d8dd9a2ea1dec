import EventModel

/// Values of a column as they are stored: a value is put together when it is asked for. Belongs to one thread.
protocol PackedValues: AnyObject {
    var count: Int { get }
    /// Bytes that all values take one behind the other, at most.
    var expandedBytes: Int { get }

    /// A value; valid until the next is asked for.
    subscript(index: Int) -> UnsafeRawBufferPointer { get }

    /// Appends all values.
    func expand(to list: ValueList)

    /// The values that contain the word, ascending; nil if that is not known as long as they are packed.
    func values(containing word: FoldedWord) -> [UInt32]?
}
