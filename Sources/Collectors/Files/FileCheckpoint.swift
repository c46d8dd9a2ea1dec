package import EventModel
import FoundationEssentials

/// How far a file has been read: the value of a file's `SourceCursor`, as JSON.
package struct FileCheckpoint: Equatable, Sendable, Codable {
    package var identity: FileIdentity
    /// Bytes of the file that are in stored records: where to read on.
    package var offset: Int
    /// The file's size when this was taken; more than `offset` means that something was unread.
    package var size: Int
    /// The file's modification time when this was taken, in nanoseconds since 1970.
    package var modified: Int64
    package var fingerprint: FileFingerprint
    /// The offset is within a line whose first part was stored as a truncated record.
    package var isSkipping: Bool

    package static func cursorName(source: Source, path: String) -> String { "file:\(source.name):\(path)" }

    package func cursor(name: String) -> SourceCursor {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding integers and Booleans cannot fail.
        let json = (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
        return SourceCursor(name: name, value: json)
    }

    package init(
        identity: FileIdentity, offset: Int, size: Int, modified: Int64, fingerprint: FileFingerprint, isSkipping: Bool = false
    ) {
        self.identity = identity
        self.offset = offset
        self.size = size
        self.modified = modified
        self.fingerprint = fingerprint
        self.isSkipping = isSkipping
    }

    /// Throws when the text is not a checkpoint, or one that cannot be.
    package init(_ cursor: SourceCursor) throws {
        self = try JSONDecoder().decode(FileCheckpoint.self, from: Data(cursor.value.utf8))
        guard offset >= 0, size >= 0, fingerprint.length >= 0, fingerprint.length <= FileFingerprint.maximumLength else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a number is out of range"))
        }
    }
}
