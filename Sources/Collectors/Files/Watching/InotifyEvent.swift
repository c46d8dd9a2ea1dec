#if canImport(Glibc)
import Glibc
#endif

// Unsafe: events are copied out of a buffer of our own, each checked against the bytes that the kernel filled.

/// One event, as the kernel writes it: watch, mask, cookie and length as 32-bit words, then the name, padded with NULs.
package struct InotifyEvent: Equatable {
    /// Which directory; -1 when the kernel's queue overflowed.
    package var watch: Int32
    package var mask: UInt32
    package var name: [UInt8]

    package init(watch: Int32, mask: UInt32, name: [UInt8]) {
        self.watch = watch
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
                    watch: raw.loadUnaligned(fromByteOffset: 0, as: Int32.self),
                    mask: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
                    length: raw.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
                )
            }
            rest = rest.dropFirst(headerBytes)
            guard rest.count >= Int(words.length) else { break }
            let name = rest.prefix(Int(words.length)).prefix { $0 != 0 }
            events.append(InotifyEvent(watch: words.watch, mask: words.mask, name: Array(name)))
            rest = rest.dropFirst(Int(words.length))
        }
        return events
    }

    /// The directory is no longer watched, or has another name.
    package var isWatchGone: Bool { mask & UInt32(IN_IGNORED | IN_DELETE_SELF) != 0 }

    /// A file in the directory has other contents; which files there are has not changed.
    package var isWrite: Bool { mask & UInt32(IN_MODIFY | IN_CLOSE_WRITE) != 0 && !name.isEmpty }
}
