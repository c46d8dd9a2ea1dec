import Glibc

/// Where a secret is to be found. The value itself is fetched only by who uses it, and is never printed.
public struct SecretReference: Sendable, Equatable {
    public enum Place: Sendable, Equatable {
        /// `env:NAME`
        case environment(String)
        /// `file:PATH`: the file's text without trailing line breaks.
        case file(String)
    }

    public let place: Place

    /// Nil if the text names neither an environment variable nor a file.
    public init?(_ text: String, relativeTo folder: String) {
        if text.hasPrefix("env:"), text.count > 4 {
            place = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:"), text.count > 5 {
            place = .file(ConfigurationFile.resolve(String(text.dropFirst(5)), in: folder))
        } else {
            return nil
        }
    }

    /// The secret, or why it cannot be had.
    public func fetch() throws(SecretError) -> String {
        switch place {
        case .environment(let name):
            guard let value = getenv(name), value[0] != 0 else {
                throw SecretError(description: "the environment variable \(name) is not set")
            }
            return String(cString: value)
        case .file(let path):
            guard let file = fopen(path, "r") else {
                throw SecretError(description: "\(path): \(String(cString: strerror(errno)))")
            }
            defer { fclose(file) }
            // A secret of more than 64 KiB is the wrong file.
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = fread(&bytes, 1, bytes.count, file)
            let text = String(decoding: bytes[..<count], as: UTF8.self)
            let trimmed = text.reversed().drop { $0.isNewline }.reversed()
            guard !trimmed.isEmpty else { throw SecretError(description: "\(path) is empty") }
            return String(trimmed)
        }
    }
}

/// Why a secret cannot be had; never contains one.
public struct SecretError: Error, CustomStringConvertible {
    public let description: String
}
