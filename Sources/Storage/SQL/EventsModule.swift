import CSQLite

// Unsafe: SQLite gives back the pointers that `xConnect` and `xOpen` gave it, until `xDisconnect` and `xClose`. Records begin
// with SQLite's own structure, since that is what it looks at. Nothing is thrown through SQLite.

/// SQLite's view of the table `events`: functions in C's manner that pass every call on.
enum EventsModule {
    private struct TableRecord {
        var base = sqlite3_vtab()
        var table: Unmanaged<EventsTable>
    }

    private struct CursorRecord {
        var base = sqlite3_vtab_cursor()
        var cursor: Unmanaged<EventsCursor>
        var table: Unmanaged<EventsTable>
    }

    /// Makes the table known to a connection, which keeps it until it is closed.
    static func register(_ table: EventsTable, on database: DatabaseHandle) throws {
        let code = sqlite3_create_module_v2(
            database.pointer, EventsSchema.name, functions, Unmanaged.passRetained(table).toOpaque()
        ) { table in
            if let table { Unmanaged<EventsTable>.fromOpaque(table).release() }
        }
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: String(cString: sqlite3_errmsg(database.pointer)), sql: "create module")
        }
    }

    // Written once, before anybody reads it.
    nonisolated(unsafe) private static let functions: UnsafePointer<sqlite3_module> = {
        var module = sqlite3_module()
        module.iVersion = 1
        // Without xCreate the table is there by its name alone, and no other can be made.
        module.xConnect = { database, table, _, _, result, _ in connect(database, table, result) }
        module.xBestIndex = { table, info in bestIndex(table, info) }
        module.xDisconnect = { table in
            guard let table else { return SQLITE_OK }
            let record = UnsafeMutableRawPointer(table).assumingMemoryBound(to: TableRecord.self)
            record.pointee.table.release()
            record.deallocate()
            return SQLITE_OK
        }
        module.xOpen = { table, result in
            guard let table, let result else { return SQLITE_MISUSE }
            let events = UnsafeMutableRawPointer(table).assumingMemoryBound(to: TableRecord.self).pointee.table
            let record = UnsafeMutablePointer<CursorRecord>.allocate(capacity: 1)
            let cursor = EventsCursor(events.takeUnretainedValue())
            record.initialize(to: CursorRecord(cursor: .passRetained(cursor), table: events))
            result.pointee = UnsafeMutableRawPointer(record).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }
        module.xClose = { cursor in
            guard let cursor else { return SQLITE_OK }
            let record = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: CursorRecord.self)
            record.pointee.cursor.takeUnretainedValue().close()
            record.pointee.cursor.release()
            record.deallocate()
            return SQLITE_OK
        }
        module.xFilter = { cursor, number, _, count, values in
            attempt(cursor) { cursor, table in
                let operands = (0..<Int(count)).map { operand(values?[$0]) }
                try cursor.begin(table.plan(Int(number)), operands)
            }
        }
        module.xNext = { cursor in attempt(cursor) { cursor, _ in try cursor.next() } }
        module.xEof = { cursor in
            guard let cursor else { return 1 }
            return record(cursor).pointee.cursor._withUnsafeGuaranteedRef { $0.isAtEnd ? 1 : 0 }
        }
        module.xColumn = { cursor, context, column in
            guard let cursor, let context else { return SQLITE_MISUSE }
            record(cursor).pointee.cursor._withUnsafeGuaranteedRef { $0.give(Int(column), to: TableResult(context)) }
            return SQLITE_OK
        }
        module.xRowid = { cursor, result in
            guard let cursor, let result else { return SQLITE_MISUSE }
            result.pointee = record(cursor).pointee.cursor._withUnsafeGuaranteedRef { $0.sequence }
            return SQLITE_OK
        }
        let place = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        place.initialize(to: module)
        return UnsafePointer(place)
    }()

    private static func record(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>) -> UnsafeMutablePointer<CursorRecord> {
        UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: CursorRecord.self)
    }

    private static func connect(
        _ database: OpaquePointer?, _ table: UnsafeMutableRawPointer?,
        _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?
    ) -> Int32 {
        guard let table, let result else { return SQLITE_MISUSE }
        let events = Unmanaged<EventsTable>.fromOpaque(table)
        let code = sqlite3_declare_vtab(database, events.takeUnretainedValue().schema.declaration)
        guard code == SQLITE_OK else { return code }
        let record = UnsafeMutablePointer<TableRecord>.allocate(capacity: 1)
        record.initialize(to: TableRecord(table: events.retain()))
        result.pointee = UnsafeMutableRawPointer(record).assumingMemoryBound(to: sqlite3_vtab.self)
        return SQLITE_OK
    }

    /// Keeps what is thrown for the one who runs the query, and tells SQLite that there was something.
    private static func attempt(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ body: (EventsCursor, EventsTable) throws -> Void
    ) -> Int32 {
        guard let cursor else { return SQLITE_MISUSE }
        let record = record(cursor).pointee
        let table = record.table.takeUnretainedValue()
        do {
            try body(record.cursor.takeUnretainedValue(), table)
            return SQLITE_OK
        } catch {
            table.failure = error
            return SQLITE_ERROR
        }
    }

    // MARK: - Questions

    private static func bestIndex(
        _ table: UnsafeMutablePointer<sqlite3_vtab>?, _ info: UnsafeMutablePointer<sqlite3_index_info>?
    ) -> Int32 {
        guard let table, let info else { return SQLITE_MISUSE }
        let events = UnsafeMutableRawPointer(table).assumingMemoryBound(to: TableRecord.self).pointee.table.takeUnretainedValue()
        let order = (0..<Int(info.pointee.nOrderBy)).map { index in
            let term = info.pointee.aOrderBy[index]
            return (term.iColumn < 0 ? nil : Int(term.iColumn), term.desc != 0)
        }
        let question = TableQuestion(
            constraints: (0..<Int(info.pointee.nConstraint)).map { constraint(info, $0) }, order: order,
            used: info.pointee.colUsed)
        let answer = events.answer(question)
        for (place, index) in answer.taken.enumerated() {
            info.pointee.aConstraintUsage[index].argvIndex = Int32(place + 1)
            // SQLite tries the condition again: what the store finds may be more.
            info.pointee.aConstraintUsage[index].omit = 0
            if answer.plan.arguments[place].isList { sqlite3_vtab_in(info, Int32(index), 1) }
        }
        info.pointee.idxNum = Int32(truncatingIfNeeded: answer.number)
        info.pointee.orderByConsumed = answer.plan.order == nil ? 0 : 1
        info.pointee.estimatedCost = answer.estimate.cost
        info.pointee.estimatedRows = Int64(answer.estimate.rows)
        if answer.estimate.isUnique { info.pointee.idxFlags = SQLITE_INDEX_SCAN_UNIQUE }
        info.pointee.idxStr = copied(answer.plan.summary(events.schema))
        info.pointee.needToFreeIdxStr = 1
        return SQLITE_OK
    }

    private static func constraint(_ info: UnsafeMutablePointer<sqlite3_index_info>, _ index: Int) -> TableConstraint {
        let offered = info.pointee.aConstraint[index]
        let comparison: TableConstraint.Comparison? =
            switch Int32(offered.op) {
            case SQLITE_INDEX_CONSTRAINT_EQ: .equal
            case SQLITE_INDEX_CONSTRAINT_LT: .less
            case SQLITE_INDEX_CONSTRAINT_LE: .lessOrEqual
            case SQLITE_INDEX_CONSTRAINT_GT: .greater
            case SQLITE_INDEX_CONSTRAINT_GE: .greaterOrEqual
            default: nil
            }
        var isNumber = false
        var value: OpaquePointer?
        if comparison == .equal, sqlite3_vtab_rhs_value(info, Int32(index), &value) == SQLITE_OK, let value {
            isNumber = [SQLITE_INTEGER, SQLITE_FLOAT].contains(sqlite3_value_type(value))
        }
        return TableConstraint(
            column: offered.iColumn < 0 ? nil : Int(offered.iColumn), comparison: comparison,
            collation: sqlite3_vtab_collation(info, Int32(index)).map { String(cString: $0) } ?? "",
            isUsable: offered.usable != 0, isList: comparison == .equal && sqlite3_vtab_in(info, Int32(index), -1) != 0,
            isNumber: isNumber)
    }

    /// A copy that SQLite frees.
    private static func copied(_ text: String) -> UnsafeMutablePointer<CChar>? {
        let bytes = Array(text.utf8CString)
        guard let copy = sqlite3_malloc64(UInt64(bytes.count))?.assumingMemoryBound(to: CChar.self) else { return nil }
        copy.initialize(from: bytes, count: bytes.count)
        return copy
    }

    // MARK: - Operands

    private static func operand(_ value: OpaquePointer?) -> TableOperand {
        guard let value else { return .null }
        var member: OpaquePointer?
        var code = sqlite3_vtab_in_first(value, &member)
        guard code == SQLITE_OK || code == SQLITE_DONE else { return single(value) }
        var members: [TableOperand] = []
        while code == SQLITE_OK, let found = member, members.count <= EventsPlan.maximumList {
            members.append(single(found))
            code = sqlite3_vtab_in_next(value, &member)
        }
        return .list(members)
    }

    private static func single(_ value: OpaquePointer) -> TableOperand {
        switch sqlite3_value_type(value) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_value_int64(value))
        case SQLITE_FLOAT: return .real(sqlite3_value_double(value))
        case SQLITE_TEXT:
            let bytes = TableResult.bytes(of: value)
            return String(validating: bytes, as: UTF8.self).map(TableOperand.text) ?? .other
        default: return .other
        }
    }
}
