/// All playbooks, by name.
public struct PlaybookLibrary: Sendable, Equatable {
    private var playbooks: [String: Playbook] = [:]

    /// More in one folder are a mistake.
    public static let maximumPlaybooks = 1_000

    public init(_ playbooks: [Playbook] = []) {
        for playbook in playbooks { self.playbooks[playbook.name] = playbook }
    }

    public subscript(name: String) -> Playbook? { playbooks[name] }

    /// In order of the alphabet.
    public var names: [String] { playbooks.keys.sorted() }
}
