/// Which cursor belongs to which file of a source. Pure.
///
/// A path's cursor, `file:audit:/var/log/audit.log`, is that of the content now written there. One that was rotated away is
/// remembered in a numbered one, `file:audit:#3`, which is free again when its file is no more: so there are not more cursors
/// than files.
package struct CursorSlots: Sendable {
    private let prefix: String
    private var holders: [String: Int] = [:]
    /// No number below is free.
    private var lowestFree = 0

    package init(prefix: String) {
        self.prefix = prefix
    }

    package func name(for path: FilePath) -> String { prefix + path.inCursorName }

    /// What a cursor's name says beside the source; nil for the cursor of another one. The path is nil for a numbered cursor.
    package func path(ofCursor name: String) -> FilePath?? {
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.dropFirst(prefix.count)
        return .some(rest.first == "#" && rest.dropFirst().allSatisfy(\.isNumber) ? nil : FilePath(String(rest)))
    }

    /// The file that has the cursor.
    package func holder(of name: String) -> Int? { holders[name] }

    package mutating func give(_ name: String, to file: Int) { holders[name] = file }

    package mutating func free(_ name: String) {
        holders[name] = nil
        lowestFree = 0
    }

    /// A numbered cursor that nobody has, given to the file.
    package mutating func giveNumbered(to file: Int) -> String {
        while holders["\(prefix)#\(lowestFree)"] != nil { lowestFree += 1 }
        let name = "\(prefix)#\(lowestFree)"
        holders[name] = file
        return name
    }
}
