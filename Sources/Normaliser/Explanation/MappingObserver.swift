/// Notes how a normaliser comes to its events, one entry for each that a mapping makes, in their order.
final class MappingObserver {
    struct Entry {
        var product: Int
        /// Nil if the source's configuration says what product it is, and the shape does not.
        var alternative: ProductDetector.Alternative?
        var trace: MappingTrace
    }

    private(set) var entries: [Entry] = []
    private var product = 0
    private var alternative: ProductDetector.Alternative?

    func tell(_ alternative: ProductDetector.Alternative?, product: Int) {
        self.product = product
        self.alternative = alternative
    }

    func tell(_ trace: MappingTrace) { entries.append(Entry(product: product, alternative: alternative, trace: trace)) }

    /// Gives up what was noted so far.
    func take() -> [Entry] {
        defer { entries = [] }
        return entries
    }
}
