/// The paths of the OCSF schema, for telling whether a search names a field that can be.
public enum OCSFPaths {
    /// Objects nest without end (a device has an owner who has groups); what is suggested does not go deeper than this.
    private static let suggestedDepth = 3

    private static let schema = OCSFSchema()

    /// Whether a class of the schema has an attribute or object along the path.
    ///
    /// - Parameter path: folded as the field catalog folds it; OCSF's names are in lower case.
    public static func contains(_ path: String) -> Bool {
        canBeEnriched(path) || EventClass.all.contains { schema.resolve(path, in: $0).steps != nil }
    }

    /// Whether enrichment can set the path, whatever product an event is of. Mapping files cannot set all of these: objects of
    /// `enrichments` need data of any shape, and `data_classifications` a profile that no class has by itself.
    ///
    /// - Parameter path: folded as the field catalog folds it.
    public static func canBeEnriched(_ path: String) -> Bool {
        enriched.contains(path) || path.hasPrefix("enrichments.data.")
    }

    private static let enriched: Set<String> = {
        var paths = Set(
            ["name", "value", "type", "provider", "short_desc", "data"].map { "enrichments." + $0 }
                + ["confidentiality", "confidentiality_id", "uid", "classifier_details.name", "classifier_details.type"]
                .map { "metadata.data_classifications." + $0 })
        paths.formUnion(["metadata.labels", "metadata.profiles"])
        for endpoint in ["src_endpoint", "dst_endpoint", "device"] {
            let location = ["city", "continent", "country", "lat", "long", "postal_code", "provider", "region"]
            paths.formUnion(location.map { "\(endpoint).location.\($0)" })
            if endpoint != "device" {
                paths.formUnion(["name", "number"].map { "\(endpoint).autonomous_system.\($0)" })
            }
        }
        return paths
    }()

    /// What indicators the values at a path are compared with; nil if with none, or if no class has the path.
    ///
    /// - Parameter path: folded as the field catalog folds it.
    public static func observable(at path: String) -> ObservableType? {
        for eventClass in EventClass.all {
            if let last = schema.resolve(path, in: eventClass).steps?.last { return last.observable }
        }
        return nil
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
