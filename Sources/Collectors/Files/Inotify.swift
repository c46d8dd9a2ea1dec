#if canImport(Glibc)
import Glibc
#endif

// Unsafe: events are copied out of a buffer of our own, each checked against the bytes that the kernel filled.

/// The inotify descriptor of one directory.
///
/// @unchecked Sendable: `isWatching` and the descriptor are used on the queue of its `DirectoryWatch` only.
final class Inotify: @unchecked Sendable {
    let descriptor: Int32
    private let directory: FileDirectory
    private var isWatching = false

    private static let interest = UInt32(
        IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF)

    /// Nil when the system has no more inotify instances to give; polling remains.
    init?(directory: FileDirectory) {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        self.directory = directory
        guard descriptor >= 0 else { return nil }
        watchAgain()
    }

    func close() {
        Glibc.close(descriptor)
    }

    /// The directory may not have been there, or may be another one now.
    func watchAgain() {
        if !isWatching { isWatching = inotify_add_watch(descriptor, directory.path, Self.interest) >= 0 }
    }

    /// Takes all events; true if one concerns the tailed file.
    func drain() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        var concerns = false
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return concerns }
            for event in InotifyEvent.all(in: buffer[..<count]) {
                if event.isWatchGone { isWatching = false }
                concerns = concerns || event.concerns(directory.base)
            }
        }
    }
}

/// One event, as the kernel writes it: watch, mask, cookie and length as 32-bit words, then the name, padded with NULs.
package struct InotifyEvent: Equatable {
    package var mask: UInt32
    package var name: String

    package init(mask: UInt32, name: String) {
        self.mask = mask
        self.name = name
    }

    package static let headerBytes = 16

    /// The events in the bytes; what is cut off at their end is left out.
    package static func all(in bytes: ArraySlice<UInt8>) -> [InotifyEvent] {
        var events: [InotifyEvent] = []
        var rest = bytes
        while rest.count >= headerBytes {
            let words = rest.prefix(headerBytes).withUnsafeBytes { raw in
                (
                    mask: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                    length: raw.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
                )
            }
            rest = rest.dropFirst(headerBytes)
            guard rest.count >= Int(words.length) else { break }
            let name = rest.prefix(Int(words.length)).prefix { $0 != 0 }
            events.append(InotifyEvent(mask: words.mask, name: String(decoding: name, as: UTF8.self)))
            rest = rest.dropFirst(Int(words.length))
        }
        return events
    }

    /// The directory is no longer watched.
    package var isWatchGone: Bool { mask & UInt32(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF) != 0 }

    /// Whether the tailed file, or one that its rotation may have made, has changed; or the directory itself.
    package func concerns(_ base: String) -> Bool {
        name.isEmpty || name == base || FileGenerations.isRotatedName(name, of: base)
    }
}
