import EventModel

/// What of one product's records is kept from the store, and how. Rules name fields as the vendor does.
public struct PrivacyRules: Sendable {
    public enum Treatment: String, Sendable, CaseIterable {
        /// The field is taken out of the record.
        case drop
        /// What tells a person is taken out of the value: the local part of an e-mail address, the host part of an IP
        /// address, all of other texts and numbers.
        case mask
        /// The value becomes a keyed pseudonym, the same one wherever the value stands.
        case pseudonymise
    }

    public struct Rule: Sendable, Equatable {
        /// `actor.alternateId`: the field and all that is below it, also within lists; `*.email`: at any depth. Case does not
        /// matter.
        public var path: String
        public var treatment: Treatment

        public init(path: String, treatment: Treatment) {
            self.path = path
            self.treatment = treatment
        }
    }

    public let rules: [Rule]
    private let exact: [String: Treatment]
    private let anywhere: [String: Treatment]

    /// What is wrong with a path; nil if it is fine.
    public static func flaw(of path: String) -> String? {
        let parts = path.split(separator: ".", omittingEmptySubsequences: false)
        if parts.contains(where: \.isEmpty) { return "write a.b.c, or *.name for a name at any depth" }
        let named = parts.last == "*" ? parts.dropLast() : parts[...]
        if named.isEmpty || named.dropFirst().contains("*") || named.first == "*" && named.count != 2 {
            return "\"*\" may stand before one name, or at the end"
        }
        return nil
    }

    /// Rules whose path has a flaw are left out: whoever reads them from a file tells. The last of two for one path counts.
    public init(_ rules: [Rule]) {
        self.rules = rules.filter { Self.flaw(of: $0.path) == nil }
        var exact: [String: Treatment] = [:]
        var anywhere: [String: Treatment] = [:]
        for rule in self.rules {
            var path = FieldCatalog.fold(rule.path)
            if path.hasSuffix(".*") { path.removeLast(2) }
            if path.hasPrefix("*.") { anywhere[String(path.dropFirst(2))] = rule.treatment } else { exact[path] = rule.treatment }
        }
        self.exact = exact
        self.anywhere = anywhere
    }

    public var isEmpty: Bool { rules.isEmpty }

    /// What becomes of the field of exactly this path.
    /// - Parameters:
    ///   - path: folded.
    ///   - name: its last name.
    func treatment(path: String, name: String) -> Treatment? { exact[path] ?? anywhere[name] }

    /// What becomes of a value with this path: the rule for it, or for the closest of the objects that it is in.
    public func treatment(ofValueAt path: String) -> Treatment? {
        var path = FieldCatalog.fold(path)
        while true {
            let dot = path.lastIndex(of: ".")
            let name = dot.map { String(path[path.index(after: $0)...]) } ?? path
            if let found = treatment(path: path, name: name) { return found }
            guard let dot else { return nil }
            path = String(path[..<dot])
        }
    }
}
