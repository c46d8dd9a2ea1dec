#if canImport(Glibc)
import Glibc
#endif

/// Where a secret is to be found. Whoever uses it fetches it when it is needed, so that a rotated one is taken up.
public struct SecretReference: Sendable, Hashable, CustomStringConvertible {
    public enum Place: Sendable, Hashable {
        /// `env:NAME`
        case environment(String)
        /// `file:PATH`: the file's text without trailing line breaks.
        case file(String)
        /// `credential:NAME`: a file of systemd's credentials directory (systemd.exec(5), `LoadCredential=`).
        case credential(String)
    }

    /// A secret of more is the wrong file.
    static let maximumBytes = 65_536

    public let place: Place

    public init(_ place: Place) { self.place = place }

    /// Nil if the text names no place. A relative path is seen from `folder`.
    public init?(_ text: String, relativeTo folder: String) {
        func rest(_ prefix: String) -> String? {
            text.hasPrefix(prefix) && text.utf8.count > prefix.utf8.count ? String(text.dropFirst(prefix.count)) : nil
        }
        if let name = rest("env:") {
            place = .environment(name)
        } else if let path = rest("file:") {
            place = .file(path.hasPrefix("/") ? path : folder + "/" + path)
        } else if let name = rest("credential:"), !name.contains("/"), name != ".." {
            place = .credential(name)
        } else {
            return nil
        }
    }

    /// The forms that the initialiser takes, for messages.
    public static let forms = "env:NAME, file:PATH or credential:NAME"

    /// Where it is, never what it is.
    public var description: String {
        switch place {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .credential(let name): "credential:\(name)"
        }
    }

    /// The secret, or why it cannot be had. Reads a file: not for event loops.
    public func fetch() throws(SecretError) -> Secret {
        switch place {
        case .environment(let name):
            guard let value = getenv(name), value[0] != 0 else {
                throw SecretError(description: "the environment variable \(name) is not set")
            }
            return Secret(String(cString: value))
        case .file(let path): return try Self.read(path)
        case .credential(let name):
            guard let folder = getenv("CREDENTIALS_DIRECTORY"), folder[0] != 0 else {
                throw SecretError(
                    description: "the credential \(name): CREDENTIALS_DIRECTORY is not set; systemd sets it for units with "
                        + "LoadCredential= or SetCredential=")
            }
            return try Self.read(String(cString: folder) + "/" + name)
        }
    }

    private static func read(_ path: String) throws(SecretError) -> Secret {
        guard let file = fopen(path, "re") else {
            throw SecretError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: maximumBytes + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= maximumBytes else {
            throw SecretError(description: "\(path) is larger than 64 KiB: is it the right file?")
        }
        var end = count
        while end > 0, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        guard end > 0 else { throw SecretError(description: "\(path) is empty") }
        return Secret(String(decoding: bytes[..<end], as: UTF8.self))
    }
}

/// Why a secret cannot be had; never contains one.
public struct SecretError: Error, CustomStringConvertible, Sendable {
    public let description: String
}
