import Foundation
import Storage
import Synchronization

/// A disk that can be full, or stop: counts every change that SQLite and `DiskFile` make below one folder, and fails from one of
/// them on, or tells a test so that it can look at what a crash would leave.
///
/// What is written is in the kernel's hands, as after `kill -9`; what is not, is not there. Syncs do nothing, since no one turns
/// the machine off.
final class FaultyDisk: DiskFile.Interruption {
    /// A change, before it is made or, of a write, when half of its bytes are there.
    struct Change: Sendable {
        /// From 1.
        var number: Int
        var isTorn: Bool
        var path: String
    }

    private struct State {
        var count = 0
        var failsFrom = Int.max
        var hasFailed = false
        var observer: (@Sendable (Change) -> Void)?
    }

    let folder: String
    private let state = Mutex(State())

    /// - Parameter folder: an existing folder; changes of others are left alone.
    init(_ folder: String) {
        self.folder = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/"
        FaultyFileSystem.add(self)
    }

    /// Call it when the disk is no longer used: others of its folder are then possible.
    func remove() { FaultyFileSystem.remove(self) }

    /// Changes so far.
    var count: Int { state.withLock { $0.count } }
    /// Whether a change was refused since the disk was filled.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }

    /// From the `number`th change from now on nothing can be written.
    func fill(after number: Int) {
        state.withLock {
            $0.failsFrom = $0.count + number
            $0.hasFailed = false
        }
    }

    /// There is space again.
    func free() { state.withLock { $0.failsFrom = .max } }

    /// Has `body` called at each change from now on, with numbers from 1.
    func observe(_ body: (@Sendable (Change) -> Void)?) {
        state.withLock {
            $0.count = 0
            $0.observer = body
        }
    }

    /// Runs `body` with `DiskFile` on this disk too. (SQLite is on it by the files' paths.)
    func use<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await DiskFile.$interruption.withValue(self) { try await body() }
    }

    func owns(_ path: String) -> Bool { path.hasPrefix(folder) }

    func answer(to change: DiskFile.Change, of path: String) -> Int32 {
        !owns(path) || allows(path, isRemoval: change == .remove) ? 0 : ENOSPC
    }

    /// Counts a change; false if there is no space for it. Removing needs none.
    func allows(_ path: String, isRemoval: Bool = false) -> Bool {
        let (number, isFull, observer) = state.withLock { state in
            state.count += 1
            let isFull = state.count >= state.failsFrom && !isRemoval
            if isFull { state.hasFailed = true }
            return (state.count, isFull, state.observer)
        }
        observer?(Change(number: number, isTorn: false, path: path))
        return !isFull
    }

    /// Half of the bytes of the change that was counted last are written.
    func isTorn(_ path: String) {
        let (number, observer) = state.withLock { ($0.count, $0.observer) }
        observer?(Change(number: number, isTorn: true, path: path))
    }

    var isObserved: Bool { state.withLock { $0.observer != nil } }
}
