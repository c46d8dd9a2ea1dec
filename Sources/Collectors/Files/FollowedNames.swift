/// Where the contents that are followed were found: what has such a name, or one that a rotation makes of it, may be their copy.
struct FollowedNames {
    private var byPath: [FilePath: Set<Int>] = [:]
    private var byStem: [String: Set<Int>] = [:]

    mutating func add(_ file: FollowedFile) {
        for path in [file.origin, file.home] { byPath[path, default: []].insert(file.number) }
        byStem[file.stem, default: []].insert(file.number)
    }

    mutating func remove(_ file: FollowedFile) {
        for path in [file.origin, file.home] {
            byPath[path]?.remove(file.number)
            if byPath[path]?.isEmpty == true { byPath[path] = nil }
        }
        byStem[file.stem]?.remove(file.number)
        if byStem[file.stem]?.isEmpty == true { byStem[file.stem] = nil }
    }

    /// Those found or written at the path.
    func at(_ path: FilePath) -> Set<Int> { byPath[path] ?? [] }

    /// Those whose names have `FileGenerations.stem` in common.
    func withStem(_ stem: String) -> Set<Int> { byStem[stem] ?? [] }
}
