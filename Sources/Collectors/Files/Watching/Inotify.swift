#if canImport(Glibc)
import Glibc
#endif

/// An inotify descriptor and the directories that it watches.
///
/// @unchecked Sendable: it is used on the queue of its `DirectoryWatch` only.
final class Inotify: @unchecked Sendable {
    let descriptor: Int32
    private var directories: [Int32: FilePath] = [:]
    private var watches: [FilePath: Int32] = [:]
    private var isClosed = false

    private static let interest = UInt32(
        IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
            | IN_ATTRIB)
    /// The kernel allows a user 8,192 at least; changes in further directories are found by polling.
    private static let maximumDirectories = 1_024

    /// Nil when the system has no more inotify instances to give; polling remains.
    init?() {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
    }

    func close() {
        isClosed = true
        Glibc.close(descriptor)
    }

    /// A directory may not have been there before, or may be another one now: all are asked for each time, which changes nothing
    /// where a watch stands.
    func watch(_ wanted: Set<FilePath>) {
        guard !isClosed else { return }
        for (path, watch) in watches where !wanted.contains(path) {
            inotify_rm_watch(descriptor, watch)
            forget(watch)
        }
        for path in wanted.sorted().prefix(Self.maximumDirectories) {
            let watch = path.withCString { inotify_add_watch(descriptor, $0, Self.interest | UInt32(IN_ONLYDIR)) }
            guard watch >= 0 else { continue }
            if let before = watches[path], before != watch { inotify_rm_watch(descriptor, before) }
            watches[path] = watch
            directories[watch] = path
        }
    }

    private func forget(_ watch: Int32) {
        guard let path = directories.removeValue(forKey: watch) else { return }
        if watches[path] == watch { watches[path] = nil }
    }

    /// Takes all events.
    func drain(into changes: FileChanges) {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return }
            for event in InotifyEvent.all(in: buffer[..<count]) {
                if event.isWatchGone { forget(event.watch) }
                if event.isWrite, let directory = directories[event.watch] {
                    changes.written(directory.appending(event.name))
                } else {
                    changes.listChanged()
                }
            }
        }
    }
}
