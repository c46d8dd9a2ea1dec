import CSQLite

// Unsafe: the guard outlives the connection that it watches.

/// Watches over one query: what it may do, how much memory it takes, and whether it is still wanted.
final class SQLGuard {
    /// What was refused, in words; nil if nothing was.
    private(set) var refusal: String?
    private(set) var isCancelled = false
    private(set) var isTooLarge = false
    private let memory: Int64
    private let memoryBefore: Int64

    /// Steps of SQLite's machine between two looks: some 50 microseconds.
    private static let interval: Int32 = 1_000
    private static let tables: Set<String> = [EventsSchema.name, FindingsTable.name, "json_each", "json_tree"]
    private static let refusedFunctions: Set<String> = ["load_extension", "fts3_tokenizer"]

    static let readsOnly = "the store is not written to: only SELECT"

    /// - Parameter memory: bytes that SQLite may take from now on.
    init(memory: Int) {
        self.memory = Int64(memory)
        memoryBefore = sqlite3_memory_used()
    }

    /// From now on the connection answers to the guard.
    func watch(_ database: DatabaseHandle) {
        let own = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_set_authorizer(
            database.pointer,
            { own, action, first, second, _, _ in
                guard let own else { return SQLITE_DENY }
                return Unmanaged<SQLGuard>.fromOpaque(own).takeUnretainedValue().answer(action, first, second)
            }, own)
        sqlite3_progress_handler(
            database.pointer, Self.interval,
            { own in
                guard let own else { return 1 }
                return Unmanaged<SQLGuard>.fromOpaque(own).takeUnretainedValue().isToStop ? 1 : 0
            }, own)
    }

    private var isToStop: Bool {
        if Task.isCancelled { isCancelled = true }
        if sqlite3_memory_used() - memoryBefore > memory { isTooLarge = true }
        return isCancelled || isTooLarge
    }

    private func answer(_ action: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?) -> Int32 {
        switch action {
        case SQLITE_SELECT, SQLITE_RECURSIVE: return SQLITE_OK
        case SQLITE_READ:
            // Without a column it is a table that is only counted, or the name of a common table expression.
            let table = text(first)
            if text(second).isEmpty || Self.tables.contains(EventsSchema.fold(table)) { return SQLITE_OK }
            return refuse("there is no table \(table)")
        case SQLITE_FUNCTION:
            let function = text(second)
            if !Self.refusedFunctions.contains(EventsSchema.fold(function)) { return SQLITE_OK }
            return refuse("\(function)() is not available")
        case SQLITE_PRAGMA: return refuse("PRAGMA is not available")
        case SQLITE_ATTACH, SQLITE_DETACH: return refuse("other databases cannot be attached")
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT: return refuse("there are no transactions: only SELECT")
        default: return refuse(Self.readsOnly)
        }
    }

    private func refuse(_ reason: String) -> Int32 {
        if refusal == nil { refusal = reason }
        return SQLITE_DENY
    }

    private func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "" }
}
