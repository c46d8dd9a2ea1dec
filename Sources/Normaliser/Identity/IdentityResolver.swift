/// Says which names are one person or service account.
///
/// An event's identity is the e-mail address of who acted, in lower case; without one, the product and the id it knows them by
/// (`github:4711`). A configured list joins such names: aliases are e-mail addresses, `product:id` or `product:login`. Never
/// joined on a display name.
public struct IdentityResolver: Sendable {
    /// One entity: the name that its events get, and the other names for it.
    public struct Entry: Sendable, Equatable {
        public var canonical: String
        public var aliases: [String]

        public init(canonical: String, aliases: [String]) {
            self.canonical = canonical
            self.aliases = aliases
        }
    }

    let isEmpty: Bool
    private let table: ByteTable
    private let names: [[UInt8]]

    /// Case does not matter. A name that stands in two entries belongs to the first.
    public init(_ entries: [Entry] = []) {
        var pairs: [(key: String, value: Int)] = []
        for (index, entry) in entries.enumerated() {
            for alias in [entry.canonical] + entry.aliases { pairs.append((alias.lowercased(), index)) }
        }
        table = ByteTable(pairs)
        names = entries.map { Array($0.canonical.lowercased().utf8) }
        isEmpty = entries.isEmpty
    }

    /// The canonical name that a lower-case name is an alias of.
    func canonical(_ name: UnsafeRawBufferPointer) -> [UInt8]? { table.find(name).map { names[$0] } }
}
