/// Why a body, or a part of it, is not what its format demands.
public struct FormatError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In one line, for the sender.
    public var reason: String
    /// Byte offset in the body, after decompression.
    public var offset: Int
    /// Counted from 1, by line feeds; nil where the body has no lines.
    public var line: Int?

    public init(_ reason: String, at offset: Int, line: Int? = nil) {
        self.reason = reason
        self.offset = offset
        self.line = line
    }

    /// The error with the line that its offset is in.
    func located(in body: UnsafeRawBufferPointer) -> FormatError {
        var error = self
        error.line = 1 + body.prefix(offset).reduce(into: 0) { if $1 == 0x0A { $0 += 1 } }
        return error
    }

    public var description: String {
        line.map { "\(reason), at byte \(offset) in line \($0)" } ?? "\(reason), at byte \(offset)"
    }
}
