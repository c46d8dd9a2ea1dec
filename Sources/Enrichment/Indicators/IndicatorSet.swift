import EventModel

/// All lists together, with what tells quickly that a value is in none of them.
final class IndicatorSet: Sendable {
    let lists: [IndicatorList]
    let filter: KeyFilter
    let prefixes: PrefixLengths
    /// The kinds of keys that any list has, a bit each.
    let kinds: UInt8

    init(_ lists: [IndicatorList]) {
        self.lists = lists
        filter = KeyFilter(lists.map(\.table))
        var prefixes = PrefixLengths()
        for list in lists { prefixes.formUnion(list.prefixes) }
        self.prefixes = prefixes
        kinds = lists.reduce(0) { $0 | $1.kinds }
    }

    func has(_ kind: UInt8) -> Bool { kinds & 1 &<< kind != 0 }
}
