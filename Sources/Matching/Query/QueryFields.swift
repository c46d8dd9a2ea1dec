import EventModel

/// The field names that a query may use: those that records have brought so far, and OCSF's.
public struct QueryFields: Sendable {
    private let paths: Set<String>
    /// Paths of objects: everything above a field.
    private let parents: Set<String>

    /// - Parameter paths: field paths without `[]`, as `FieldCatalog.paths` gives them.
    public init(_ paths: some Sequence<String>) {
        self.paths = Set(paths.map { FieldCatalog.fold($0) })
        var parents: Set<String> = []
        for path in self.paths {
            var rest = path[...]
            while let dot = rest.lastIndex(of: ".") {
                rest = rest[..<dot]
                if !parents.insert(String(rest)).inserted { break }
            }
        }
        self.parents = parents
    }

    /// Whether a query may name the field, be it by an alias.
    public func contains(_ name: String) -> Bool {
        let folded = FieldCatalog.fold(name)
        if FieldAliases.paths[folded] != nil || FieldAliases.time.contains(folded) { return true }
        if folded.hasPrefix(FieldAliases.vendorPrefix) {
            let path = String(folded.dropFirst(FieldAliases.vendorPrefix.count))
            return paths.contains(path) || parents.contains(path)
        }
        return paths.contains(folded) || parents.contains(folded)
    }

    /// The known name that was probably meant.
    public func nearest(to name: String) -> String? {
        let folded = FieldCatalog.fold(name)
        if folded.hasPrefix(FieldAliases.vendorPrefix) {
            let path = String(folded.dropFirst(FieldAliases.vendorPrefix.count))
            return NearestName.find(path, in: paths).map { FieldAliases.vendorPrefix + $0 }
        }
        if let alias = NearestName.find(folded, in: FieldAliases.paths.keys) { return alias }
        return NearestName.find(folded, in: paths) ?? paths.filter { $0.hasSuffix("." + folded) }.min()
    }
}
