import EventModel

/// A block that was opened: its bytes are a copy, its header and directory are checked.
struct OpenBlock {
    let bytes: Arena
    /// 16 bytes a row, or empty when keys are not asked for.
    let keys: Arena
    let header: BlockHeader
    let directory: BlockDirectory
    /// This process's index of each of the block's products.
    let products: [UInt16]
}

/// Consecutive rows of one source, with their numbers.
struct DecodedPart {
    let batch: EventBatch
    let firstSequence: Int64
}
