/// Where a filled playbook is read. Values are attackers' texts: in neither place may they do anything but be read.
public enum PlaybookTarget: Sendable, CaseIterable {
    /// A terminal, as plain text.
    case terminal
    /// Something that renders CommonMark, with or without GitHub's extensions.
    case markdown

    /// What is written for a value that is not there.
    static let absent = "(not known)"

    func text(_ value: PlaybookValues.Value?, isCode: Bool) -> String {
        switch value {
        case nil: Self.absent
        case .link(let address): address
        case .text(let text) where isCode: InertText.argument(text)
        case .text(let text): self == .markdown ? InertText.markdown(text) : InertText.plain(text)
        }
    }
}
