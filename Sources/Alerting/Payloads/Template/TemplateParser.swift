import EventModel

/// Reads a template into its pieces, and knows at each place whether it is inside of a JSON string.
struct TemplateParser {
    private let bytes: [UInt8]
    private var position = 0
    private var isInString = false
    /// How many more bytes belong to an escape that has begun.
    private var escape = 0
    private var places = 0

    private static let maximumNameBytes = 64

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func parse() throws(TemplateError) -> [TemplateNode] {
        var outer: [TemplateNode] = []
        var inner: [TemplateNode]?
        var loopStart = 0
        var isLoopInString = false
        var literal = 0

        func flush(_ end: Int) {
            guard literal < end else { return }
            let node = TemplateNode.literal(Array(bytes[literal..<end]), offset: literal)
            if inner == nil { outer.append(node) } else { inner?.append(node) }
        }

        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "{"), position + 1 < bytes.count, bytes[position + 1] == UInt8(ascii: "{")
            else {
                step(bytes[position])
                position += 1
                continue
            }
            let start = position
            flush(start)
            let name = try tag()
            literal = position
            guard escape == 0 else { throw error(at: start, "{{\(name)}} stands within an escape") }
            switch name {
            case "#findings":
                guard inner == nil else { throw error(at: start, "{{#findings}} stands within {{#findings}}") }
                (inner, loopStart, isLoopInString) = ([], start, isInString)
            case "/findings":
                guard let body = inner else { throw error(at: start, "{{/findings}} ends no {{#findings}}") }
                guard isInString == isLoopInString else {
                    throw error(at: start, "a loop begins and ends inside of the same string, or outside of strings")
                }
                inner = nil
                outer.append(.loop(body, isInString: isInString, offset: loopStart))
            default:
                let node = try place(name, at: start, isInLoop: inner != nil)
                if inner == nil { outer.append(node) } else { inner?.append(node) }
            }
        }
        guard inner == nil else { throw error(at: loopStart, "{{#findings}} has no {{/findings}}") }
        flush(bytes.count)
        return outer
    }

    /// The place of a byte, as people count it.
    func error(at offset: Int, _ message: String) -> TemplateError {
        let before = bytes[..<min(offset, bytes.count)]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return TemplateError(
            line: line, column: String(decoding: before[lineStart...], as: UTF8.self).unicodeScalars.count + 1, message)
    }

    private mutating func step(_ byte: UInt8) {
        guard isInString else {
            isInString = byte == UInt8(ascii: "\"")
            return
        }
        if escape > 0 {
            escape -= 1
            // The letter after the backslash: four digits follow a `u`.
            if byte == UInt8(ascii: "u"), position > 0, bytes[position - 1] == UInt8(ascii: "\\"), escape == 0 { escape = 4 }
        } else if byte == UInt8(ascii: "\\") {
            escape = 1
        } else if byte == UInt8(ascii: "\"") {
            isInString = false
        }
    }

    /// What stands between the braces; goes on after them.
    private mutating func tag() throws(TemplateError) -> String {
        let start = position
        var end = start + 2
        while end + 1 < bytes.count, end - start <= TemplateParser.maximumNameBytes,
            bytes[end] != UInt8(ascii: "}"), bytes[end] != UInt8(ascii: "\n")
        {
            end += 1
        }
        guard end + 1 < bytes.count, bytes[end] == UInt8(ascii: "}"), bytes[end + 1] == UInt8(ascii: "}") else {
            throw error(at: start, "{{ has no }}")
        }
        position = end + 2
        let name = bytes[(start + 2)..<end].drop { $0 == 0x20 }
        return String(decoding: name[..<(name.lastIndex { $0 != 0x20 }.map { $0 + 1 } ?? name.startIndex)], as: UTF8.self)
    }

    private mutating func place(_ name: String, at start: Int, isInLoop: Bool) throws(TemplateError) -> TemplateNode {
        places += 1
        guard places <= PayloadTemplate.maximumPlaces else {
            throw error(at: start, "there are more than \(PayloadTemplate.maximumPlaces) {{ }}")
        }
        let node: TemplateNode
        let isText: Bool
        if isInLoop, let field = FindingField(rawValue: name) {
            (node, isText) = (.finding(field, offset: start), field.isText)
        } else if let field = NotificationField(rawValue: name) {
            (node, isText) = (.notification(field, offset: start), field.isText)
        } else {
            throw error(at: start, unknown(name, isInLoop: isInLoop))
        }
        guard isInString || !isText else { throw error(at: start, "{{\(name)}} is a text: it needs quotes around it") }
        return node
    }

    private func unknown(_ name: String, isInLoop: Bool) -> String {
        let shown = "there is no {{\(DisplayText.line(name))}}"
        if !isInLoop, FindingField(rawValue: name) != nil { return shown + " outside of {{#findings}}" }
        let names = PayloadTemplate.names
        let known = names.notification + (isInLoop ? names.finding : [])
        return NearestName.find(name, in: known).map { shown + "; did you mean {{\($0)}}?" } ?? shown
    }
}
