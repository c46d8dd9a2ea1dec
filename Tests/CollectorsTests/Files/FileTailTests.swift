import Collectors
import Testing

/// What follows from what was seen, without a file.
struct FileTailTests {
    static let ours = FileIdentity(device: 1, inode: 10)
    static let other = FileIdentity(device: 1, inode: 11)
    static let head = Array("first line\nsecond line\n".utf8)

    static func facts(_ identity: FileIdentity = ours, size: Int = 23, modified: Int64 = 5) -> FileFacts {
        FileFacts(identity: identity, size: size, modified: modified)
    }

    static func tail(offset: Int, size: Int = 23) -> FileTail {
        FileTail(facts: facts(size: size), offset: offset, fingerprint: FileFingerprint(of: head))
    }

    @Test(arguments: [
        (11, 12, 23, "first line\nsecond line\n", FileTail.Verdict.continues),
        (11, 12, 40, "first line\nsecond line\nmore", .continues),
        (23, 0, 23, "first line\nsecond line\n", .continues),
        (23, 0, 5, "first", .replaced(unread: false)),
        (11, 0, 5, "first", .replaced(unread: true)),
        (11, 12, 23, "other line\nsecond line\n", .replaced(unread: true)),
        (23, 0, 99, "other line\nsecond line\n", .replaced(unread: false)),
        (11, 12, 22, "first line\nsecond line\n", .replaced(unread: true)),
        (0, 0, 0, "", .replaced(unread: true)),
    ])
    func verify(offset: Int, read: Int, size: Int, head: String, expected: FileTail.Verdict) {
        var tail = Self.tail(offset: offset)
        let seen = FileTail.Observation(
            bytesRead: read, facts: Self.facts(size: size), head: Array(head.utf8))
        #expect(tail.verify(seen) == expected)
        #expect(tail.offset == offset)
    }

    @Test func theFingerprintGrowsWithTheFile() {
        var tail = FileTail(facts: Self.facts(size: 0), fingerprint: FileFingerprint(of: []))
        let seen = FileTail.Observation(bytesRead: 23, facts: Self.facts(), head: Self.head)
        #expect(tail.verify(seen) == .continues)
        #expect(tail.fingerprint == FileFingerprint(of: Self.head))
    }

    @Test func waitsWhileThePathIsOursOrMissing() {
        var tail = Self.tail(offset: 23)
        #expect(tail.atEnd(path: Self.facts(), now: .now, rotateWait: .zero) == .wait)
        #expect(tail.atEnd(path: nil, now: .now, rotateWait: .zero) == .wait)
    }

    @Test func movesOnWhenTheNextFileHasBegun() {
        var tail = Self.tail(offset: 23)
        #expect(tail.atEnd(path: Self.facts(Self.other, size: 1), now: .now, rotateWait: .seconds(5)) == .moveOn)
    }

    @Test func givesTheWriterTimeToOpenTheNextFile() {
        var tail = Self.tail(offset: 23)
        let start = ContinuousClock.now
        let next = Self.facts(Self.other, size: 0)
        #expect(tail.atEnd(path: next, now: start, rotateWait: .seconds(5)) == .wait)
        #expect(tail.atEnd(path: next, now: start + .seconds(4), rotateWait: .seconds(5)) == .wait)
        #expect(tail.atEnd(path: next, now: start + .seconds(5), rotateWait: .seconds(5)) == .moveOn)
    }

    @Test func aRotationTakenBackStartsTheWaitAnew() {
        var tail = Self.tail(offset: 23)
        let start = ContinuousClock.now
        let next = Self.facts(Self.other, size: 0)
        #expect(tail.atEnd(path: next, now: start, rotateWait: .seconds(5)) == .wait)
        #expect(tail.atEnd(path: Self.facts(), now: start + .seconds(4), rotateWait: .seconds(5)) == .wait)
        #expect(tail.atEnd(path: next, now: start + .seconds(6), rotateWait: .seconds(5)) == .wait)
    }

    @Test(arguments: [("", "", true), ("", "x", true), ("abc", "abcdef", true), ("abc", "ab", false), ("abc", "abd", false)])
    func fingerprint(of known: String, matches head: String, expected: Bool) {
        #expect(FileFingerprint(of: Array(known.utf8)).matches(Array(head.utf8)) == expected)
    }
}
