import EventModel
public import Matching

/// Reads a query with pipe stages into a plan: `filter | stage | stage`. docs/search.md has the language.
public struct SearchParser {
    /// More stages than this are a mistake.
    public static let maximumStages = 64
    /// Fields of one list, aggregates of one stage.
    static let maximumNames = 64

    /// The names of all stages.
    public static let stageNames = [
        "where", "fields", "sort", "head", "tail", "dedup", "top", "rare", "stats", "timechart", "eval", "rename", "lookup",
        "sessions",
    ]

    /// The columns that events have where nothing else is asked: those of the table, and what `fields -…` leaves some of.
    public static let eventColumns = ["time", "product", "action", "status", "user", "ip", "message"]

    var lexer: StageLexer
    var scope: SearchScope
    let tables: [String: LookupTable]
    var stages: [SearchStage] = []
    var chart: SearchPlan.Chart?
    /// Whether a `where` looks at fields of events that it was not told to read as columns.
    var filtersEvents = false
    private let text: String
    private var filter: MatchExpression
    private var stageTexts: [String] = []

    /// The plan of a query.
    ///
    /// - Parameters:
    ///   - fields: the names that events can have; `QueryFields.any` lets all pass.
    ///   - tables: what `lookup` may name.
    public static func parse(
        _ text: String, fields: QueryFields = .any, tables: [String: LookupTable] = [:]
    ) throws(QueryError) -> SearchPlan {
        let (filter, end) = try QueryParser.parsePart(text, fields: fields)
        var parser = SearchParser(text, filter, StageLexer(text, from: end), SearchScope(known: fields), tables)
        return try parser.plan()
    }

    private init(
        _ text: String, _ filter: MatchExpression, _ lexer: StageLexer, _ scope: SearchScope, _ tables: [String: LookupTable]
    ) {
        self.text = text
        self.filter = filter
        self.lexer = lexer
        self.scope = scope
        self.tables = tables
    }

    private mutating func plan() throws(QueryError) -> SearchPlan {
        while lexer.peek() == UInt8(ascii: "|") {
            guard stageTexts.count < Self.maximumStages else {
                throw QueryError(.tooLong, at: lexer.position, "the query has more than \(Self.maximumStages) stages")
            }
            lexer.move(to: lexer.position + 1)
            lexer.skipBlanks()
            let start = lexer.position
            chart = nil
            try stage()
            guard lexer.isAtEnd() else { throw lexer.unexpected(expected: ["|", "the end"]) }
            var words = Array(lexer.bytes[start..<lexer.position])
            while let last = words.last, last <= 0x20 { words.removeLast() }
            stageTexts.append(String(decoding: words, as: UTF8.self))
        }
        let output: SearchOutput = scope.isOpen ? .events(scope.columns) : .rows(scope.columns)
        return SearchPlan(
            filter: filter, fields: scope.fields, fieldSlots: scope.fieldSlots, eventWidth: scope.widths[0],
            stages: finished(stages), stageTexts: stageTexts, output: output, needsEvents: scope.isOpen || filtersEvents,
            chart: chart)
    }

    /// The stages with the widths that their rows came to have.
    private func finished(_ stages: [SearchStage]) -> [SearchStage] {
        var kind = 0
        return stages.map { stage in
            guard stage.makesRows else { return stage }
            kind += 1
            return stage.widened(to: scope.widths[kind])
        }
    }

    private mutating func stage() throws(QueryError) {
        let start = lexer.position
        guard let name = lexer.word() else {
            throw lexer.unexpected(expected: ["a stage: " + Self.stageNames.joined(separator: ", ")])
        }
        switch name.lowercased() {
        case "where": try whereStage()
        case "fields": try fieldsStage()
        case "sort": try sortStage()
        case "head": stages.append(.head(try rowCount(or: 10)))
        case "tail": stages.append(.tail(try rowCount(or: 10)))
        case "dedup": try dedupStage()
        case "top": try topStage(isRare: false)
        case "rare": try topStage(isRare: true)
        case "stats": try statsStage()
        case "timechart": try timechartStage()
        case "eval": try evalStage()
        case "rename": try renameStage()
        case "lookup": try lookupStage()
        case "sessions": try sessionsStage()
        default:
            let nearest = NearestName.find(name, in: Self.stageNames).map { [$0] } ?? Self.stageNames
            throw QueryError(.unknownName, at: start, "no stage is named \(name)", expected: nearest)
        }
    }

    private mutating func whereStage() throws(QueryError) {
        if lexer.isAtEnd() { throw lexer.unexpected(expected: ["a filter"]) }
        let (expression, end) = try QueryParser.parsePart(text, from: lexer.position, fields: scope.queryFields)
        lexer.move(to: end)
        if stages.isEmpty && scope.isOpen && scope.columns.isEmpty {
            filter = filter == .constant(true) ? expression : .all([filter, expression])
            return
        }
        if scope.isOpen { filtersEvents = true }
        stages.append(.filter(expression, columns: scope.columns, ofEvents: scope.isOpen))
    }

    // MARK: Shared

    /// A number of rows, from 1.
    mutating func rowCount(or standard: Int) throws(QueryError) -> Int {
        lexer.skipBlanks()
        let start = lexer.position
        guard let count = lexer.count() else { return standard }
        guard count > 0 else { throw QueryError(.badArgument, at: start, "0 rows are none", expected: ["a number from 1"]) }
        return count
    }

    /// A field's name with its place.
    mutating func fieldName(expected: String = "a field") throws(QueryError) -> (name: String, offset: Int) {
        lexer.skipBlanks()
        let offset = lexer.position
        guard let name = try lexer.name(), !name.isEmpty else { throw lexer.unexpected(expected: [expected]) }
        return (name, offset)
    }

    /// Names with commas or blanks between, up to the stage's end.
    mutating func fieldNames() throws(QueryError) -> [(name: String, offset: Int)] {
        var names: [(name: String, offset: Int)] = []
        repeat {
            let name = try fieldName()
            guard names.count < Self.maximumNames else {
                throw QueryError(.tooLong, at: name.offset, "more than \(Self.maximumNames) fields")
            }
            names.append(name)
            if lexer.take(",") { continue }
        } while !lexer.isAtEnd()
        return names
    }

    /// The slots of fields that are listed up to the stage's end.
    mutating func slots() throws(QueryError) -> (names: [String], slots: [Int]) {
        var slots: [Int] = []
        let names = try fieldNames()
        for (name, offset) in names { slots.append(try scope.slot(of: name, at: offset)) }
        return (names.map(\.name), slots)
    }
}
