import EventModel
import LocatedYAML

extension ConfigurationFile {
    static func readMetrics(_ root: YAMLSection, into configuration: inout Configuration, in folder: String) {
        guard let section = root.section("metrics") else { return }
        defer { section.finish() }
        var metrics = MetricsConfiguration()
        metrics.isRequired = true
        (metrics.host, metrics.port) = listenAddress(section, defaultPort: metrics.port)
        metrics.token = section.string("token").flatMap { secret($0, section, "token", what: "token", in: folder) }
        configuration.metrics = section.bool("enabled") == false ? nil : metrics
    }
}
