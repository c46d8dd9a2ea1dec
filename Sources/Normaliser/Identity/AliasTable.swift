/// Which names belong to which address or id, as learned: the least that it takes to ask and to add.
///
/// For each name and what it belonged to, the hours of the first and the last event that said so. The result does not depend on
/// the order in which events come, nor on how often: hours are joined as minimum and maximum, and what a name belongs to now
/// follows from them alone. Only what the bounds cut off does depend on it.
package struct AliasTable {
    /// Hours since 1970.
    package typealias Hour = UInt32

    package struct Key: Hashable {
        package var high: UInt64
        package var low: UInt64

        package init(high: UInt64, low: UInt64) {
            self.high = high
            self.low = low
        }
    }

    /// One thing that a name belonged to.
    private struct Span {
        /// Number of the target.
        var target: Int32
        var first: Hour
        var last: Hour
        /// Not yet known to be stored: then it is taught again by the next event, lest a crash loses it.
        var isPending: Bool
    }

    /// What became of a lesson.
    package enum Outcome: Equatable {
        /// Nothing new.
        case known
        /// To be stored. The name belonged to something else until now, if that is not nil.
        case news(replaced: [UInt8]?)
        /// The bounds forbid it.
        case refused
    }

    /// A name that belonged to more than so many is shared by several people, and belongs to none for good.
    package static let maximumSpans = 3
    /// Names of one address or id.
    package static let maximumNames = 1_000

    package let capacity: Int
    private var entries: [Key: Entry] = [:]
    /// Addresses and ids by number, the number by text, and how many names each has.
    private var targets: [[UInt8]] = []
    private var numbers: [[UInt8]: Int32] = [:]
    private var nameCounts: [Int32] = []

    private struct Entry {
        var span: Span
        /// Further ones; rarely any.
        var others: [Span]?
        var isShared: Bool

        var last: Hour { max(span.last, others?.map(\.last).max() ?? 0) }
        var spans: [Span] { [span] + (others ?? []) }
    }

    package init(capacity: Int) { self.capacity = max(1, capacity) }

    package var count: Int { entries.count }

    /// What a name belongs to now: the latest one; of two that were seen in the same hour the one that is newer, then the one
    /// that is first in the order of bytes. Nil for a name that is unknown, or shared by several.
    package func current(_ key: Key) -> [UInt8]? {
        guard let entry = entries[key], !entry.isShared else { return nil }
        return targets[Int(current(entry).target)]
    }

    /// Whether a name belonged to this alone.
    package func isOnly(_ target: [UInt8], of key: Key) -> Bool {
        guard let entry = entries[key], !entry.isShared, entry.others == nil else { return false }
        return targets[Int(entry.span.target)] == target
    }

    /// Everything that a name belonged to. Empty for one that is unknown, or shared.
    package func history(_ key: Key) -> [(target: [UInt8], first: Hour, last: Hour)] {
        guard let entry = entries[key], !entry.isShared else { return [] }
        return entry.spans.map { (targets[Int($0.target)], $0.first, $0.last) }
    }

    package func isShared(_ key: Key) -> Bool { entries[key]?.isShared == true }

    private func current(_ entry: Entry) -> Span {
        guard let others = entry.others else { return entry.span }
        return others.reduce(entry.span) { isLater($1, $0) ? $1 : $0 }
    }

    private func isLater(_ a: Span, _ b: Span) -> Bool {
        if a.last != b.last { return a.last > b.last }
        if a.first != b.first { return a.first > b.first }
        return targets[Int(a.target)].lexicographicallyPrecedes(targets[Int(b.target)])
    }

    /// Notes that a name belonged to something in an hour.
    package mutating func learn(_ key: Key, _ target: [UInt8], _ hour: Hour) -> Outcome {
        add(key, target, first: hour, last: hour, isPending: true)
    }

    /// Takes in what is stored.
    package mutating func load(_ key: Key, _ target: [UInt8], first: Hour, last: Hour) {
        _ = add(key, target, first: first, last: last, isPending: false)
    }

    private mutating func add(_ key: Key, _ target: [UInt8], first: Hour, last: Hour, isPending: Bool) -> Outcome {
        guard var entry = entries[key] else {
            // First, since it numbers targets anew.
            if entries.count >= capacity { evict() }
            guard let number = number(target) else { return .refused }
            nameCounts[Int(number)] += 1
            let span = Span(target: number, first: first, last: last, isPending: isPending)
            entries[key] = Entry(span: span, others: nil, isShared: false)
            return .news(replaced: nil)
        }
        if entry.isShared {
            // It stays as long as it is in use.
            entry.span.last = max(entry.span.last, last)
            entries[key] = entry
            return .known
        }
        let known = numbers[target]
        var spans = entry.spans
        if let place = spans.firstIndex(where: { $0.target == known }) {
            let isWithin = spans[place].first <= first && last <= spans[place].last
            if isWithin && !(spans[place].isPending && isPending) { return .known }
            let before = current(entry).target
            spans[place].first = min(spans[place].first, first)
            spans[place].last = max(spans[place].last, last)
            spans[place].isPending = isPending
            entry.span = spans[0]
            entry.others = spans.count > 1 ? Array(spans[1...]) : nil
            entries[key] = entry
            return .news(replaced: current(entry).target == before ? nil : targets[Int(before)])
        }
        let before = current(entry)
        if spans.count >= Self.maximumSpans {
            for other in entry.others ?? [] { nameCounts[Int(other.target)] -= 1 }
            entry.isShared = true
            entry.span.last = max(entry.last, last)
            entry.others = nil
            entries[key] = entry
            return .news(replaced: targets[Int(before.target)])
        }
        guard let number = number(target) else { return .refused }
        nameCounts[Int(number)] += 1
        spans.append(Span(target: number, first: first, last: last, isPending: isPending))
        entry.others = Array(spans[1...])
        entries[key] = entry
        return .news(replaced: targets[Int(before.target)])
    }

    /// Notes that a lesson is stored.
    package mutating func confirm(_ key: Key, _ target: [UInt8]) {
        guard let number = numbers[target], var entry = entries[key] else { return }
        if entry.span.target == number {
            entry.span.isPending = false
        } else if let place = entry.others?.firstIndex(where: { $0.target == number }) {
            entry.others?[place].isPending = false
        }
        entries[key] = entry
    }

    /// Forgets a name and all that it belonged to.
    package mutating func forget(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        for span in entry.spans { nameCounts[Int(span.target)] -= 1 }
    }

    /// The number of a target that may have one more name.
    private mutating func number(_ target: [UInt8]) -> Int32? {
        if let known = numbers[target] { return nameCounts[Int(known)] < Self.maximumNames ? known : nil }
        let number = Int32(targets.count)
        targets.append(target)
        nameCounts.append(0)
        numbers[target] = number
        return number
    }

    /// Makes room: an eighth of the names go, those that were not seen for longest.
    private mutating func evict() {
        let excess = max(1, capacity / 8)
        let hours = entries.values.map(\.last).sorted()
        let limit = hours[min(excess, hours.count) - 1]
        // As many of the last hour as are still too many.
        var atLimit = excess - hours.prefix { $0 < limit }.count
        var kept: [Key: Entry] = [:]
        kept.reserveCapacity(capacity)
        for (key, entry) in entries {
            if entry.last < limit { continue }
            if entry.last == limit && atLimit > 0 {
                atLimit -= 1
                continue
            }
            kept[key] = entry
        }
        renumber(&kept)
        entries = kept
    }

    /// Leaves out targets that no name belongs to any more.
    private mutating func renumber(_ kept: inout [Key: Entry]) {
        let old = targets
        var renumbered = [Int32](repeating: -1, count: old.count)
        targets = []
        numbers = [:]
        nameCounts = []
        func moved(_ span: Span, _ table: inout AliasTable) -> Span {
            var span = span
            if renumbered[Int(span.target)] < 0 {
                let number = Int32(table.targets.count)
                renumbered[Int(span.target)] = number
                table.targets.append(old[Int(span.target)])
                table.numbers[old[Int(span.target)]] = number
                table.nameCounts.append(0)
            }
            span.target = renumbered[Int(span.target)]
            table.nameCounts[Int(span.target)] += 1
            return span
        }
        for key in kept.keys {
            guard var entry = kept[key] else { continue }
            entry.span = moved(entry.span, &self)
            entry.others = entry.others?.map { moved($0, &self) }
            kept[key] = entry
        }
    }
}
