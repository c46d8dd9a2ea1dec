import EventModel

/// The field names that a query may use: those that records have brought so far, OCSF's, the aliases, and the columns that
/// earlier stages of the query made.
public struct QueryFields: Sendable {
    private let paths: Set<String>
    /// Paths of objects: everything above a field.
    private let parents: Set<String>
    /// Names, folded, that stand for themselves alone, whatever an alias of that name means.
    private var columns: Set<String> = []
    /// Only the columns may be named.
    private let isClosed: Bool
    /// Any name may be used.
    private var isLax = false

    /// - Parameter paths: field paths without `[]`, as `FieldCatalog.paths` gives them.
    public init(_ paths: some Sequence<String>) {
        isClosed = false
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

    /// The columns of rows that are no events any more: nothing else may be named.
    public init(columns: some Sequence<String>) {
        isClosed = true
        paths = []
        parents = []
        self.columns = Set(columns.map { FieldCatalog.fold($0) })
    }

    /// Any name at all.
    public static var any: QueryFields {
        var fields = QueryFields([String]())
        fields.isLax = true
        return fields
    }

    /// These names, and more that stand for columns.
    public func adding(columns: some Sequence<String>) -> QueryFields {
        var more = self
        for column in columns { more.columns.insert(FieldCatalog.fold(column)) }
        return more
    }

    /// Whether the name is that of a column.
    public func isColumn(_ name: String) -> Bool { columns.contains(FieldCatalog.fold(name)) }

    /// Whether a query may name the field, be it by an alias.
    public func contains(_ name: String) -> Bool {
        let folded = FieldCatalog.fold(name)
        if columns.contains(folded) { return true }
        if isClosed { return false }
        if isLax || OCSFPaths.contains(folded) { return true }
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
        if let column = NearestName.find(folded, in: columns) { return column }
        if isClosed { return columns.filter { $0.hasPrefix(folded) || $0.hasSuffix("." + folded) }.min() }
        if folded.hasPrefix(FieldAliases.vendorPrefix) {
            let path = String(folded.dropFirst(FieldAliases.vendorPrefix.count))
            return NearestName.find(path, in: paths).map { FieldAliases.vendorPrefix + $0 }
        }
        if let alias = NearestName.find(folded, in: FieldAliases.paths.keys) { return alias }
        return NearestName.find(folded, in: paths) ?? NearestName.find(folded, in: OCSFPaths.common)
            ?? paths.filter { $0.hasSuffix("." + folded) }.min()
    }
}
