import EventModel

/// A URL (RFC 3986) of an API: scheme, host and port, and what follows them as it is written.
package struct PollURL: Sendable, Hashable, CustomStringConvertible {
    package var scheme: String
    /// Lower case; an IPv6 address in brackets.
    package var host: String
    package var port: Int
    /// Path and query, beginning with `/`, or empty.
    package var target: String

    /// Nil for anything but http and https with a host: user names, blanks, control characters and fragments are refused as well.
    package init?(_ text: String) {
        guard text.utf8.count <= 65_536, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x5c && $0 != 0x23 }) else {
            return nil
        }
        let lower = text.prefix(8).lowercased()
        let rest: Substring
        if lower == "https://" {
            scheme = "https"
            rest = text.dropFirst(8)
        } else if lower.hasPrefix("http://") {
            scheme = "http"
            rest = text.dropFirst(7)
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        var name = authority
        port = scheme == "https" ? 443 : 80
        let bracket = authority.lastIndex(of: "]")
        if let colon = authority.lastIndex(of: ":"), bracket.map({ $0 < colon }) ?? true {
            guard let number = UInt16(authority[authority.index(after: colon)...]), number > 0 else { return nil }
            port = Int(number)
            name = authority[..<colon]
        }
        guard Self.isHost(name) else { return nil }
        host = name.lowercased()
        let written = String(rest[end...])
        target = written.hasPrefix("?") ? "/" + written : written
    }

    private static func isHost(_ name: Substring) -> Bool {
        if name.hasPrefix("[") { return name.hasSuffix("]") && IPAddress(String(name.dropFirst().dropLast())) != nil }
        return !name.isEmpty && name.utf8.count <= 253 && !name.hasPrefix(".") && name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
        }
    }

    package var origin: String {
        let standard = scheme == "https" ? 443 : 80
        return "\(scheme)://\(host)" + (port == standard ? "" : ":\(port)")
    }

    package var description: String { origin + target }

    /// The path without the query.
    package var path: Substring { target.prefix { $0 != "?" } }

    /// Encrypted, or not leaving this machine.
    package var isSafe: Bool {
        scheme == "https" || host == "localhost" || host == "[::1]" || host.hasPrefix("127.") && IPAddress(host) != nil
    }

    package func hasOrigin(of other: PollURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// The URL of a link that an answer of this API gave: whole, or a path. Nil if it leads elsewhere, so that nobody who can
    /// write into an answer can send our credentials to a host of his choice.
    package func resolve(_ link: String) -> PollURL? {
        if link.hasPrefix("/") && !link.hasPrefix("//") { return PollURL(origin + link) }
        guard let url = PollURL(link), url.hasOrigin(of: self) else { return nil }
        return url
    }

    /// This URL with a path and a query instead of its own; the path of this one stays before it.
    package func appending(_ path: String, _ query: [(name: String, value: String)]) -> PollURL? {
        let base = self.path.hasSuffix("/") ? self.path.dropLast() : self.path
        let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        let mark = pairs.isEmpty ? "" : path.contains("?") ? "&" : "?"
        return PollURL(origin + base + path + mark + pairs.joined(separator: "&"))
    }
}
