/// JSON of the user's own making with places for what a notification says: `{"text": "{{title}}", "count": {{count}}}`.
///
/// Texts may stand inside of JSON strings only, and are escaped for them; numbers and truth values stand anywhere. What is
/// between `{{#findings}}` and `{{/findings}}` is written for every finding; outside of strings with commas between.
public struct PayloadTemplate: Sendable, Equatable {
    public let text: String
    let nodes: [TemplateNode]

    public static let maximumBytes = 8_192
    public static let maximumPlaces = 64

    /// Reads a template, and checks that whatever is filled in makes valid JSON.
    public init(_ text: String) throws(TemplateError) {
        guard text.utf8.count <= PayloadTemplate.maximumBytes else {
            throw TemplateError(line: 1, column: 1, "the template has more than \(PayloadTemplate.maximumBytes) bytes")
        }
        var parser = TemplateParser(text)
        nodes = try parser.parse()
        self.text = text
        for sample in TemplateSample.all {
            let filled = sample.fill(nodes)
            guard let error = JSONSyntax.error(in: filled.bytes) else { continue }
            throw parser.error(at: filled.place(of: error.offset), "the filled template is no JSON: \(error.reason)")
        }
    }

    /// The names that may stand in it: those of the notification, and within the loop those of a finding first.
    public static var names: (notification: [String], finding: [String]) {
        (NotificationField.allCases.map(\.rawValue), FindingField.allCases.map(\.rawValue))
    }

    public static func == (a: PayloadTemplate, b: PayloadTemplate) -> Bool { a.text == b.text }
}

/// What is wrong with a template, and where in its text: lines and columns count from 1.
public struct TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    public var line: Int
    public var column: Int
    public var message: String

    init(line: Int, column: Int, _ message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    public var description: String { "\(line):\(column): \(message)" }
}

/// A piece of a template.
indirect enum TemplateNode: Sendable {
    /// As written, from that byte of the template on.
    case literal([UInt8], offset: Int)
    case notification(NotificationField, offset: Int)
    case finding(FindingField, offset: Int)
    case loop([TemplateNode], isInString: Bool, offset: Int)
}
