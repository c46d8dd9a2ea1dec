import EventModel
#if canImport(Glibc)
import Glibc
#endif

// Hot path.

/// Tells from the fields of a record which product wrote it.
///
/// Each product states alternatives, each a set of conditions: fields that must be there, some with a text. All conditions of
/// all products are looked for in one pass; the first product, in the order of their files, with a satisfied alternative is it.
/// The answer depends on the record alone.
final class ProductDetector: Sendable {
    struct Alternative: Sendable {
        var product: Int
        /// The envelope that the record stands in; -1 for none.
        var envelope: Int
        var needs: UInt128
    }

    private struct Condition: Sendable {
        /// Where the text stands in `texts`; no length: any value.
        var offset: Int
        var length: Int
    }

    /// Conditions of one field, in `numbers`.
    private struct Span: Sendable {
        var start: Int
        var end: Int
    }

    private let codes: DenseTable
    /// `codes` is the index here plus 1.
    private let spans: FrozenBuffer<Span>
    private let numbers: FrozenBuffer<Int>
    private let conditions: FrozenBuffer<Condition>
    /// The bit of each condition: a shift of 128 bits by a variable costs more than reading it.
    private let bits: FrozenBuffer<UInt128>
    private let texts: FrozenBuffer<UInt8>
    private let alternatives: FrozenBuffer<Alternative>

    /// The bits of one pass. Forty products need some hundred conditions, and many share them.
    static let maximumConditions = 128

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
                for alternative in file.detect {
                    var needs: UInt128 = 0
                    for condition in alternative {
                        let path = FieldCatalog.fold(prefix + condition.path)
                        let name = "\(path)=\(condition.text ?? "")"
                        let number = numbers[name] ?? conditions.count
                        if number == conditions.count {
                            guard number < Self.maximumConditions else { return nil }
                            numbers[name] = number
                            let text = Array((condition.text ?? "").utf8)
                            conditions.append(Condition(offset: texts.count, length: text.count))
                            texts += text
                            byField[catalog.intern(path), default: []].append(number)
                        }
                        needs |= 1 << UInt128(number)
                    }
                    alternatives.append(Alternative(product: product, envelope: envelope, needs: needs))
                }
            }
        }
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
        bits = FrozenBuffer(conditions.indices.map { 1 << UInt128($0) })
        self.texts = FrozenBuffer(texts)
        self.alternatives = FrozenBuffer(alternatives)
    }

    deinit {
        spans.deallocate()
        numbers.deallocate()
        conditions.deallocate()
        bits.deallocate()
        texts.deallocate()
        alternatives.deallocate()
    }

    /// The product, and the envelope that the record stands in; nil if none is known. `only` restricts it to one product.
    func detect(_ builder: EventBuilder, _ start: Int, _ end: Int, only: Int? = nil) -> Alternative? {
        let list = builder.fields
        var seen: UInt128 = 0
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
        if seen == 0 { return nil }
        for index in 0..<alternatives.count {
            let alternative = alternatives.base + index
            let needs = alternative.pointee.needs
            if seen & needs == needs, only == nil || only == alternative.pointee.product { return alternative.pointee }
        }
        return nil
    }

    @inline(__always)
    private func isMet(_ condition: Condition, _ field: Field, _ builder: EventBuilder) -> Bool {
        if field.kind == .null { return false }
        if condition.length == 0 { return true }
        guard field.isValue, field.length == condition.length, let text = builder.bytes(of: field).baseAddress else {
            return false
        }
        return memcmp(text, texts.base + condition.offset, condition.length) == 0
    }
}
