/// A pattern of paths: names with wildcards between slashes, and `**` for any number of directories. Symbolic links are followed
/// where they are named or matched, but not below `**`.
package struct GlobPattern: Equatable, Sendable {
    enum Component: Equatable, Sendable {
        case name(GlobName)
        case anyDepth
    }

    let components: [Component]
    let isAbsolute: Bool
    /// The one path that matches, as written, if there are no wildcards.
    package let literal: FilePath?

    private static let maximumBytes = 4_096
    private static let maximumComponents = 64

    /// The patterns that a text stands for: one, or one for each combination of alternatives in its braces.
    package static func all(_ text: String) throws(GlobError) -> [GlobPattern] {
        guard text.utf8.count <= maximumBytes else { throw GlobError(.tooLong, in: String(text.prefix(80)) + "…") }
        var patterns: [GlobPattern] = []
        for bytes in try GlobBraces.expanded(text) { patterns.append(try GlobPattern(bytes, text)) }
        return patterns
    }

    private init(_ bytes: [UInt8], _ text: String) throws(GlobError) {
        isAbsolute = bytes.first == UInt8(ascii: "/")
        var components: [Component] = []
        let parts = bytes.split(separator: UInt8(ascii: "/"))
        guard parts.count <= Self.maximumComponents else { throw GlobError(.tooManyComponents, in: text) }
        for part in parts where part != [UInt8(ascii: ".")] {
            if part == [UInt8(ascii: "*"), UInt8(ascii: "*")] {
                if components.last != .anyDepth { components.append(.anyDepth) }
            } else {
                components.append(.name(try GlobName(part, in: text)))
            }
        }
        guard !components.isEmpty, bytes.last != UInt8(ascii: "/") else { throw GlobError(.noName, in: text) }
        // All files below.
        if components.last == .anyDepth { components.append(.name(try GlobName([UInt8(ascii: "*")], in: text))) }
        let hasWildcards = components.contains { component in
            if case .name(let name) = component { name.literal == nil } else { true }
        }
        literal = hasWildcards ? nil : FilePath(bytes: Self.unescaped(bytes))
        self.components = components
    }

    private static func unescaped(_ bytes: [UInt8]) -> [UInt8] {
        var isEscaped = false
        return bytes.filter { byte in
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
            return !isEscaped
        }
    }

    /// The text as a pattern of itself alone.
    package static func escaped(_ text: String) -> String {
        text.reduce(into: "") { result, character in
            if "*?[]{},\\".contains(character) { result.append("\\") }
            result.append(character)
        }
    }

    /// Whether the pattern is for that path. A pattern of one name is for files of such a name in any directory.
    package func excludes(_ path: FilePath) -> Bool {
        let names = path.bytes.split(separator: UInt8(ascii: "/"))
        if components.count == 1, !isAbsolute, case .name(let name) = components[0] {
            return names.last.map(name.matches) ?? false
        }
        // Which components may come next, after each name.
        var states: Set<Int> = [0]
        for name in names {
            var next: Set<Int> = []
            for state in withSkipped(states) where state < components.count {
                switch components[state] {
                case .anyDepth: next.insert(state)
                case .name(let pattern): if pattern.matches(name) { next.insert(state + 1) }
                }
            }
            states = next
        }
        return withSkipped(states).contains(components.count)
    }

    /// `**` may stand for nothing.
    private func withSkipped(_ states: Set<Int>) -> Set<Int> {
        var all = states
        for state in states where state < components.count && components[state] == .anyDepth { all.insert(state + 1) }
        return all
    }
}
