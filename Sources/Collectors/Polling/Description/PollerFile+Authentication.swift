import LocatedYAML

extension PollerFile {
    /// What `type:` of an authentication may be.
    private enum AuthenticationType: String, CaseIterable { case header, basic, oauth, jwt, duo }

    func authentication(_ section: YAMLSection) -> AuthenticationDescription? {
        defer { section.finish() }
        let name = section.requiredString("name")
        let help = section.requiredString("help")
        let credentials = section.strings("credentials")
        if credentials.isEmpty { section.missing("credentials") }
        let headers = templates(section, "headers")
        let type = section.requiredChoice("type", of: AuthenticationType.self)
        if type == nil { for key in section.keys { _ = section.has(key) } }
        guard let type, let scheme = scheme(type, section), let name, let help else { return nil }
        return AuthenticationDescription(name: name, credentials: credentials, help: help, scheme: scheme, headers: headers)
    }

    private func scheme(_ type: AuthenticationType, _ section: YAMLSection) -> AuthenticationDescription.Scheme? {
        switch type {
        case .header:
            let name = section.string("header") ?? "Authorization"
            return requiredTemplate(section, "value").map { .header(name: name, value: $0) }
        case .basic:
            guard let user = requiredTemplate(section, "user"), let password = requiredTemplate(section, "password") else {
                return nil
            }
            return .basic(user: user, password: password)
        case .oauth:
            let (url, form) = (requiredTemplate(section, "token_url"), templates(section, "form"))
            var basic: (user: Template, password: Template)?
            if let nested = section.section("basic") {
                if let user = requiredTemplate(nested, "user"), let password = requiredTemplate(nested, "password") {
                    basic = (user, password)
                }
                nested.finish()
            }
            let assertion = section.section("assertion").flatMap { token($0) }
            return url.map { .oauth(OAuthDescription(tokenURL: $0, form: form, basic: basic, assertion: assertion)) }
        case .jwt:
            let header = section.string("header") ?? "Authorization"
            return section.requiredSection("token").flatMap { token($0) }.map { .jwt($0, header: header) }
        case .duo:
            guard let integration = section.requiredString("integration_key"), let secret = section.requiredString("secret_key")
            else { return nil }
            return .duo(integrationKey: integration, secretKey: secret)
        }
    }

    private func token(_ section: YAMLSection) -> TokenDescription? {
        defer { section.finish() }
        let (key, claims) = (requiredTemplate(section, "key"), templates(section, "claims"))
        let lifetime = section.requiredDuration("lifetime")
        let (passphrase, keyID) = (template(section, "passphrase"), template(section, "key_id"))
        guard let key, let lifetime else { return nil }
        return TokenDescription(
            key: key, passphrase: passphrase, keyID: keyID, claims: claims, lifetime: max(1, lifetime / 1_000_000))
    }
}

extension AuthenticationDescription {
    /// Every template of it, for checks.
    var templates: [Template] {
        var all = headers.map(\.value)
        switch scheme {
        case .header(_, let value): all.append(value)
        case .basic(let user, let password): all += [user, password]
        case .oauth(let oauth):
            all += [oauth.tokenURL] + oauth.form.map(\.value)
            if let basic = oauth.basic { all += [basic.user, basic.password] }
            if let assertion = oauth.assertion { all += assertion.templates }
        case .jwt(let token, _): all += token.templates
        case .duo: break
        }
        return all
    }
}

extension TokenDescription {
    var templates: [Template] { [key] + [passphrase, keyID].compactMap { $0 } + claims.map(\.value) }
}
