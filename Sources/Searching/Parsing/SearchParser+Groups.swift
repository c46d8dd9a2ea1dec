import EventModel
import Matching

/// Stages that make rows of groups of rows.
extension SearchParser {
    mutating func topStage(isRare: Bool) throws(QueryError) {
        let count = try rowCount(or: 10)
        let (names, slots) = try slots()
        let grouping = Grouping(aggregates: [Aggregate(.count)], slots: slots, width: 0)
        stages.append(.top(count, isRare: isRare, grouping))
        scope.replace(with: names + ["count", "percent"])
    }

    mutating func statsStage() throws(QueryError) {
        let (aggregates, names) = try aggregateList()
        var by: (names: [String], slots: [Int]) = ([], [])
        if lexer.takeKeyword("by") { by = try slots() }
        stages.append(.stats(Grouping(aggregates: aggregates, slots: by.slots, width: 0)))
        scope.replace(with: by.names + names)
    }

    mutating func timechartStage() throws(QueryError) {
        var span: Int64?
        if let text = try option("span") {
            span = try duration(text)
        }
        let time = try scope.slot(of: "time", at: lexer.position)
        let (aggregates, names) = try aggregateList()
        var by: (names: [String], slots: [Int]) = ([], [])
        if lexer.takeKeyword("by") {
            let (name, offset) = try fieldName()
            by = ([name], [try scope.slot(of: name, at: offset)])
        }
        stages.append(.timechart(span: span, time: time, Grouping(aggregates: aggregates, slots: by.slots, width: 0)))
        scope.replace(with: ["time"] + by.names + names)
        let first = 1 + by.names.count
        chart = SearchPlan.Chart(
            series: by.names.isEmpty ? nil : 1, values: Array(first..<first + names.count))
    }

    mutating func sessionsStage() throws(QueryError) {
        guard let text = try option("gap") else { throw lexer.unexpected(expected: ["gap=30m"]) }
        let gap = try duration(text)
        guard scope.isOpen || scope.column(named: "time") == nil else {
            throw misplaced("sessions")
        }
        guard lexer.takeKeyword("by") else { throw lexer.unexpected(expected: ["by"]) }
        let (names, slots) = try slots()
        stages.append(.sessions(gap: gap, Grouping(aggregates: [], slots: slots, width: 0)))
        scope.replace(with: names + ["start", "end", "duration", "count"])
    }

    private func misplaced(_ stage: String) -> QueryError {
        QueryError(.misplaced, at: lexer.position, "\(stage) needs events", expected: ["it before stages that make other rows"])
    }

    // MARK: Aggregates

    private mutating func aggregateList() throws(QueryError) -> (aggregates: [Aggregate], names: [String]) {
        var aggregates: [Aggregate] = []
        var names: [String] = []
        repeat {
            guard aggregates.count < Self.maximumNames else {
                throw QueryError(.tooLong, at: lexer.position, "more than \(Self.maximumNames) aggregates")
            }
            let (aggregate, name) = try aggregate()
            aggregates.append(aggregate)
            names.append(name)
        } while lexer.take(",")
        return (aggregates, names)
    }

    private mutating func aggregate() throws(QueryError) -> (Aggregate, name: String) {
        lexer.skipBlanks()
        let start = lexer.position
        let all = AggregateFunction.allCases.map(\.rawValue)
        guard let word = lexer.word() else { throw lexer.unexpected(expected: all) }
        guard let function = AggregateFunction(rawValue: word.lowercased()) else {
            let nearest = NearestName.find(word, in: all).map { [$0] } ?? all
            throw QueryError(.unknownName, at: start, "no aggregate is named \(word)", expected: nearest)
        }
        var slot: Int?
        var name = function.rawValue
        if lexer.take("(") {
            if !(function == .count && lexer.take(")")) {
                let (field, offset) = try fieldName()
                slot = try scope.slot(of: field, at: offset)
                name += "_\(field)"
                guard lexer.take(")") else { throw lexer.unexpected(expected: [")"]) }
            }
        } else if function != .count {
            throw lexer.unexpected(expected: ["(a field)"])
        }
        if lexer.takeKeyword("as") { name = try fieldName(expected: "a name").name }
        return (Aggregate(function, of: slot), name)
    }

    // MARK: Options

    /// The text after `name=`; nil if no such option stands here.
    private mutating func option(_ name: String) throws(QueryError) -> (text: String, offset: Int)? {
        let start = lexer.position
        guard lexer.takeKeyword(name) else { return nil }
        guard lexer.take("=") else {
            lexer.move(to: start)
            return nil
        }
        lexer.skipBlanks()
        let offset = lexer.position
        guard let text = lexer.word() else { throw lexer.unexpected(expected: ["a duration such as 5m or 1h"]) }
        return (text, offset)
    }

    private func duration(_ option: (text: String, offset: Int)) throws(QueryError) -> Int64 {
        guard let duration = TimeSpanText.microseconds(option.text) else {
            throw QueryError(
                .badArgument, at: option.offset, "\"\(option.text.prefix(40))\" is not a duration",
                expected: ["a whole number and s, m, h, d or w"])
        }
        return duration
    }
}
