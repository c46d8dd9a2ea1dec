import EventModel

/// Which products' events a rule looks at (sigma.md: the subset semantics).
///
/// Events of no known product answer only to rules that name no dimension at all: anything else would guess.
struct LogSourceRouting {
    let products: ProductCatalog
    let ignoresLogSource: Bool

    /// Indices into the `ProductCatalog`; nil: every product, known or not.
    func products(for logSource: LogSource) -> Set<UInt16>? {
        if ignoresLogSource || logSource == LogSource() { return nil }
        var answering: Set<UInt16> = []
        for (index, product) in products.products.enumerated() {
            if product.logSources.contains(where: { $0.answers(logSource) }) { answering.insert(UInt16(index)) }
        }
        return answering
    }
}
