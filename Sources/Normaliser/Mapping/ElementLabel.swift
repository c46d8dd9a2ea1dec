/// `resources[repo].name` and `resources[user].name` are members of two objects of one list: the label in brackets keeps them
/// apart.
enum ElementLabel {
    /// The name without its label.
    static func without(_ name: String) -> String {
        guard name.hasSuffix("]"), let open = name.firstIndex(of: "[") else { return name }
        return String(name[..<open])
    }
}
