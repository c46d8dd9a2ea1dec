#if canImport(Glibc)
import Glibc
#endif

/// A path as the file system has it: bytes, which need not be UTF-8, and never NUL.
package struct FilePath: Hashable, Sendable, Comparable {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = bytes.filter { $0 != 0 }
    }

    package init(_ text: String) {
        self.init(bytes: text.utf8)
    }

    private static let slash = UInt8(ascii: "/")

    private var lastSlash: Int? { bytes.lastIndex(of: Self.slash) }

    /// What follows the last slash.
    package var nameBytes: ArraySlice<UInt8> { lastSlash.map { bytes[($0 + 1)...] } ?? bytes[...] }

    /// The name as text, to compare it with other names; what is no UTF-8 is repaired.
    package var name: String { String(decoding: nameBytes, as: UTF8.self) }

    package var directory: FilePath {
        guard let lastSlash else { return FilePath(".") }
        return lastSlash == 0 ? FilePath("/") : FilePath(bytes: bytes[..<lastSlash])
    }

    package func appending(_ name: some Sequence<UInt8>) -> FilePath {
        bytes.last == Self.slash ? FilePath(bytes: bytes + name) : FilePath(bytes: bytes + [Self.slash] + name)
    }

    package static func < (left: FilePath, right: FilePath) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try (bytes + [0]).withUnsafeBufferPointer { buffer in
            try buffer.withMemoryRebound(to: CChar.self) { text in
                // The terminator makes sure that there is a first byte.
                guard let base = text.baseAddress else { return try body("") }
                return try body(base)
            }
        }
    }

    /// The path without symbolic links, or this one where it does not exist.
    func resolved() -> FilePath {
        withCString { text in
            guard let real = realpath(text, nil) else { return self }
            defer { free(real) }
            return FilePath(bytes: UnsafeBufferPointer(start: real, count: strlen(real)).map(UInt8.init(bitPattern:)))
        }
    }
}

extension FilePath: CustomStringConvertible {
    /// For people and logs: one line, control characters and what is no UTF-8 as `\x0A`.
    package var description: String {
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = Self.scalarLength(rest)
            if length == 0 || first < 0x20 || first == 0x7F {
                text += "\\x" + Hex.text([first], isUppercase: true)
                rest = rest.dropFirst()
            } else {
                text += String(decoding: rest.prefix(length), as: UTF8.self)
                rest = rest.dropFirst(length)
            }
        }
        return text
    }

    /// The bytes of the UTF-8 scalar at the beginning; 0 if there is none.
    static func scalarLength(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let first = bytes.first else { return 0 }
        if first < 0x80 { return 1 }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        return String(validating: bytes.prefix(length), as: UTF8.self)?.unicodeScalars.count == 1 ? length : 0
    }

    /// As it stands in the name of a cursor. Not always reversible; the cursor's value has `encoded`.
    var inCursorName: String { String(validating: bytes, as: UTF8.self) ?? description }

    /// ASCII without quotes and backslashes: other bytes as `%0A`.
    package var encoded: String {
        PercentEncoding.encode(bytes) { (0x20..<0x7F).contains($0) && !"%\"\\".utf8.contains($0) }
    }

    package init?(encoded text: String) {
        guard let bytes = PercentEncoding.bytes(text) else { return nil }
        self.init(bytes: bytes)
    }
}
