/// A place in a vendor's record as a mapping file writes it: `actor.id`, or `target[type=User|AppUser].alternateId` for the first
/// element of the list `target` whose `type` is one of the words.
struct VendorPath: Equatable {
    struct Selector: Equatable {
        /// The list, for example `events.parameters`.
        var list: String
        /// The member of its objects that is compared, for example `name`.
        var key: String
        /// Exact texts, one of which it must be.
        var values: [String]
        /// The member that is taken, for example `value`.
        var rest: String
    }

    /// The whole path without its selector: the name of the field that is taken.
    var path: String
    var selector: Selector?

    /// Nil if the text is no path: empty names, brackets that do not match, more than one selector.
    init?(_ text: String) {
        guard let open = text.firstIndex(of: "[") else {
            guard Self.isPath(text) else { return nil }
            path = text
            return
        }
        guard let close = text[open...].firstIndex(of: "]") else { return nil }
        let condition = text[text.index(after: open)..<close]
        let list = String(text[..<open])
        let tail = text[text.index(after: close)...]
        guard tail.first == ".", let equals = condition.firstIndex(of: "=") else { return nil }
        let rest = String(tail.dropFirst())
        let key = String(condition[..<equals])
        let values = condition[condition.index(after: equals)...].split(separator: "|", omittingEmptySubsequences: false)
        guard Self.isPath(list), Self.isPath(key), Self.isPath(rest), values.allSatisfy({ !$0.isEmpty }) else { return nil }
        path = list + "." + rest
        selector = Selector(list: list, key: key, values: values.map(String.init), rest: rest)
    }

    /// Names between dots. A name may itself begin with a dot: `event_type..tag` is the member `.tag` of `event_type`.
    private static func isPath(_ text: String) -> Bool {
        !text.isEmpty && !text.contains(where: { "[]=|(),\"".contains($0) }) && !text.hasSuffix(".") && !text.contains("...")
    }
}

extension VendorPath: CustomStringConvertible {
    /// As a mapping file writes it.
    var description: String {
        guard let selector else { return path }
        return "\(selector.list)[\(selector.key)=\(selector.values.joined(separator: "|"))].\(selector.rest)"
    }
}
