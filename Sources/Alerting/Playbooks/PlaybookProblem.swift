/// What is wrong with a playbook, and where. Lines and columns count from 1.
public struct PlaybookProblem: Error, Sendable, Equatable {
    public var line: Int
    /// In characters.
    public var column: Int
    /// One lower-case line: what is wrong, and what to do about it.
    public var message: String

    public init(line: Int, column: Int = 1, _ message: String) {
        self.line = line
        self.column = column
        self.message = message
    }
}
