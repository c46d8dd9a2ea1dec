// Unsafe: reads only the bytes of the value that it is given.

/// A compiled `TextPattern`: whether a whole value matches a string with wildcards.
struct TextTest: Sendable, Equatable {
    /// The parts between the `*`, in order. Never empty; a part may be.
    let chunks: [WildcardChunk]
    /// Whether the first part must begin the value, the last part end it.
    let isAnchoredAtStart: Bool
    let isAnchoredAtEnd: Bool
    let isCased: Bool

    init(_ pattern: TextPattern) {
        isCased = pattern.isCased
        var chunks = [WildcardChunk(steps: [])]
        var startsWithRun = false
        var endsWithRun = false
        for (index, piece) in pattern.pieces.enumerated() {
            endsWithRun = false
            switch piece {
            case .literal(let text):
                let bytes = pattern.isCased ? Array(text.utf8) : CaseFolding.fold(text)
                if bytes.isEmpty { continue }
                if case .literal(let before)? = chunks[chunks.count - 1].steps.last {
                    chunks[chunks.count - 1].steps.removeLast()
                    chunks[chunks.count - 1].steps.append(.literal(before + bytes))
                } else {
                    chunks[chunks.count - 1].steps.append(.literal(bytes))
                }
            case .anyOne:
                chunks[chunks.count - 1].steps.append(.anyOne)
            case .anyRun:
                if index == 0 { startsWithRun = true }
                endsWithRun = true
                if !chunks[chunks.count - 1].steps.isEmpty || (chunks.count == 1 && !startsWithRun) {
                    chunks.append(WildcardChunk(steps: []))
                }
            }
        }
        if endsWithRun, chunks.count > 1, chunks[chunks.count - 1].steps.isEmpty { chunks.removeLast() }
        self.chunks = chunks
        isAnchoredAtStart = !startsWithRun
        isAnchoredAtEnd = !endsWithRun
    }

    /// The bytes that the whole value must equal, when the pattern has no wildcard.
    var exact: [UInt8]? {
        guard isAnchoredAtStart, isAnchoredAtEnd, chunks.count == 1 else { return nil }
        return chunks[0].steps.isEmpty ? [] : chunks[0].literal
    }

    /// The longest run of bytes that every matching value contains.
    var longestLiteral: [UInt8]? {
        var longest: [UInt8]?
        for chunk in chunks {
            for case .literal(let bytes) in chunk.steps where bytes.count > longest?.count ?? 0 { longest = bytes }
        }
        return longest
    }

    /// `raw` is the value as it stands, `folded` the same after `CaseFolding`.
    func matches(raw: UnsafeRawBufferPointer, folded: UnsafeRawBufferPointer) -> Bool {
        let value = isCased ? raw : folded
        var position = 0
        var first = 0
        var last = chunks.count
        if isAnchoredAtStart {
            if chunks.count == 1, isAnchoredAtEnd { return chunks[0].end(in: value, from: 0) == value.count }
            guard let end = chunks[0].end(in: value, from: 0) else { return false }
            position = end
            first = 1
        }
        if isAnchoredAtEnd { last -= 1 }
        var index = first
        while index < last {
            guard let end = chunks[index].firstEnd(in: value, from: position) else { return false }
            position = end
            index += 1
        }
        return !isAnchoredAtEnd || chunks[chunks.count - 1].endsValue(value, from: position)
    }
}
