/// One way to prove who asks.
package struct AuthenticationDescription: Sendable {
    package enum Scheme: Sendable {
        /// A header with a secret in it.
        case header(name: String, value: Template)
        /// RFC 7617.
        case basic(user: Template, password: Template)
        /// A token from an authorisation server (RFC 6749).
        case oauth(OAuthDescription)
        /// A signed token is sent itself.
        case jwt(TokenDescription, header: String)
        /// Duo's signature of each request.
        case duo(integrationKey: String, secretKey: String)
    }

    /// For people: `token`, `service_account`.
    package var name: String
    /// The credentials that it takes: all of them.
    package var credentials: [String]
    /// What each of them is, for messages.
    package var help: String
    package var scheme: Scheme
    /// Sent beside.
    package var headers: [NamedTemplate] = []
}

package struct OAuthDescription: Sendable {
    package var tokenURL: Template
    /// Form fields of the token request.
    package var form: [NamedTemplate]
    /// The client proves itself with Basic (RFC 6749, section 2.3.1), beside the form.
    package var basic: (user: Template, password: Template)?
    /// A signed assertion, put in as `{assertion}` (RFC 7523).
    package var assertion: TokenDescription?
}

/// A JSON Web Token (RFC 7519) to be made and signed.
package struct TokenDescription: Sendable {
    /// A PEM private key.
    package var key: Template
    /// Of an encrypted key.
    package var passphrase: Template?
    package var keyID: Template?
    package var claims: [NamedTemplate]
    /// Seconds until it ends.
    package var lifetime: Int64
}
