import EventModel
import LocatedYAML

extension ConfigurationFile {
    static func readMetrics(_ root: YAMLSection, into configuration: inout Configuration, in folder: String) {
        guard let section = root.section("metrics") else { return }
        defer { section.finish() }
        var metrics = MetricsConfiguration()
        metrics.isRequired = true
        (metrics.host, metrics.port) = listenAddress(section, defaultPort: metrics.port)
        if let text = section.string("token") {
            metrics.token = SecretReference(text, relativeTo: folder)
            // The text is not repeated: it may be the secret itself.
            if metrics.token == nil {
                section.error("token", "\"token\" must say where the token is: \(SecretReference.forms), not the token itself")
            }
        }
        configuration.metrics = section.bool("enabled") == false ? nil : metrics
    }
}
