/// What is configured of names: which are one person or service account, and the forms of e-mail addresses.
///
/// An event's identity is the e-mail address of who acted, in its normal form; without one, what was learned of the account
/// (`LearnedIdentities`), else the product and the id it knows the account by (`github:4711`). A configured list joins such
/// names and stands above what is learned: aliases are e-mail addresses, `product:id` or `product:login`. Never joined on a
/// display name.
public struct IdentityResolver: Sendable {
    /// One entity: the name that its events get, and the other names for it.
    public struct Entry: Sendable, Equatable {
        public var canonical: String
        public var aliases: [String]
        /// Whether names may be learned that belong to its addresses.
        public var learns: Bool

        public init(canonical: String, aliases: [String], learns: Bool = true) {
            self.canonical = canonical
            self.aliases = aliases
            self.learns = learns
        }
    }

    public let entries: [Entry]
    public let forms: IdentityForms
    let isEmpty: Bool
    private let table: ByteTable
    private let names: [[UInt8]]
    /// Names about which nothing is learned.
    private let unjoined: ByteTable

    /// Case does not matter. A name that stands in two entries belongs to the first.
    ///
    /// - Parameter neverJoined: addresses, `product:id` and `product:login` that nothing is learned about.
    public init(_ entries: [Entry] = [], forms: IdentityForms = IdentityForms(), neverJoined: [String] = []) {
        self.entries = entries
        self.forms = forms
        var pairs: [(key: String, value: Int)] = []
        for (index, entry) in entries.enumerated() {
            for alias in [entry.canonical] + entry.aliases {
                pairs.append((Self.key(alias, forms), index))
            }
        }
        table = ByteTable(pairs)
        names = entries.map { Array($0.canonical.lowercased().utf8) }
        isEmpty = entries.isEmpty
        unjoined = ByteTable(neverJoined.map { (Self.key($0, forms), 0) })
    }

    /// A name as events carry it: an address in its normal form, everything else in lower case.
    public static func key(_ name: String, _ forms: IdentityForms) -> String {
        isAddress(name) ? forms.normalForm(name) : name.lowercased()
    }

    public static func isAddress(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { EmailText.isValid(UnsafeRawBufferPointer($0)) }
    }

    /// The canonical name that a name, in its normal form, is an alias of.
    func canonical(_ name: UnsafeRawBufferPointer) -> [UInt8]? { table.find(name).map { names[$0] } }

    /// The canonical name of a name in any form; the normal form itself where none is configured.
    public func canonical(of name: String) -> String {
        var key = Self.key(name, forms)
        return key.withUTF8 { canonical(UnsafeRawBufferPointer($0)) }.map { String(decoding: $0, as: UTF8.self) } ?? key
    }

    /// The configured entry that a name belongs to.
    public func entry(of name: String) -> Entry? {
        var key = Self.key(name, forms)
        return key.withUTF8 { table.find(UnsafeRawBufferPointer($0)) }.map { entries[$0] }
    }

    /// Whether a name may come to belong to this address, or id.
    func mayTeach(target: UnsafeRawBufferPointer) -> Bool {
        if unjoined.find(target) != nil { return false }
        guard let index = table.find(target) else { return true }
        return entries[index].learns
    }

    /// Whether this name (`product:id`, `product:login`) may come to belong to something: a configured one does already.
    func mayLearn(name: UnsafeRawBufferPointer) -> Bool { unjoined.find(name) == nil && table.find(name) == nil }
}
