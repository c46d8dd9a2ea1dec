import EventModel
import LocatedYAML
import Storage

extension ConfigurationFile {
    /// Room for a few blocks: less would leave nothing to search.
    private static let minimumSize = 1 << 20

    static func readRetention(_ root: YAMLSection, into configuration: inout Configuration) {
        guard let section = root.section("retention") else { return }
        defer { section.finish() }
        var policy = RetentionPolicy(overall: limit(section))
        if let products = section.section("products") {
            for name in products.keys {
                guard let product = products.section(name) else { continue }
                policy.products[name] = limit(product)
                configuration.retentionProducts.append(
                    RetentionProduct(name: name, classification: nil, location: products.location(of: name)))
                product.finish()
            }
        }
        if let classifications = section.section("classifications") {
            for name in classifications.keys {
                guard let entry = classifications.section(name) else { continue }
                if !isPlainName(name) {
                    section.log.error(
                        at: classifications.location(of: name), "a classification's name must be at most 64 \(plainNameLetters)")
                }
                policy.classifications.append(classification(name, entry, into: &configuration))
            }
        }
        configuration.retention = policy == RetentionPolicy() ? nil : policy
    }

    private static func limit(_ section: YAMLSection) -> RetentionPolicy.Limit {
        let age = section.duration("age")
        // Zero would empty the store; whoever wants that removes it.
        if let age, age <= 0 { section.error("age", "\"age\" must be longer than nothing, such as 365d") }
        let size = section.size("size")
        if let size, size < minimumSize { section.error("size", "\"size\" must be at least 1MiB") }
        return RetentionPolicy.Limit(age: age.map { .microseconds($0) }, bytes: size)
    }

    private static func classification(
        _ name: String, _ section: YAMLSection, into configuration: inout Configuration
    ) -> RetentionPolicy.Classification {
        defer { section.finish() }
        var classification = RetentionPolicy.Classification(name: name, limit: limit(section))
        if !section.has("age") && !section.has("size") {
            section.log.error(at: section.location, "the classification \"\(name)\" limits nothing: it needs \"age\" or \"size\"")
        }
        for (text, location) in names(section, "classes") {
            if let found = EventClass.called(text) {
                classification.classes.insert(found.uid)
            } else {
                let known = EventClass.all.map { "\($0.name) (\($0.uid))" }.joined(separator: ", ")
                let hint = Suggestion.hint(for: text, among: EventClass.all.flatMap { [$0.name, $0.caption] })
                section.log.error(at: location, "no event has the OCSF class \"\(text)\"\(hint); known are \(known)")
            }
        }
        for (text, location) in names(section, "categories") {
            if let found = EventCategory.called(text) {
                classification.classes.formUnion(found.classes.map(\.uid))
            } else {
                let known = EventCategory.all.map { "\($0.name) (\($0.uid))" }.joined(separator: ", ")
                let hint = Suggestion.hint(for: text, among: EventCategory.all.flatMap { [$0.name, $0.caption] })
                section.log.error(at: location, "no event has the OCSF category \"\(text)\"\(hint); known are \(known)")
            }
        }
        for (text, location) in names(section, "products") {
            classification.products.insert(text)
            configuration.retentionProducts.append(RetentionProduct(name: text, classification: name, location: location))
        }
        if !["classes", "categories", "products"].contains(where: section.has) {
            section.log.error(
                at: section.location,
                "the classification \"\(name)\" selects nothing: it needs \"classes\", \"categories\" or \"products\"")
        }
        return classification
    }

    /// A text, or a list of them, each with its place. A list without any is an error: it would select every event, or none.
    private static func names(_ section: YAMLSection, _ key: String) -> [(text: String, location: SourceLocation)] {
        guard section.has(key) else { return [] }
        let items = section.node(key).map { $0.sequence ?? [$0] } ?? []
        if items.isEmpty { section.error(key, "\"\(key)\" names nothing; leave it out, or name one at least") }
        return items.compactMap { item in
            guard !item.isNull, let text = item.scalar?.text else {
                section.log.error(at: item.location, "each item of \"\(key)\" must be a name or a number, not \(item.kind)")
                return nil
            }
            return (text, item.location)
        }
    }
}
