import Synchronization

/// What has changed in the watched directories since somebody looked: written by the watch, taken by the reader.
final class FileChanges: Sendable {
    struct Taken: Sendable {
        /// A poll interval has gone by.
        var isTick = false
        /// Files were made, renamed or removed.
        var isListChanged = false
        /// Files that were written to.
        var written: Set<FilePath> = []
    }

    /// More written files are not told apart: the next look at all of them finds what has changed.
    private static let maximumPaths = 1_024

    private let state = Mutex<Taken?>(nil)

    func tick() {
        state.withLock { $0 = $0 ?? Taken(); $0?.isTick = true }
    }

    func listChanged() {
        state.withLock { $0 = $0 ?? Taken(); $0?.isListChanged = true }
    }

    func written(_ path: FilePath) {
        state.withLock { taken in
            taken = taken ?? Taken()
            if taken?.written.count ?? 0 < Self.maximumPaths { taken?.written.insert(path) } else { taken?.isListChanged = true }
        }
    }

    /// Nil when nothing has changed.
    func take() -> Taken? {
        state.withLock { taken in
            defer { taken = nil }
            return taken
        }
    }
}
