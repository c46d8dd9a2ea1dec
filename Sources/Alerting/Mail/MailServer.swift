import EventModel

/// Where a mail server listens: `smtp.example.com:587`, `192.0.2.1:25`, `[2001:db8::1]:465`.
public struct MailServer: Sendable, Hashable, CustomStringConvertible {
    /// A name of letters, digits and `-`, or an address without brackets.
    public let host: String
    public let port: Int

    /// Nil if the text is none of the forms above.
    ///
    /// - Parameter defaultPort: what holds where the text names no port.
    public init?(_ text: String, defaultPort: Int) {
        var host = Substring(text)
        var port: Substring?
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            host = host[host.index(after: host.startIndex)..<end]
            guard let address = IPAddress(String(host)), !address.isV4, rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = host.firstIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        if let port {
            guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
                (1...65_535).contains(number)
            else { return nil }
            self.port = number
        } else {
            self.port = defaultPort
        }
        guard text.first == "[" || EmailAddress.isDomain(host) else { return nil }
        self.host = String(host)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
