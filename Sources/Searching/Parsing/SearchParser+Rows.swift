import EventModel
import Matching

/// Stages whose rows stay the rows that they were.
extension SearchParser {
    mutating func fieldsStage() throws(QueryError) {
        let takesAway = lexer.take("-")
        let names = try fieldNames()
        if takesAway {
            var columns = scope.columns
            if scope.isOpen {
                // Events have no end of fields: what is left are the columns that a table of them has.
                var shown: [SearchColumn] = []
                for name in Self.eventColumns where scope.column(named: name) == nil {
                    shown.append(SearchColumn(name, slot: try scope.slot(of: name, at: lexer.position)))
                }
                columns = shown + columns
            }
            for (name, offset) in names {
                guard columns.contains(where: { FieldCatalog.fold($0.name) == FieldCatalog.fold(name) }) else {
                    throw QueryError(
                        .unknownField, at: offset, "no column is named \(name)", expected: columns.map(\.name))
                }
                columns.removeAll { FieldCatalog.fold($0.name) == FieldCatalog.fold(name) }
            }
            scope.close(to: columns)
            return
        }
        var columns: [SearchColumn] = []
        for (name, offset) in names {
            let slot = try scope.slot(of: name, at: offset)
            if !columns.contains(where: { FieldCatalog.fold($0.name) == FieldCatalog.fold(name) }) {
                columns.append(SearchColumn(name, slot: slot))
            }
        }
        scope.close(to: columns)
    }

    mutating func sortStage() throws(QueryError) {
        var keys: [SortKey] = []
        repeat {
            let isDescending = lexer.take("-")
            if !isDescending { _ = lexer.take("+") }
            let (name, offset) = try fieldName()
            guard keys.count < Self.maximumNames else {
                throw QueryError(.tooLong, at: offset, "more than \(Self.maximumNames) fields")
            }
            keys.append(SortKey(slot: try scope.slot(of: name, at: offset), isDescending: isDescending))
            if lexer.take(",") { continue }
        } while !lexer.isAtEnd()
        stages.append(.sort(keys))
    }

    mutating func dedupStage() throws(QueryError) {
        let count = try rowCount(or: 1)
        stages.append(.dedup(count, slots: try slots().slots))
    }

    mutating func evalStage() throws(QueryError) {
        repeat {
            let (name, offset) = try fieldName(expected: "a name for the result")
            guard lexer.take("=") else { throw lexer.unexpected(expected: ["="]) }
            var parser = ExpressionParser(lexer, scope)
            let expression = try parser.parse()
            (lexer, scope) = (parser.lexer, parser.scope)
            try check(name, at: offset)
            stages.append(.eval(slot: scope.define(name), expression))
        } while lexer.take(",")
    }

    mutating func renameStage() throws(QueryError) {
        repeat {
            let (old, offset) = try fieldName()
            guard lexer.takeKeyword("as") else { throw lexer.unexpected(expected: ["as"]) }
            let (new, place) = try fieldName(expected: "a new name")
            try check(new, at: place)
            try scope.rename(old, to: new, at: offset)
        } while lexer.take(",")
    }

    mutating func lookupStage() throws(QueryError) {
        let (name, offset) = try fieldName(expected: "the name of a table")
        guard let table = tables[name] else {
            let nearest = NearestName.find(name, in: tables.keys).map { [$0] } ?? tables.keys.sorted()
            throw QueryError(
                .unknownName, at: offset, "no lookup table is named \(name)",
                expected: nearest.isEmpty ? ["a table given with --lookup NAME=FILE.csv"] : nearest)
        }
        let (field, place) = try fieldName()
        let key = try scope.slot(of: field, at: place)
        let folded = FieldCatalog.fold(field)
        let index = LookupIndex(table, key: table.columns.firstIndex { FieldCatalog.fold($0) == folded } ?? 0)
        stages.append(.lookup(index, key: key, slots: index.columns.map { scope.define($0) }))
    }

    /// Names that would hide the event's time are refused: windows and charts go by it.
    private func check(_ name: String, at offset: Int) throws(QueryError) {
        if scope.isOpen && FieldAliases.time.contains(name.lowercased()) {
            throw QueryError(.badArgument, at: offset, "\(name) is the event's time", expected: ["another name"])
        }
    }
}
