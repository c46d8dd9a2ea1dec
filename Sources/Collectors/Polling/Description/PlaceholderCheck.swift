import LocatedYAML

/// Whether every placeholder of a description stands for something, and credentials stay out of URLs and bodies of requests.
struct PlaceholderCheck {
    /// What the engine gives to requests: the span asked for, and where paging stands.
    static let requestWords = ["from", "until", "cursor", "page", "offset", "handle"]
    /// What it gives to authentication: the time, the end of a token, a fresh UUID, the assertion, the token's URL, and the
    /// fingerprint of the key.
    static let authenticationWords = ["now", "expires", "uuid", "assertion", "token_url", "fingerprint"]

    let description: PollerDescription
    let log: DiagnosticLog

    func check(_ root: YAMLSection) {
        let settings = description.settings.map(\.name)
        for name in settings where Self.requestWords.contains(name) || Self.authenticationWords.contains(name) {
            log.error(at: root.location(of: "settings"), "\"\(name)\" is a word of the engine and cannot be a setting")
        }
        check([description.baseURL], known: settings, at: root.location(of: "base_url"), what: "base_url")
        for stream in description.streams {
            let known = settings + stream.values.keys.sorted() + Self.requestWords
            var templates = stream.request.templates + stream.paging.next.templates
            templates += stream.prepare?.request.templates ?? []
            templates += stream.paging.begin?.query.map(\.value) ?? []
            templates += (stream.fetch?.query ?? []).map(\.value) + (stream.fetch?.headers ?? []).map(\.value)
            check(templates, known: known, at: root.location(of: "streams"), what: "stream \(stream.name)")
        }
        for method in description.authentication {
            let known = settings + method.credentials + Self.authenticationWords
            check(method.templates, known: known, at: root.location(of: "authentication"), what: "authentication \(method.name)")
        }
    }

    private func check(_ templates: [Template], known: [String], at location: SourceLocation, what: String) {
        for placeholder in templates.flatMap(\.placeholders) {
            let name = placeholder.name.split(separator: ".").first.map(String.init) ?? placeholder.name
            guard !known.contains(placeholder.name), !known.contains(name) else { continue }
            log.error(
                at: location, "\(what): nothing is called \"{\(placeholder.name)}\"\(Suggestion.hint(for: name, among: known))")
        }
    }
}
