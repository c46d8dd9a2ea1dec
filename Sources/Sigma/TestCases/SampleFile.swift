import LocatedYAML

/// A file with one record a line.
enum SampleFile {
    case records([[UInt8]])
    case missing
    case unreadable(String)

    /// Reads the lines of a regular file; empty ones are no records.
    static func read(_ path: String, maximumBytes: Int) -> SampleFile {
        do throws(BoundedFile.ReadError) {
            let lines = try BoundedFile.read(path, maximumBytes: maximumBytes).split(separator: UInt8(ascii: "\n"))
            let records = lines.map { $0.last == UInt8(ascii: "\r") ? Array($0.dropLast()) : Array($0) }
            return .records(records.filter { !$0.isEmpty })
        } catch {
            return error.isMissing ? .missing : .unreadable(error.description)
        }
    }
}
