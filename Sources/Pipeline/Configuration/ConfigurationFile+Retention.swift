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
                configuration.retentionPlaces[name] = products.location(of: name)
                product.finish()
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
}
