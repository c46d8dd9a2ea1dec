import EventModel

/// Values that a template is tried with when the configuration is read.
struct TemplateSample {
    var number: Int
    var truth: Bool
    var text: String
    var findings: Int

    /// The least and something more: zeros show numbers that are put together, two findings show commas.
    static let all = [
        TemplateSample(number: 0, truth: false, text: "", findings: 1),
        TemplateSample(number: 12, truth: true, text: "a\"\\\n{{b}}", findings: 2),
    ]

    /// A filled template that knows where each of its bytes comes from.
    struct Filled {
        var bytes: [UInt8] = []
        private var pieces: [(start: Int, offset: Int, isLiteral: Bool)] = []

        mutating func append(_ piece: [UInt8], offset: Int, isLiteral: Bool) {
            pieces.append((bytes.count, offset, isLiteral))
            bytes += piece
        }

        /// The byte of the template that a byte of the result was made of.
        func place(of position: Int) -> Int {
            guard let piece = pieces.last(where: { $0.start <= position }) else { return 0 }
            return piece.isLiteral ? piece.offset + position - piece.start : piece.offset
        }
    }

    func fill(_ nodes: [TemplateNode]) -> Filled {
        var filled = Filled()
        fill(nodes, into: &filled)
        return filled
    }

    private func fill(_ nodes: [TemplateNode], into filled: inout Filled) {
        for node in nodes {
            switch node {
            case .literal(let bytes, let offset): filled.append(bytes, offset: offset, isLiteral: true)
            case .notification(let field, let offset):
                let value = value(isText: field.isText, isTruth: field == .drill)
                filled.append(TemplatePayload.bytes(value), offset: offset, isLiteral: false)
            case .finding(let field, let offset):
                let value = value(isText: field.isText, isTruth: false)
                filled.append(TemplatePayload.bytes(value), offset: offset, isLiteral: false)
            case .loop(let body, let isInString, let offset):
                for index in 0..<findings {
                    if index > 0, !isInString { filled.append([UInt8(ascii: ",")], offset: offset, isLiteral: false) }
                    fill(body, into: &filled)
                }
            }
        }
    }

    private func value(isText: Bool, isTruth: Bool) -> TemplateValue {
        isText ? .text(text) : isTruth ? .bool(truth) : .number(number)
    }
}
