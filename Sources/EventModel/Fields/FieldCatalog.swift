import Synchronization

/// The process's table of field paths. Grows as records bring new paths, up to a bound; a number once given stays.
///
/// Lanes keep their own tries from key to number, so the lock is taken only when a path is met for the first time.
public final class FieldCatalog: Sendable {
    /// Hostile records can invent paths without end; real products together have some thousands.
    public static let defaultCapacity = 65_536

    private struct State {
        var ids: [String: FieldID] = [:]
        var paths: [String] = []
    }

    private let state: Mutex<State>
    private let capacity: Int

    public init(capacity: Int = FieldCatalog.defaultCapacity) {
        self.capacity = max(capacity, FieldID.knownPaths.count)
        var initial = State()
        for (index, path) in FieldID.knownPaths.enumerated() {
            initial.paths.append(path)
            if index > 0 { initial.ids[path] = FieldID(rawValue: UInt32(index)) }
        }
        state = Mutex(initial)
    }

    /// The number of a path as written anywhere: case is folded, `[]` left out. `FieldID.overflow` when the catalog is full.
    public func intern(_ path: String) -> FieldID {
        let folded = Self.fold(path)
        return state.withLock { state in
            if let id = state.ids[folded] { return id }
            guard state.paths.count < capacity else { return .overflow }
            let id = FieldID(rawValue: UInt32(state.paths.count))
            state.paths.append(folded)
            state.ids[folded] = id
            return id
        }
    }

    /// The number of a path that has been met; nil if it never was.
    public func find(_ path: String) -> FieldID? {
        let folded = Self.fold(path)
        return state.withLock { $0.ids[folded] }
    }

    /// The folded path of a number; empty for `FieldID.overflow`.
    public func path(of id: FieldID) -> String {
        state.withLock { id.index < $0.paths.count ? $0.paths[id.index] : "" }
    }

    /// How many numbers are given out: every valid `FieldID.index` is below it.
    public var count: Int { state.withLock { $0.paths.count } }

    /// All paths met so far, sorted, for suggestions.
    public var paths: [String] { state.withLock { $0.paths.dropFirst().sorted() } }

    /// ASCII lower case, without `[]`.
    public static func fold(_ path: String) -> String {
        var folded: [UInt8] = []
        folded.reserveCapacity(path.utf8.count)
        for byte in path.utf8 where byte != UInt8(ascii: "[") && byte != UInt8(ascii: "]") {
            folded.append(byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
        }
        return String(decoding: folded, as: UTF8.self)
    }
}
