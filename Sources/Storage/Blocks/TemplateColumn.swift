// Hot path. Unsafe: the slots are eight `ValuePlace`s in a row behind `gap` and `last`, so they may be reached by number.

/// One value of a record as it stands in a stream of bytes.
struct ValuePlace: BitwiseCopyable {
    var offset: UInt32 = 0
    var length: UInt32 = 0
}

/// One column of a template: the text in front of the value, the value of the row before, and eight earlier ones.
///
/// Shared by encoder and decoder, which keep it in step.
struct TemplateColumn: BitwiseCopyable {
    static let slotCount = 8

    var gap: ValuePlace
    var last: ValuePlace
    var slots = (
        ValuePlace(), ValuePlace(), ValuePlace(), ValuePlace(), ValuePlace(), ValuePlace(), ValuePlace(), ValuePlace()
    )
    /// Writer only: how many times in a row the value was new.
    var newInARow: UInt32 = 0

    /// The slots, to be chosen by number.
    @inline(__always)
    static func slots(of column: UnsafeMutablePointer<TemplateColumn>) -> UnsafeMutablePointer<ValuePlace> {
        UnsafeMutableRawPointer(column).advanced(by: MemoryLayout<ValuePlace>.stride * 2)
            .assumingMemoryBound(to: ValuePlace.self)
    }
}
