import EventModel

/// All patterns of one slot, arranged so that a value is tested against few of them.
final class SlotPatterns: Sendable {
    struct Member: Sendable {
        var test: UInt32
        var pattern: ValuePattern
    }

    /// From this many patterns on, a literal index is worth its pass over the value.
    private static let indexedFrom = 4
    /// From this many patterns on, remembering a value's answer is cheaper than finding it again. Any regular expression
    /// is dearer than that.
    private static let rememberedFrom = 3

    let members: [Member]
    /// Members that no literal announces: tried on every value.
    let unfiltered: [Int]
    /// Members with an expression: tried as well on values that are not ASCII, since a regular expression's idea of case
    /// reaches beyond `CaseFolding` (the Kelvin sign is a `k` to it).
    let expressions: [Int]
    let networks: NetworkIndex
    let literals: LiteralIndex?
    /// By literal of `literals`: the members that require it.
    let announced: [[Int]]
    let isRemembered: Bool

    /// - Parameter isMany: the values of many events will be asked for, so remembering pays with any pattern.
    init(_ members: [Member], isMany: Bool) {
        self.members = members
        var unfiltered: [Int] = []
        var expressions: [Int] = []
        var networks: [(network: IPNetwork, test: UInt32)] = []
        var places: [[UInt8]: Int] = [:]
        var literals: [[UInt8]] = []
        var announced: [[Int]] = []
        for (index, member) in members.enumerated() {
            var literal: [UInt8]?
            switch member.pattern {
            case .text(let test):
                literal = test.longestLiteral
                if test.isCased { literal = literal.map { CaseFolding.fold(String(decoding: $0, as: UTF8.self)) } }
            case .regex(let test):
                expressions.append(index)
                literal = test.requiredLiteral
            case .network(let network):
                networks.append((network, member.test))
                continue
            }
            guard let literal, members.count >= Self.indexedFrom else {
                unfiltered.append(index)
                continue
            }
            if let place = places[literal] {
                announced[place].append(index)
            } else {
                places[literal] = literals.count
                literals.append(literal)
                announced.append([index])
            }
        }
        self.unfiltered = unfiltered
        self.expressions = expressions
        self.networks = NetworkIndex(networks)
        self.announced = announced
        self.literals = literals.isEmpty ? nil : LiteralIndex(literals)
        isRemembered = isMany || members.count >= Self.rememberedFrom || !expressions.isEmpty
    }
}
