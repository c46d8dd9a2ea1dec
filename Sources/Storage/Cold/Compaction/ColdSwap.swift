/// A change of which blocks are part of the store, made in one transaction of `siem.db`.
struct ColdSwap: Sendable {
    var added: [ColdEntry] = []
    /// Cold blocks that are replaced or expired.
    var removed: [Int64] = []
    /// Cold blocks that are in another file now, unchanged.
    var moved: [(id: Int64, partition: String)] = []
    /// First sequence numbers of hot blocks that are cold now, or expired.
    var hot: [Int64] = []

    init() {}
}
