/// The distinct sets of products that entries are for, as rows of flags.
struct ProductGates {
    let productCount: Int
    /// One row a set, `productCount + 1` flags a row: the last is for products beyond the catalog.
    private(set) var flags: [Bool] = []
    private var known: [Set<UInt16>?: UInt32] = [:]

    init(productCount: Int) { self.productCount = productCount }

    mutating func gate(for products: Set<UInt16>?) -> UInt32 {
        if let gate = known[products] { return gate }
        let gate = UInt32(known.count)
        known[products] = gate
        for product in 0..<productCount { flags.append(products?.contains(UInt16(product)) ?? true) }
        flags.append(products == nil)
        return gate
    }

    func passes(_ gate: UInt32, _ product: Int) -> Bool { flags[Int(gate) * (productCount + 1) + product] }
}
