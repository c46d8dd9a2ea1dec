/// Which file it is, whatever its name: unique among the files that exist now, and reused after one is deleted.
package struct FileIdentity: Hashable, Sendable, Codable {
    package var device: UInt64
    package var inode: UInt64

    package init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }
}

/// What `stat` tells of a file.
package struct FileFacts: Equatable, Sendable {
    package var identity: FileIdentity
    /// Bytes.
    package var size: Int
    /// When its content last changed, in nanoseconds since 1970.
    package var modified: Int64

    package init(identity: FileIdentity, size: Int, modified: Int64) {
        self.identity = identity
        self.size = size
        self.modified = modified
    }
}

/// Up to 256 bytes of a file, as a hash. Of its first ones: tells whether a file is still the one it was, when its inode was
/// reused or its content replaced; it covers what was there when it was taken, so a file that only grew still matches. Of those
/// before a position: tells whether what was read up to there is still what stands there.
package struct FileFingerprint: Equatable, Sendable, Codable {
    /// Enough for a log's first record to have a time or an id in it.
    package static let maximumLength = 256

    /// Bytes covered.
    package let length: Int
    /// FNV-1a, 64 bits. Not against forgery: whoever can write the log can do worse.
    package let hash: UInt64

    package init(of head: some Collection<UInt8>) {
        length = min(head.count, Self.maximumLength)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in head.prefix(Self.maximumLength) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.hash = hash
    }

    package func matches(_ head: some Collection<UInt8>) -> Bool {
        head.count >= length && FileFingerprint(of: head.prefix(length)) == self
    }
}
