/// What to do about a finding: a Markdown file whose task list items (GitHub Flavored Markdown, "Task list items") are the steps.
public struct Playbook: Sendable, Equatable {
    /// A task list item.
    public struct Step: Sendable, Equatable {
        /// A hash of its text: the same as long as the text is, wherever it stands in the playbook.
        public var id: String
        /// Index of its section.
        public var section: Int
        let lines: Range<Int>
    }

    public struct Section: Sendable, Equatable {
        public var title: String
        public var line: Int
    }

    struct Line: Sendable, Equatable {
        /// What stands before the mark of a step: `- [`. Nil: the line begins no step.
        var opening: String?
        /// Of a step: what follows the mark's bracket.
        var text: PlaybookText
    }

    /// That of its file, without the ending.
    public let name: String
    /// The heading of the first level.
    public let title: String
    /// The headings of the second level.
    public let sections: [Section]
    public let steps: [Step]
    let lines: [Line]

    /// The text for one finding, its steps ticked that are done.
    public func text(_ values: PlaybookValues, for target: PlaybookTarget, done: Set<String> = []) -> String {
        var ticked: Set<Int> = []
        for step in steps where done.contains(step.id) { ticked.insert(step.lines.lowerBound) }
        return lines.enumerated().map { index, line in
            let text = line.text.filled(values, for: target)
            guard let opening = line.opening else { return text + "\n" }
            return opening + (ticked.contains(index) ? "x" : " ") + "] " + text + "\n"
        }.joined()
    }

    /// A step's text for one finding, on one line.
    public func text(of step: Step, _ values: PlaybookValues, for target: PlaybookTarget) -> String {
        let text = lines[step.lines].map { $0.text.filled(values, for: target) }.joined(separator: " ")
        return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    init(name: String, title: String, sections: [Section], steps: [Step], lines: [Line]) {
        self.name = name
        self.title = title
        self.sections = sections
        self.steps = steps
        self.lines = lines
    }
}
