/// The functions that a mapping file may call. Each has its code in a file of `Functions/`.
enum MappingFunction: String, CaseIterable {
    /// `last(path, "/")`: what follows the last separator, the whole text if there is none.
    case last
    /// `before(path, "@")`: what stands before the first separator, the whole text if there is none.
    case before
    /// `email(path)`: the text if it is an e-mail address.
    case email
    /// `lower(path)`: the text in lower case (ASCII).
    case lower
    /// `decoded(path)`: the text without percent-encoding (`%40` for `@`); the text itself if it has none.
    case decoded
    /// `present(path, text)`: the constant text, if the path is there and not null.
    case present
    /// `split(path, ",")`: a list, of the parts between separators, blanks around them left out.
    case split

    /// What is wrong with an argument; nil if it is fine.
    func flaw(of argument: String) -> String? {
        switch self {
        case .last, .before, .split:
            argument.utf8.count == 1 ? nil : "needs a separator of one ASCII character as its second argument, in quotes"
        case .present: argument.isEmpty ? "needs a text as its second argument" : nil
        case .email, .lower, .decoded: argument.isEmpty ? nil : "takes one argument"
        }
    }

    /// Whether the function answers a list.
    var isList: Bool { self == .split }
}
