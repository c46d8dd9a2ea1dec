// Hot path.

/// From a native event type to the plan for it: exact names first, then patterns with `*`, the most specific first. A type with
/// its scope before it (`scope/type`) goes before the type alone.
struct EventTypes: Sendable {
    struct Pattern: Sendable {
        /// What stands between the stars; a piece may be empty.
        var pieces: [[UInt8]]
        var length: Int
        var plan: Int
        /// It has a scope, or a type with a slash.
        var isScoped: Bool
    }

    private let exact: ByteTable
    private let patterns: [Pattern]

    init(_ rules: [(type: String, plan: Int)]) {
        exact = ByteTable(rules.filter { !$0.type.contains("*") }.map { ($0.type, $0.plan) })
        patterns = rules.filter { $0.type.contains("*") }.map { rule in
            let pieces = rule.type.split(separator: "*", omittingEmptySubsequences: false).map { Array($0.utf8) }
            return Pattern(
                pieces: pieces, length: pieces.reduce(0) { $0 + $1.count }, plan: rule.plan, isScoped: rule.type.contains("/"))
        }.enumerated().sorted { ($1.element.length, $0.offset) < ($0.element.length, $1.offset) }.map(\.element)
    }

    /// - Parameter scoped: the type with its scope before it: what is said of that comes before what is said of the type alone.
    func plan(for type: UnsafeRawBufferPointer, scoped: UnsafeRawBufferPointer? = nil) -> Int? {
        if let scoped, let plan = exact.find(scoped) ?? pattern(for: scoped, isScoped: true) { return plan }
        return exact.find(type) ?? pattern(for: type, isScoped: false)
    }

    /// - Parameter isScoped: patterns of types alone are not meant.
    private func pattern(for type: UnsafeRawBufferPointer, isScoped: Bool) -> Int? {
        for pattern in patterns where pattern.length <= type.count && (pattern.isScoped || !isScoped) {
            if Self.matches(type, pattern.pieces) { return pattern.plan }
        }
        return nil
    }

    private static func matches(_ type: UnsafeRawBufferPointer, _ pieces: [[UInt8]]) -> Bool {
        guard isPiece(pieces[0], of: type, at: 0) else { return false }
        var position = pieces[0].count
        for piece in pieces[1..<(pieces.count - 1)] {
            while position + piece.count <= type.count, !isPiece(piece, of: type, at: position) { position += 1 }
            guard position + piece.count <= type.count else { return false }
            position += piece.count
        }
        let last = pieces[pieces.count - 1]
        return type.count - last.count >= position && isPiece(last, of: type, at: type.count - last.count)
    }

    @inline(__always)
    private static func isPiece(_ piece: [UInt8], of type: UnsafeRawBufferPointer, at start: Int) -> Bool {
        guard start + piece.count <= type.count else { return false }
        for index in piece.indices where type[start + index] != piece[index] { return false }
        return true
    }
}
