/// The functions that a mapping file may call. Each has its code in a file of `Functions/`.
enum MappingFunction: String, CaseIterable {
    /// `last(path, "/")`: what follows the last separator, the whole text if there is none.
    case last
    /// `before(path, "@")`: what stands before the first separator, the whole text if there is none.
    case before
    /// `after(path, "user=")`: the word after the first marker that begins a word; nothing if there is none.
    case after
    /// `unless(path, "-")`: the text if it is not that word, by which a vendor says that there is none.
    case unless
    /// `email(path)`: the text if it is an e-mail address.
    case email
    /// `lower(path)`: the text in lower case (ASCII).
    case lower
    /// `decoded(path)`: the text without percent-encoding (`%40` for `@`); the text itself if it has none.
    case decoded
    /// `present(path, text)`: the constant text, if the path is there and not null.
    case present
    /// `pair(path, key)`: the value of a key in a text of `key=value, key="value"` pairs.
    case pair
    /// `segment(path, users)`: what follows a name in a resource's path, `42` of `/v2/users/42/roles`.
    case segment
    /// `split(path, ",")`: a list, of the parts between separators, blanks around them left out.
    case split
    /// `words(path, path)`: both texts with a blank between, or the one that is there.
    case words

    /// What is wrong with an argument; nil if it is fine.
    func flaw(of argument: String) -> String? {
        switch self {
        case .last, .before, .split:
            argument.utf8.count == 1 ? nil : "needs a separator of one ASCII character as its second argument, in quotes"
        case .after: argument.isEmpty ? "needs a marker such as \"user=\" as its second argument" : nil
        case .unless: argument.isEmpty ? "needs the word that means nothing as its second argument" : nil
        case .pair:
            argument.utf8.isEmpty || argument.utf8.contains(where: PairText.ends)
                ? "needs the key of a pair as its second argument, without blanks, commas, quotes and =" : nil
        case .segment:
            argument.utf8.isEmpty || argument.utf8.contains(where: PathSegment.ends)
                ? "needs the name of a segment as its second argument, without slashes" : nil
        case .present: argument.isEmpty ? "needs a text as its second argument" : nil
        case .words: VendorPath(argument) == nil ? "needs a path as its second argument" : nil
        case .email, .lower, .decoded: argument.isEmpty ? nil : "takes one argument"
        }
    }

    /// Whether the function answers a list.
    var isList: Bool { self == .split }
}
