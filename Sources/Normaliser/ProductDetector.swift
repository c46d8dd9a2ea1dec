import EventModel
#if canImport(Glibc)
import Glibc
#endif

// Hot path.

/// Tells from the fields of a record which product wrote it.
///
/// Each product states alternatives, each a set of conditions: fields that must be there, some with a text. All conditions of
/// all products are looked for in one pass; the first product, in the order of their files, with a satisfied alternative is it.
/// The answer depends on the record alone. An alternative is looked at only where its rarest condition is met, so that the time
/// grows hardly with the number of products.
final class ProductDetector: Sendable {
    struct Alternative: Sendable {
        var product: Int
        /// The envelope that the record stands in; -1 for none.
        var envelope: Int
        /// Which of the product's alternatives it is.
        var place: Int
        /// Its conditions, in `needed`.
        fileprivate var needs: Span
    }

    private struct Condition: Sendable {
        /// Where the text stands in `texts`; no length: any value.
        var offset: Int
        var length: Int
        /// The field's text only begins with it.
        var isPrefix = false
        /// The alternatives to look at when it is met, in `anchored`.
        var alternatives = Span(start: 0, end: 0)
    }

    /// A part of a list: conditions of one field, in `numbers`; alternatives of one condition, in `anchored`.
    fileprivate struct Span: Sendable {
        var start: Int
        var end: Int
    }

    private let codes: DenseTable
    /// `codes` is the index here plus 1.
    private let spans: FrozenBuffer<Span>
    private let numbers: FrozenBuffer<Int>
    private let conditions: FrozenBuffer<Condition>
    private let needed: FrozenBuffer<Int>
    private let texts: FrozenBuffer<UInt8>
    private let alternatives: FrozenBuffer<Alternative>
    private let anchored: FrozenBuffer<Int>

    init(_ files: [MappingFile], catalog: FieldCatalog) {
        var numbers: [String: Int] = [:]
        var conditions: [Condition] = []
        var texts: [UInt8] = []
        var byField: [FieldID: [Int]] = [:]
        var alternatives: [Alternative] = []
        var needed: [Int] = []
        for (product, file) in files.enumerated() {
            // A record in an envelope is looked for first: the envelope's own fields must not hide it.
            for (envelope, prefix) in [(-1, "")] + file.envelopes.enumerated().map({ ($0.offset, $0.element + ".") }) {
                for (place, alternative) in file.detect.enumerated() {
                    var needs: Set<Int> = []
                    for condition in alternative.conditions {
                        let path = FieldCatalog.fold(prefix + condition.path)
                        let name = "\(path)=\(condition.text ?? "")"
                        let number = numbers[name] ?? conditions.count
                        if number == conditions.count {
                            numbers[name] = number
                            let isPrefix = condition.text?.hasSuffix("*") == true
                            let text = Array((condition.text ?? "").utf8).dropLast(isPrefix ? 1 : 0)
                            conditions.append(Condition(offset: texts.count, length: text.count, isPrefix: isPrefix))
                            texts += text
                            byField[catalog.intern(path), default: []].append(number)
                        }
                        needs.insert(number)
                    }
                    let span = Span(start: needed.count, end: needed.count + needs.count)
                    needed += needs.sorted()
                    alternatives.append(Alternative(product: product, envelope: envelope, place: place, needs: span))
                }
            }
        }
        let anchored = Self.anchor(alternatives.map { needed[$0.needs.start..<$0.needs.end] }, &conditions)
        var codes: [FieldID: UInt16] = [:]
        var spans: [Span] = []
        var inSpans: [Int] = []
        for (id, list) in byField.sorted(by: { $0.key < $1.key }) {
            spans.append(Span(start: inSpans.count, end: inSpans.count + list.count))
            inSpans += list
            codes[id] = UInt16(spans.count)
        }
        self.codes = DenseTable(codes)
        self.spans = FrozenBuffer(spans)
        self.numbers = FrozenBuffer(inSpans)
        self.conditions = FrozenBuffer(conditions)
        self.needed = FrozenBuffer(needed)
        self.texts = FrozenBuffer(texts)
        self.alternatives = FrozenBuffer(alternatives)
        self.anchored = FrozenBuffer(anchored)
    }

    /// Notes each alternative with one of its conditions: one with a text before one without, then the one that the fewest
    /// alternatives share.
    private static func anchor(_ alternatives: [ArraySlice<Int>], _ conditions: inout [Condition]) -> [Int] {
        var shares = [Int](repeating: 0, count: conditions.count)
        for needs in alternatives { for number in needs { shares[number] += 1 } }
        var lists = [[Int]](repeating: [], count: conditions.count)
        for (index, needs) in alternatives.enumerated() {
            let anchor = needs.min {
                (conditions[$0].length == 0 ? 1 : 0, shares[$0]) < (conditions[$1].length == 0 ? 1 : 0, shares[$1])
            }
            if let anchor { lists[anchor].append(index) }
        }
        var anchored: [Int] = []
        for (number, list) in lists.enumerated() {
            conditions[number].alternatives = Span(start: anchored.count, end: anchored.count + list.count)
            anchored += list
        }
        return anchored
    }

    deinit {
        spans.deallocate()
        numbers.deallocate()
        conditions.deallocate()
        needed.deallocate()
        texts.deallocate()
        alternatives.deallocate()
        anchored.deallocate()
    }

    /// The product, and the envelope that the record stands in; nil if none is known. `only` restricts it to one product.
    func detect(_ builder: EventBuilder, _ start: Int, _ end: Int, only: Int? = nil) -> Alternative? {
        // A bit for each condition: small enough for the stack.
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: (conditions.count + 63) / 64) { seen in
            seen.initialize(repeating: 0)
            see(builder, start, end, seen)
            return first(seen, only)
        }
    }

    /// Notes which conditions the fields meet.
    @inline(__always)
    private func see(_ builder: EventBuilder, _ start: Int, _ end: Int, _ seen: UnsafeMutableBufferPointer<UInt64>) {
        let list = builder.fields
        codes.withCodes { codes in
            for index in start..<end {
                let id = list[index].id.index
                let code = id < codes.count ? codes[id] : 0
                if code == 0 { continue }
                let span = spans[Int(code) - 1]
                var place = span.start
                while place < span.end {
                    let number = numbers[place]
                    place &+= 1
                    if isMet(conditions.base + number, list[index], builder) { seen[number / 64] |= 1 &<< UInt64(number % 64) }
                }
            }
        }
    }

    /// The first alternative whose conditions are all seen.
    @inline(__always)
    private func first(_ seen: UnsafeMutableBufferPointer<UInt64>, _ only: Int?) -> Alternative? {
        var best = alternatives.count
        for word in seen.indices {
            var rest = seen[word]
            while rest != 0 {
                let span = conditions[word &* 64 &+ rest.trailingZeroBitCount].alternatives
                rest &= rest &- 1
                // In their order: of one condition, the first that is satisfied is the best.
                for place in span.start..<span.end {
                    let index = anchored[place]
                    if index >= best { break }
                    let alternative = alternatives.base + index
                    if let only, only != alternative.pointee.product { continue }
                    if isSatisfied(alternative.pointee.needs, seen) {
                        best = index
                        break
                    }
                }
            }
        }
        return best < alternatives.count ? alternatives[best] : nil
    }

    @inline(__always)
    private func isSatisfied(_ needs: Span, _ seen: UnsafeMutableBufferPointer<UInt64>) -> Bool {
        for place in needs.start..<needs.end {
            let number = needed[place]
            if seen[number / 64] &>> UInt64(number % 64) & 1 == 0 { return false }
        }
        return true
    }

    @inline(__always)
    private func isMet(_ condition: UnsafePointer<Condition>, _ field: Field, _ builder: EventBuilder) -> Bool {
        if field.kind == .null { return false }
        let length = condition.pointee.length
        if length == 0 { return true }
        guard field.isValue, condition.pointee.isPrefix ? field.length >= length : field.length == length,
            let text = builder.bytes(of: field).baseAddress else {
            return false
        }
        return memcmp(text, texts.base + condition.pointee.offset, length) == 0
    }
}
