/// Values that belong together, told apart by their texts: the number 42 and the string "42" are one.
struct GroupKey: Hashable {
    /// Nil for a value that is missing.
    var texts: [String?]

    init(_ values: [FieldValue]) {
        texts = values.map { $0.isNull ? nil : $0.text }
    }

    var footprint: Int { texts.reduce(32) { $0 + 16 + ($1?.utf8.count ?? 0) } }

    /// Every combination of one member of each value: a list counts in the group of each of its distinct members.
    ///
    /// - Parameter keepsMissing: whether a missing value is a group as well; else a row that lacks one is in no group.
    static func combinations(
        _ values: [FieldValue], keepsMissing: Bool, limits: SearchLimits
    ) throws(SearchFailure) -> [[FieldValue]] {
        var combinations: [[FieldValue]] = [[]]
        for value in values {
            var members = value.members
            if members.count > 1 { members = distinct(members) }
            if members.isEmpty {
                if !keepsMissing { return [] }
                members = [.null]
            }
            guard combinations.count * members.count <= limits.combinations else {
                throw SearchFailure(
                    "one event has more than \(limits.combinations) combinations of values of the fields after \"by\"; "
                        + "group by fewer fields that are lists")
            }
            if members.count == 1 {
                for index in combinations.indices { combinations[index].append(members[0]) }
            } else {
                combinations = combinations.flatMap { start in members.map { start + [$0] } }
            }
        }
        return combinations
    }

    static func distinct(_ members: [FieldValue]) -> [FieldValue] {
        var seen: Set<String> = []
        return members.filter { seen.insert($0.text).inserted }
    }
}
