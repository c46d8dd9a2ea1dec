/// What names say about files that were rotated. Pure.
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
        guard let first = text.utf8.first, isSeparator(first) else { return false }
        return text.utf8.allSatisfy(isStampByte) && text.utf8.contains { (0x30...0x39).contains($0) }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { [0x2D, 0x2E, 0x5F].contains(byte) }  // - . _

    private static func isStampByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x3A, 0x54, 0x5A, 0x5F].contains(byte)  // + - . : T Z _
    }

    /// Without `.gz` or `.zst`.
    package static func withoutCompression(_ name: String) -> String {
        for ending in [".gz", ".zst"] where name.hasSuffix(ending) && name.count > ending.count {
            return String(name.dropLast(ending.count))
        }
        return name
    }

    /// What the names of a file's generations have in common: `audit.log` for `audit.log.1`, `audit-20261124.log.gz` and itself.
    /// Other files may have it, too: `worker.log` is that of `worker-1.log`.
    package static func stem(_ name: String) -> String {
        var name = withoutCompression(name)
        for ending in [".old", ".bak"] where name.hasSuffix(ending) && name.count > ending.count {
            name = String(name.dropLast(ending.count))
        }
        if let start = stampStart(name[...]) { name = String(name[..<start]) }
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex, let start = stampStart(name[..<dot]) else { return name }
        return String(name[..<start] + name[dot...])
    }

    /// The names of files of which a rotation may have made one of this name: those for which `isRotatedName` says so.
    package static func bases(of name: String) -> Set<String> {
        var bases: Set<String> = []
        for ending in [".old", ".bak"] where name.hasSuffix(ending) && name.count > ending.count {
            bases.insert(String(name.dropLast(ending.count)))
        }
        for start in stampStarts(name[...]) { bases.insert(String(name[..<start])) }
        if let dot = name.lastIndex(of: "."), dot != name.startIndex {
            for start in stampStarts(name[..<dot]) { bases.insert(String(name[..<start] + name[dot...])) }
        }
        return bases.filter { isRotatedName(name, of: $0) }
    }

    /// Where the number or date begins that the text ends in.
    private static func stampStart(_ text: Substring) -> Substring.Index? { stampStarts(text).last }

    /// All places, the last first.
    private static func stampStarts(_ text: Substring) -> [Substring.Index] {
        var starts: [Substring.Index] = []
        var index = text.endIndex
        while index > text.startIndex {
            index = text.utf8.index(before: index)
            guard isStampByte(text.utf8[index]) else { break }
            if isSeparator(text.utf8[index]), index > text.startIndex, isStamp(text[index...]) { starts.append(index) }
        }
        return starts
    }
}
