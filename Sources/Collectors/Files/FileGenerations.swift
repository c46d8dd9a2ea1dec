/// A file beside the tailed one.
package struct FileSibling: Equatable, Sendable {
    package var name: String
    package var facts: FileFacts

    package init(name: String, facts: FileFacts) {
        self.name = name
        self.facts = facts
    }
}

/// Which of the files beside the path are its earlier contents, and in which order. Pure.
package enum FileGenerations {
    /// Whether a rotation gives the file `base` such a name: `audit.log.1`, `audit.log-20261124`, `audit-20261124.log`,
    /// `audit.1.log`, `audit.log.old`. Compressed files are not among them.
    package static func isRotatedName(_ name: String, of base: String) -> Bool {
        guard name != base else { return false }
        if name == base + ".old" || name == base + ".bak" { return true }
        if name.hasPrefix(base) { return isStamp(name.dropFirst(base.count)) }
        guard let dot = base.lastIndex(of: "."), dot != base.startIndex else { return false }
        let stem = base[..<dot]
        let ending = base[dot...]
        guard name.hasPrefix(stem), name.hasSuffix(ending), name.count > base.count else { return false }
        return isStamp(name.dropFirst(stem.count).dropLast(ending.count))
    }

    /// A number or a date, with a separator before it.
    private static func isStamp(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, [0x2D, 0x2E, 0x5F].contains(first) else { return false }
        let allowed = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x3A, 0x54, 0x5A, 0x5F].contains(byte)  // + - . : T Z _
        }
        return allowed && text.utf8.contains { (0x30...0x39).contains($0) }
    }

    /// The content that was written next after one last modified at `modified`, if it is not the one at the path: two
    /// rotations may happen between two looks, and many while nobody looks.
    package static func next(
        after modified: Int64, among siblings: [FileSibling], excluding: Set<FileIdentity>
    ) -> FileSibling? {
        siblings.filter { $0.facts.modified > modified && !excluding.contains($0.facts.identity) }
            .min { ($0.facts.modified, $1.name) < ($1.facts.modified, $0.name) }
    }
}
