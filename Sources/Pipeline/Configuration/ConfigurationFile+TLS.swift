import Collectors
import LocatedYAML

extension ConfigurationFile {
    /// The `tls:` of something that listens; nil if there is none, or if it is wrong, which is then logged.
    static func tls(_ section: YAMLSection, in folder: String) -> TLSConfiguration? {
        guard let tls = section.section("tls") else { return nil }
        defer { tls.finish() }
        let certificate = tls.requiredString("certificate")
        let key = tls.requiredString("key")
        let authorities = tls.string("client_ca")
        let names = tls.strings("client_names")
        let version = tls.choice("minimum_version", of: TLSConfiguration.Version.self)
        if tls.has("client_names"), authorities == nil {
            tls.error("client_names", "\"client_names\" needs \"client_ca\": without it no client shows a certificate")
        }
        for name in names where !CertificateNames.isPattern(name) {
            tls.error(
                "client_names",
                "\"\(name)\" is no name of a certificate; write collector.example.com, or *.example.com for any one label")
        }
        guard let certificate, let key else { return nil }
        var configuration = TLSConfiguration(
            certificateFile: resolve(certificate, in: folder), privateKeyFile: resolve(key, in: folder),
            clientAuthoritiesFile: authorities.map { resolve($0, in: folder) }, clientNames: names)
        if let version { configuration.minimumVersion = version }
        return configuration
    }
}
