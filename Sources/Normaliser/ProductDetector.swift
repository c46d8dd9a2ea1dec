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
        var needs: ConditionSet
    }

    /// A bit for each condition.
    typealias ConditionSet = SIMD16<UInt64>

    private struct Condition: Sendable {
        /// Where the text stands in `texts`; no length: any value.
        var offset: Int
        var length: Int
        /// The field's text only begins with it.
        var isPrefix = false
        /// The alternatives to look at when it is met, in `anchored`.
        var alternatives = Span(start: 0, end: 0)
    }

    /// Conditions of one field, in `numbers`; alternatives of one condition, in `anchored`.
    private struct Span: Sendable {
        var start: Int
        var end: Int
    }

    private let codes: DenseTable
    /// `codes` is the index here plus 1.
    private let spans: FrozenBuffer<Span>
    private let numbers: FrozenBuffer<Int>
    private let conditions: FrozenBuffer<Condition>
    /// The bit of each condition: a shift of that many bits by a variable costs more than reading it.
    private let bits: FrozenBuffer<ConditionSet>
    private let texts: FrozenBuffer<UInt8>
    private let alternatives: FrozenBuffer<Alternative>
    private let anchored: FrozenBuffer<Int>

    /// The bits of one pass. A product needs some ten conditions, and many share them.
    static let maximumConditions = 1024

    /// Nil if the products have more conditions than bits.
    init?(_ files: [MappingFile], catalog: FieldCatalog) {
        var numbers: [String: Int] = [:]
        var conditions: [Condition] = []
        var texts: [UInt8] = []
        var byField: [FieldID: [Int]] = [:]
        var alternatives: [Alternative] = []
        for (product, file) in files.enumerated() {
            // A record in an envelope is looked for first: the envelope's own fields must not hide it.
            for (envelope, prefix) in [(-1, "")] + file.envelopes.enumerated().map({ ($0.offset, $0.element + ".") }) {
                for (place, alternative) in file.detect.enumerated() {
                    var needs = ConditionSet()
                    for condition in alternative.conditions {
                        let path = FieldCatalog.fold(prefix + condition.path)
                        let name = "\(path)=\(condition.text ?? "")"
                        let number = numbers[name] ?? conditions.count
                        if number == conditions.count {
                            guard number < Self.maximumConditions else { return nil }
                            numbers[name] = number
                            let isPrefix = condition.text?.hasSuffix("*") == true
                            let text = Array((condition.text ?? "").utf8).dropLast(isPrefix ? 1 : 0)
                            conditions.append(Condition(offset: texts.count, length: text.count, isPrefix: isPrefix))
                            texts += text
                            byField[catalog.intern(path), default: []].append(number)
                        }
                        needs |= Self.bit(number)
                    }
                    alternatives.append(Alternative(product: product, envelope: envelope, place: place, needs: needs))
                }
            }
        }
        let anchored = Self.anchor(alternatives, &conditions)
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
        bits = FrozenBuffer(conditions.indices.map(Self.bit))
        self.texts = FrozenBuffer(texts)
        self.alternatives = FrozenBuffer(alternatives)
        self.anchored = FrozenBuffer(anchored)
    }

    private static func bit(_ number: Int) -> ConditionSet {
        var set = ConditionSet()
        set[number / 64] = 1 << UInt64(number % 64)
        return set
    }

    /// Notes each alternative with one of its conditions: one with a text before one without, then the one that the fewest
    /// alternatives share.
    private static func anchor(_ alternatives: [Alternative], _ conditions: inout [Condition]) -> [Int] {
        func numbers(_ set: ConditionSet) -> [Int] { conditions.indices.filter { set & bit($0) != ConditionSet() } }
        var shares = [Int](repeating: 0, count: conditions.count)
        for alternative in alternatives { for number in numbers(alternative.needs) { shares[number] += 1 } }
        var lists = [[Int]](repeating: [], count: conditions.count)
        for (index, alternative) in alternatives.enumerated() {
            let anchor = numbers(alternative.needs).min {
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
        bits.deallocate()
        texts.deallocate()
        alternatives.deallocate()
        anchored.deallocate()
    }

    /// The product, and the envelope that the record stands in; nil if none is known. `only` restricts it to one product.
    func detect(_ builder: EventBuilder, _ start: Int, _ end: Int, only: Int? = nil) -> Alternative? {
        let list = builder.fields
        var seen = ConditionSet()
        codes.withCodes { codes in
            for index in start..<end {
                let id = list[index].id.index
                let code = id < codes.count ? codes[id] : 0
                if code == 0 { continue }
                let span = spans[Int(code) - 1]
                var place = span.start
                while place < span.end {
                    let number = numbers[place]
                    if isMet(conditions[number], list[index], builder) { seen |= bits[number] }
                    place &+= 1
                }
            }
        }
        var best = alternatives.count
        for word in 0..<ConditionSet.scalarCount {
            var rest = seen[word]
            while rest != 0 {
                let span = conditions[word &* 64 &+ rest.trailingZeroBitCount].alternatives
                rest &= rest &- 1
                for place in span.start..<span.end where anchored[place] < best {
                    let alternative = alternatives.base + anchored[place]
                    let needs = alternative.pointee.needs
                    if seen & needs == needs, only == nil || only == alternative.pointee.product { best = anchored[place] }
                }
            }
        }
        return best < alternatives.count ? alternatives[best] : nil
    }

    @inline(__always)
    private func isMet(_ condition: Condition, _ field: Field, _ builder: EventBuilder) -> Bool {
        if field.kind == .null { return false }
        if condition.length == 0 { return true }
        guard field.isValue, condition.isPrefix ? field.length >= condition.length : field.length == condition.length,
            let text = builder.bytes(of: field).baseAddress else {
            return false
        }
        return memcmp(text, texts.base + condition.offset, condition.length) == 0
    }
}
