import EventModel
#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What an `Authorization` header offers (RFC 9110 section 11.6.2).
struct Authorization: Sendable {
    /// Lower case: `bearer`, `splunk`, `basic`, `apikey`.
    let scheme: String
    /// As given.
    let credentials: String

    /// Nil where it is not a scheme and credentials.
    init?(_ header: String) {
        guard let space = header.firstIndex(of: " ") else { return nil }
        scheme = header[..<space].lowercased()
        credentials = String(header[header.index(after: space)...].drop { $0 == " " })
        if scheme.isEmpty || credentials.isEmpty { return nil }
    }

    /// The texts any of which may be the token. Of `Basic` (RFC 7617) and of Elasticsearch's `ApiKey`, both base64 of
    /// `name:secret`, these are the whole pair and the secret alone; of an API key also the text as given.
    var offered: [String] {
        switch scheme {
        case "basic": pair
        case "apikey": [credentials] + pair
        default: [credentials]
        }
    }

    private var pair: [String] {
        guard credentials.utf8.count <= 4_096, let data = Data(base64Encoded: credentials) else { return [] }
        let text = String(decoding: data, as: UTF8.self)
        guard let colon = text.firstIndex(of: ":") else { return [] }
        return [text, String(text[text.index(after: colon)...])]
    }
}
