import EventModel

#if canImport(Glibc)
    import Glibc
#endif

// Hot path. Unsafe: gaps of a template lie within `text`, spans of a record within the record.

/// The record skeletons of a block: the text between the values of a record, and which column each value goes to.
struct ColdTemplates: ~Copyable {
    struct Template: BitwiseCopyable {
        var hash: UInt64
        var firstColumn: Int
        /// Values; there is one gap more.
        var count: Int
        /// How many of the values stand in front of the body.
        var headCount: Int
        /// How much of the gap behind them belongs to the head.
        var headRest: Int
        /// Whether the last value stands behind the body.
        var hasTail: Bool
        var product: UInt16
        var textOffset: Int
    }

    private(set) var templates = PlainBuffer<Template>(capacity: 64)
    /// Columns of all templates, by turns with `gaps`: value i of a template stands behind gap i.
    private(set) var columns = PlainBuffer<UInt32>(capacity: 1_024)
    private(set) var gaps = PlainBuffer<UInt32>(capacity: 1_024)
    let text = Arena(capacity: 64 << 10)
    private var table: [UInt64: Int] = [:]

    mutating func removeAll() {
        templates.removeAll()
        columns.removeAll()
        gaps.removeAll()
        text.setCount(0)
        table.removeAll(keepingCapacity: true)
    }

    var count: Int { templates.count }

    /// The template of a record whose values are `tokens`; made, with columns that `column` gives, if it is new.
    mutating func find(
        _ tokens: borrowing RecordTokens, record: UnsafeRawPointer, length: Int, bodyStart: Int, product: UInt16,
        column: (RecordTokens.Token) -> UInt32
    ) -> Int {
        let count = tokens.tokens.count
        var hash = UInt64(product) &+ UInt64(count) &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(tokens.bodyStart) &<< 48
        let headCount = tokens.bodyStart
        let head = headCount > 0 ? tokens.tokens[headCount - 1] : nil
        let headRest = bodyStart - (head.map { Int($0.offset) + Int($0.length) } ?? 0)
        hash = hash &* 31 &+ UInt64(headRest)
        var end = 0
        for index in 0..<count {
            let token = tokens.tokens[index]
            let gap = UnsafeRawBufferPointer(start: record + end, count: Int(token.offset) - end)
            hash = XXHash64.hash(gap, seed: hash &+ UInt64(token.occurrence))
            end = Int(token.offset) + Int(token.length)
        }
        hash = XXHash64.hash(UnsafeRawBufferPointer(start: record + end, count: length - end), seed: hash)
        // Two skeletons with one hash: the later ones try the next.
        while let index = table[hash] {
            if templates[index].headRest == headRest, fits(templates[index], tokens, record, length, product) { return index }
            hash &+= 1
        }
        let tail = count > 0 && tokens.tokens[count - 1].role == .text && tokens.tokens[count - 1].occurrence == ColumnKey.tail
        templates.append(
            Template(
                hash: hash, firstColumn: columns.count, count: count, headCount: headCount, headRest: headRest, hasTail: tail,
                product: product,
                textOffset: text.count))
        table[hash] = templates.count - 1
        end = 0
        for index in 0..<count {
            let token = tokens.tokens[index]
            let gap = Int(token.offset) - end
            text.append(record + end, gap)
            gaps.append(UInt32(truncatingIfNeeded: gap))
            columns.append(column(token))
            end = Int(token.offset) + Int(token.length)
        }
        text.append(record + end, length - end)
        gaps.append(UInt32(truncatingIfNeeded: length - end))
        columns.append(.max)
        return templates.count - 1
    }

    private func fits(
        _ template: Template, _ tokens: borrowing RecordTokens, _ record: UnsafeRawPointer, _ length: Int, _ product: UInt16
    ) -> Bool {
        let count = tokens.tokens.count
        guard template.count == count, template.product == product, template.headCount == tokens.bodyStart else { return false }
        var end = 0
        var known = UnsafeRawPointer(text.base) + template.textOffset
        for index in 0...count {
            let next = index < count ? Int(tokens.tokens[index].offset) : length
            let gap = next - end
            guard Int(gaps[template.firstColumn + index]) == gap, memcmp(known, record + end, gap) == 0 else { return false }
            known += gap
            if index < count { end = next + Int(tokens.tokens[index].length) }
        }
        let hasTail = count > 0 && tokens.tokens[count - 1].role == .text && tokens.tokens[count - 1].occurrence == ColumnKey.tail
        return hasTail == template.hasTail
    }
}
