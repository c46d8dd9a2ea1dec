// Hot path.

/// Places in a window's events at which windows end that reach the condition: nearly always none or one, which need no memory.
struct WindowEnds: Sendable, Equatable {
    private(set) var count = 0
    private var first = 0
    private var others: [Int] = []

    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> Int { index == 0 ? first : others[index - 1] }

    mutating func append(_ place: Int) {
        if count == 0 { first = place } else { others.append(place) }
        count += 1
    }
}
