import Glibc

/// Where the command writes: results to standard output, everything about them to standard error.
enum Console {
    static func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }
    static func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// One line of standard error that the next one replaces, on a terminal; nothing elsewhere.
    static func progress(_ line: String) {
        if isatty(STDERR_FILENO) == 1 { write("\r\u{1b}[K" + line, to: STDERR_FILENO) }
    }

    static func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { writeAll($0, to: STDOUT_FILENO) }
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    /// A reader that has gone away (`| head`) ends the command quietly, as with every other tool.
    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var rest = bytes
        while rest.count > 0 {
            let written = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                exit(errno == EPIPE ? 0 : 3)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// All of a file, or of standard input for `-` or nil.
    static func read(_ path: String?) throws -> [UInt8] {
        let isInput = path == nil || path == "-"
        let descriptor = isInput ? STDIN_FILENO : open(path!, O_RDONLY)
        guard descriptor >= 0 else { throw CommandError(.environment, "\(path!): \(String(cString: strerror(errno)))") }
        defer { if !isInput { close(descriptor) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw CommandError(.environment, "\(path ?? "standard input"): \(String(cString: strerror(errno)))")
            }
            bytes.append(contentsOf: chunk[..<count])
        }
    }
}
