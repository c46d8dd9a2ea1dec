package import EventModel
import FoundationEssentials

/// How far a file has been read: the value of a file's `SourceCursor`, as JSON.
package struct FileCheckpoint: Equatable, Sendable, Codable {
    package var identity: FileIdentity
    /// Bytes of the content that are in stored records: where to read on. Of a compressed file, decompressed ones.
    package var offset: Int
    /// The file's size when this was taken; more than `offset` means that something was unread, if it is not compressed.
    package var size: Int
    /// The file's modification time when this was taken, in nanoseconds since 1970.
    package var modified: Int64
    /// Of the first bytes.
    package var fingerprint: FileFingerprint
    /// The offset is within a line whose first part was stored as a truncated record.
    package var isSkipping: Bool
    /// Of the bytes before the offset; nil in checkpoints of earlier versions.
    package var last: FileFingerprint?
    /// What stands at the offset continues a line that was stored as it stood there, without a newline.
    package var isContinued: Bool?
    /// The offset is within a JSON value whose first part was stored as a truncated record.
    package var skippedValue: JSONPlace?
    /// Where the content was found first, `FilePath.encoded`; nil in checkpoints of earlier versions: the path of the cursor's
    /// name.
    package var path: String?
    /// `gzip` or `zstd` if the file is compressed.
    package var compression: String?
    /// Compressed bytes from which nothing more is to come.
    package var consumed: Int?

    /// All cursors of a source have names that begin so.
    package static func cursorPrefix(source: Source) -> String { "file:\(source.name):" }

    package static func cursorName(source: Source, path: String) -> String { cursorPrefix(source: source) + path }

    /// Written by hand: it is made for each batch, and numbers need no escapes.
    package func cursor(name: String) -> SourceCursor {
        var json = "{\"fingerprint\":\(Self.json(fingerprint)),"
        json += "\"identity\":{\"device\":\(identity.device),\"inode\":\(identity.inode)},\"isSkipping\":\(isSkipping)"
        if let last { json += ",\"last\":\(Self.json(last))" }
        if isContinued == true { json += ",\"isContinued\":true" }
        if let place = skippedValue {
            json += ",\"skippedValue\":{\"depth\":\(place.depth),\"isAtLineStart\":\(place.isAtLineStart)"
            json += ",\"isEscaped\":\(place.isEscaped),\"isInString\":\(place.isInString)}"
        }
        if let path { json += ",\"path\":\"\(path)\"" }
        if let compression { json += ",\"compression\":\"\(compression)\"" }
        if let consumed { json += ",\"consumed\":\(consumed)" }
        return SourceCursor(name: name, value: json + ",\"modified\":\(modified),\"offset\":\(offset),\"size\":\(size)}")
    }

    private static func json(_ fingerprint: FileFingerprint) -> String {
        "{\"hash\":\(fingerprint.hash),\"length\":\(fingerprint.length)}"
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
        guard offset >= 0, size >= 0, consumed ?? 0 >= 0, skippedValue?.depth ?? 0 >= 0, fingerprint.isPossible,
            last?.isPossible ?? true, path.map({ FilePath(encoded: $0) != nil }) ?? true,
            compression.map({ CompressionFormat(rawValue: $0) != nil }) ?? true
        else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "a value is out of range"))
        }
    }
}

extension FileFingerprint {
    fileprivate var isPossible: Bool { (0...Self.maximumLength).contains(length) }
}
