import EventModel

// Unsafe: `ends` do not decrease, and are at most `texts.count`.

/// Values as texts of any length, without what stands before and behind all of them.
final class PackedTexts: PackedValues {
    private let texts: Arena
    private let ends: [UInt32]
    private let head: [UInt8]
    private let tail: [UInt8]
    private let scratch = Arena(capacity: 256)

    var count: Int { ends.count }
    var expandedBytes: Int { texts.count + ends.count * (head.count + tail.count) }

    /// - Parameter ends: where each text ends in `texts`.
    init(_ texts: Arena, ends: [UInt32], head: UnsafeRawBufferPointer, tail: UnsafeRawBufferPointer) {
        self.texts = texts
        self.ends = ends
        self.head = Array(head)
        self.tail = Array(tail)
    }

    private func text(_ index: Int) -> UnsafeRawBufferPointer {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        return texts.slice(start, Int(ends[index]) - start)
    }

    subscript(index: Int) -> UnsafeRawBufferPointer {
        if head.isEmpty && tail.isEmpty { return text(index) }
        scratch.setCount(0)
        append(index, to: scratch)
        return scratch.contents
    }

    func expand(to list: ValueList) {
        for index in 0..<count {
            append(index, to: list.bytes)
            list.close()
        }
    }

    func values(containing word: FoldedWord) -> [UInt32]? {
        // Where the word cannot reach into what is left out.
        guard !word.canBegin(in: head), !word.canEnd(in: tail) else { return nil }
        return ends.withUnsafeBufferPointer { word.values(in: texts, ends: $0) }
    }

    @inline(__always)
    private func append(_ index: Int, to output: Arena) {
        let text = text(index)
        output.reserve(head.count + text.count + tail.count)
        head.withUnsafeBytes { _ = output.append($0) }
        output.append(text)
        tail.withUnsafeBytes { _ = output.append($0) }
    }
}
