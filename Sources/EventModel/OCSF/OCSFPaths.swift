/// The paths of the OCSF schema, for telling whether a search names a field that can be.
public enum OCSFPaths {
    /// Objects nest without end (a device has an owner who has groups); what is suggested does not go deeper than this.
    private static let suggestedDepth = 3

    private static let schema = OCSFSchema()

    /// Whether a class of the schema has an attribute or object along the path.
    ///
    /// - Parameter path: folded as the field catalog folds it; OCSF's names are in lower case.
    public static func contains(_ path: String) -> Bool {
        EventClass.all.contains { schema.resolve(path, in: $0).steps != nil }
    }

    /// Paths of values of a few levels, sorted, for suggestions and completion.
    public static let common: [String] = {
        var paths: Set<String> = []
        for eventClass in EventClass.all {
            collect(schema.attributes(of: eventClass), prefix: "", depth: 1, into: &paths)
        }
        return paths.sorted()
    }()

    private static func collect(_ object: SchemaObject, prefix: String, depth: Int, into paths: inout Set<String>) {
        for attribute in object.attributes.values {
            let path = prefix + attribute.name
            if case .object(let name) = attribute.type {
                guard depth < suggestedDepth else { continue }
                collect(schema.object(name), prefix: path + ".", depth: depth + 1, into: &paths)
            } else {
                paths.insert(path)
            }
        }
    }
}
