import EventModel

/// What a mapping file knows of its vendor's fields.
extension MappingFile {
    /// The aliases, and every path that the file names.
    var productFields: ProductFields {
        ProductFields(
            aliases: fieldAliases.map { rule in
                var words: [String: [String]] = [:]
                for (word, vendor) in rule.words { words[word.value.lowercased(), default: []].append(vendor) }
                return ProductFields.Alias(rule.name.value, rule.paths.map(\.value), words: words)
            },
            known: Self.common + ocsfPaths + mappedPaths + ((vendorFields ?? []) + drop).map(\.value),
            isDescribed: vendorFields != nil, dropped: drop.map(\.value))
    }

    /// What every event has, in OCSF.
    private static let common = [
        "time", "class_uid", "class_name", "category_uid", "category_name", "activity_id", "activity_name", "type_uid",
        "type_name", "severity_id", "severity", "status_id", "status", "api.operation", "metadata.event_code",
        "metadata.log_provider", "metadata.logged_time", "metadata.original_event_uid", "metadata.original_time",
        "metadata.product.name", "metadata.product.vendor_name", "metadata.profiles", "metadata.version",
    ]

    /// The attributes that the mapping sets.
    private var ocsfPaths: [String] {
        (fields + classes.flatMap(\.fields) + events.flatMap(\.fields)).flatMap { rule -> [String] in
            let path = rule.path.value.split(separator: ".").map { ElementLabel.without(String($0)) }.joined(separator: ".")
            guard case .each(_, let members) = rule.source else { return [path] }
            return members.map { path + "." + $0.name }
        }
    }

    /// Every path of a record that the mapping reads.
    var mappedPaths: [String] {
        var paths = detect.flatMap { $0.conditions.map(\.path) } + (text?.paths ?? [])
        paths += (time + id.flatMap { $0 } + eventType + eventScope).flatMap(Self.paths)
        paths += accounts.flatMap { $0.id + $0.login + $0.email + $0.unless }.flatMap(Self.paths)
        for lookup in [status, severity].compactMap({ $0 }) { paths += lookup.from.flatMap(Self.paths) }
        for rule in fields + classes.flatMap(\.fields) + events.flatMap(\.fields) {
            switch rule.source {
            case .values(let values): paths += values.flatMap(Self.paths)
            case .lookup(let lookup): paths += lookup.from.flatMap(Self.paths)
            case .each(let list, let members):
                paths += members.flatMap(\.sources).flatMap(Self.paths).map { list + "." + $0 }
            }
        }
        return paths
    }

    private static func paths(_ expression: ValueExpression) -> [String] {
        switch expression.content {
        case .call(.words, let first, let second): paths(first) + (VendorPath(second).map(paths) ?? [])
        case .path(let path), .call(_, let path, _): paths(path)
        case .constant, .eventType: []
        }
    }

    private static func paths(_ path: VendorPath) -> [String] {
        [path.path] + (path.selector.map { [$0.list + "." + $0.key] } ?? [])
    }
}
