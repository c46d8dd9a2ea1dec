/// What the values of an attribute are to threat intelligence: the schema's observable types, as far as they are compared
/// differently.
public enum ObservableType: UInt8, Sendable, Equatable {
    case hostname
    case ip
    case email
    case url
    case hash
    /// A name or an id, which can be an e-mail address, a URL or a hash: the value tells.
    case name

    init?(schemaName: Substring, attribute: Substring) {
        switch schemaName {
        case "hostname": self = .hostname
        case "ip": self = .ip
        case "email": self = .email
        case "url": self = .url
        case "file_hash": self = .hash
        case "username", "resource_uid", "file_name", "file_path", "process_name": self = .name
        // The schema gives no type of their own to the domains of endpoints and URLs, nor to the ids that are mostly addresses.
        case "string":
            switch attribute {
            case "domain": self = .hostname
            case "url_string", "src_url": self = .url
            case "uid", "uid_alt", "referrer": self = .name
            default: return nil
            }
        default: return nil
        }
    }
}
