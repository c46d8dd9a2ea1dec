/// Why the store cannot be opened, read or written.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// Another process has the store open for writing.
        case inUse
        /// The store was written by a newer version of Perimeter.
        case newerSchema
        /// There is no store at that place yet, or none that this version can read.
        case notAStore
        /// The file contradicts itself; it needs to be restored, or repaired.
        case damaged
        /// The disk, or the store's size limit, is full. Nothing was changed.
        case full
        /// A lock was held for longer than we wait.
        case busy
        /// What was to be written is out of date: look again, and try again.
        case changed
        /// The writer was closed before the call.
        case closed
        /// The operating system or SQLite refused.
        case inputOutput
    }

    public var code: Code
    public var path: String
    public var detail: String

    public init(_ code: Code, path: String, detail: String) {
        self.code = code
        self.path = path
        self.detail = detail
    }

    init(_ error: SQLiteError, path: String) {
        let code: Code =
            error.isFull ? .full : error.isDamage ? .damaged : error.isBusy ? .busy : .inputOutput
        self.init(code, path: path, detail: error.description)
    }

    public var description: String {
        switch code {
        case .inUse: "\(path): the store is in use: \(detail); stop that process first"
        case .newerSchema: "\(path): the store was written by a newer version: \(detail); upgrade Perimeter to open it"
        case .notAStore: "\(path): no store to open: \(detail)"
        case .damaged: "\(path): the store is damaged: \(detail); restore it from a backup, or run siemctl store repair"
        case .full: "\(path): no space left for the store, nothing was changed: \(detail)"
        case .busy: "\(path): the store is locked by another process: \(detail)"
        case .changed: "\(path): \(detail)"
        case .closed: "\(path): the store was closed: \(detail)"
        case .inputOutput: "\(path): \(detail)"
        }
    }

    /// Runs `body`, and turns what SQLite throws into what people can act on.
    static func translating<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as SQLiteError {
            throw StoreError(error, path: path)
        }
    }
}
