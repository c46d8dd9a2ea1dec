import EventModel

extension Playbook {
    /// The most that a file may have: it is read by somebody in a hurry.
    public static let maximumBytes = 64 << 10
    public static let maximumSteps = 100

    /// Reads a playbook. Nil with all that is wrong with it, if anything is.
    /// - Parameter names: what placeholders may be called.
    public static func read(
        _ bytes: [UInt8], name: String, names: Set<String> = PlaybookValues.names
    ) -> (playbook: Playbook?, problems: [PlaybookProblem]) {
        guard PlaybookName.isValid(name) else {
            return (nil, [PlaybookProblem(line: 1, "the file's name must be \(PlaybookName.form)")])
        }
        guard bytes.count <= maximumBytes else {
            return (nil, [PlaybookProblem(line: 1, "the playbook is longer than \(maximumBytes) bytes; split it")])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            return (nil, [PlaybookProblem(line: 1, "the playbook is not UTF-8")])
        }
        var reader = PlaybookReader(name: name, names: names)
        return reader.read(text)
    }
}

/// Goes through a playbook line by line.
private struct PlaybookReader {
    let name: String
    let names: Set<String>
    private var title: String?
    private var sections: [Playbook.Section] = []
    private var steps: [Playbook.Step] = []
    private var lines: [Playbook.Line] = []
    private var problems: [PlaybookProblem] = []
    /// The fence that has to close the block we are in.
    private var fence: Substring?
    /// Where the step that we are in begins.
    private var stepStart: Int?

    init(name: String, names: Set<String>) {
        self.name = name
        self.names = names
    }

    mutating func read(_ text: String) -> (Playbook?, [PlaybookProblem]) {
        var body = text[...]
        while body.last?.isNewline == true { body = body.dropLast() }
        for line in body.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { readLine(line) }
        endStep()
        if fence != nil { problem("a block of code has no end", at: lines.count) }
        if title == nil {
            problems.insert(PlaybookProblem(line: 1, "a playbook begins with its title, as in \"# Account takeover\""), at: 0)
        }
        if steps.isEmpty { problem("a playbook needs a step, as in \"- [ ] End the sessions\"", at: 1) }
        if steps.count > Playbook.maximumSteps { problem("a playbook has at most \(Playbook.maximumSteps) steps", at: 1) }
        reportTwins()
        guard problems.isEmpty, let title else { return (nil, problems) }
        return (Playbook(name: name, title: title, sections: sections, steps: steps, lines: lines), [])
    }

    private mutating func problem(_ message: String, at line: Int) {
        problems.append(PlaybookProblem(line: max(1, line), message))
    }

    private mutating func readLine(_ line: Substring) {
        let number = lines.count + 1
        let bare = line.drop { $0 == " " }
        if line.unicodeScalars.contains(where: { [.control, .format].contains($0.properties.generalCategory) }) {
            problem("the line has a control character; indent with blanks", at: number)
        }
        if let open = fence {
            if bare.hasPrefix(open), bare.allSatisfy({ $0 == open.first || $0 == " " }) { fence = nil }
            return append(line, of: line, isFenced: true)
        }
        if bare.hasPrefix("```") || bare.hasPrefix("~~~") {
            fence = bare.prefix { $0 == bare.first }
            return append(line, of: line, isFenced: true)
        }
        if bare.hasPrefix("#"), line.count - bare.count < 4 { return readHeading(line, bare) }
        if let opening = PlaybookReader.opening(bare) {
            endStep()
            stepStart = lines.count
            let mark = line.prefix(line.count - bare.count) + opening
            return append(bare.dropFirst(opening.count + 2), of: line, opening: String(mark))
        }
        // A step goes on as long as its lines are indented.
        if bare.isEmpty || bare.startIndex == line.startIndex { endStep() }
        if stepStart == nil, line.count - bare.count >= 4, bare.contains("{{") {
            problem("a placeholder in code that is only indented; put the code between lines of ```", at: number)
        }
        append(line, of: line)
    }

    private mutating func readHeading(_ line: Substring, _ bare: Substring) {
        endStep()
        let number = lines.count + 1
        let level = bare.prefix { $0 == "#" }.count
        let text = bare.dropFirst(level).split(separator: " ").joined(separator: " ")
        if text.isEmpty { problem("the heading is empty", at: number) }
        if text.contains("{{") { problem("a heading has no placeholders", at: number) }
        switch level {
        case 1:
            if title != nil { problem("a playbook has one title; write \"##\" for its sections", at: number) }
            title = text
        case 2: sections.append(Playbook.Section(title: text, line: number))
        default: break
        }
        append(line, of: line)
    }

    /// `- [` of a task list item.
    private static func opening(_ bare: Substring) -> Substring? {
        let mark = bare.prefix(6)
        guard let bullet = mark.first, "-*+".contains(bullet), mark.dropFirst().hasPrefix(" ["), mark.hasSuffix("] ") else {
            return nil
        }
        let state = mark.dropFirst(3).first
        return state == " " || state == "x" || state == "X" ? bare.prefix(3) : nil
    }

    private mutating func append(_ text: Substring, of line: Substring, opening: String? = nil, isFenced: Bool = false) {
        // After a step's opening, its state and `] `.
        let text = opening == nil ? text : text.drop { $0 == " " }
        let indent = text.base.distance(from: line.startIndex, to: text.startIndex)
        var reader = PlaybookTextReader(names: names, line: lines.count + 1, indent: indent, isFenced: isFenced)
        let read = reader.read(text)
        problems += reader.problems
        lines.append(Playbook.Line(opening: opening, text: read))
    }

    private mutating func endStep() {
        guard let start = stepStart else { return }
        stepStart = nil
        let range = start..<lines.count
        let words = lines[range].map(\.text.source).joined(separator: " ").split(whereSeparator: \.isWhitespace)
        let text = words.joined(separator: " ")
        if text.isEmpty { problem("the step says nothing", at: start + 1) }
        if sections.isEmpty { problem("a step stands under a section, as in \"## Contain\"", at: start + 1) }
        steps.append(Playbook.Step(id: HashText.hex(text, bytes: 6), section: max(0, sections.count - 1), lines: range))
    }

    /// Steps with one text could not be told apart.
    private mutating func reportTwins() {
        var first: [String: Int] = [:]
        for step in steps {
            if let line = first[step.id] {
                problem("the step stands at line \(line + 1) already", at: step.lines.lowerBound + 1)
            } else {
                first[step.id] = step.lines.lowerBound
            }
        }
    }
}
