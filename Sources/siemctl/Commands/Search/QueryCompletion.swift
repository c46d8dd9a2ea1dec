import ArgumentParser
import EventModel
import Matching
import Searching
import Storage

/// What a shell offers while a query is typed: fields, values that stored events have, stages, saved searches.
enum QueryCompletion {
    /// Events that values are taken from, the newest, and values that are offered.
    private static let sampledEvents = 2_000
    private static let offeredValues = 50

    static var savedNames: [String] { ((try? SavedSearches.standard())?.queries.keys.sorted() ?? []).map { "@" + $0 } }

    /// - Parameters:
    ///   - words: the command line.
    ///   - index: which of them is being typed.
    ///   - typed: that word up to the cursor.
    static func complete(_ words: [String], _ index: Int, _ typed: String) async -> [String] {
        // bash takes the colon of `status:fai` for a word of its own, and asks for what is behind it alone.
        if let field = fieldBeforeColon(words, index) {
            return await values(of: field, beginningWith: typed == ":" ? "" : typed, words)
        }
        let word = typed.drop { $0 == "'" || $0 == "\"" }
        let part = lastPart(of: word)
        let before = String(word.dropLast(part.count))
        if before.isEmpty, part.first == "@" { return savedNames.filter { $0.hasPrefix(part) } }
        let isStage = before.reversed().first { !$0.isWhitespace } == "|"
            || (before.isEmpty && index > 0 && index <= words.count && words[index - 1].hasSuffix("|"))
        if isStage { return SearchParser.stageNames.filter { $0.hasPrefix(part) }.map { before + $0 } }
        if let mark = part.firstIndex(where: { $0 == ":" || $0 == "=" }) {
            let (field, value) = (String(part[..<mark]), part[part.index(after: mark)...])
            return await values(of: field, beginningWith: String(value), words).map { "\(before)\(field)\(part[mark])\($0)" }
        }
        return await names(beginningWith: String(part), words).map { "\(before)\($0)\(isInStage(before) ? "" : ":")" }
    }

    private static func fieldBeforeColon(_ words: [String], _ index: Int) -> String? {
        guard index >= 1, index < words.count else { return nil }
        if words[index] == ":" { return words[index - 1] }
        return index >= 2 && words[index - 1] == ":" ? words[index - 2] : nil
    }

    /// Names of fields alone.
    static func fields(_ words: [String], _ index: Int, _ typed: String) async -> [String] {
        await names(beginningWith: typed, words)
    }

    /// What follows the last blank, parenthesis, comma, sign or pipe.
    private static func lastPart(of word: Substring) -> Substring {
        let ends: Set<Character> = [" ", "(", ")", "|", ",", "!"]
        let part = word.lastIndex(where: ends.contains).map { word[word.index(after: $0)...] } ?? word
        return part.first == "-" ? part.dropFirst() : part
    }

    /// Behind the first pipe, names stand without a colon, `where` aside.
    private static func isInStage(_ before: String) -> Bool {
        guard let pipe = before.lastIndex(of: "|") else { return false }
        return !before[before.index(after: pipe)...].drop(while: \.isWhitespace).hasPrefix("where")
    }

    private static func names(beginningWith prefix: String, _ words: [String]) async -> [String] {
        let catalog = FieldCatalog()
        if let reader = try? store(words)?.open(catalog: catalog) {
            _ = try? await reader.search(SearchRequest(.constant(true), limit: 1))
        }
        let names = Set(FieldAliases.paths.keys).union(catalog.paths).union(OCSFPaths.common)
        return names.filter { $0.hasPrefix(prefix.lowercased()) }.sorted()
    }

    private static func values(of field: String, beginningWith prefix: String, _ words: [String]) async -> [String] {
        let catalog = FieldCatalog()
        guard let reader = try? store(words)?.open(catalog: catalog),
            let plan = try? SearchParser.parse("| top \(offeredValues * 4) \(ValuesCommand.quoted(field))")
        else { return [] }
        let prepared = PreparedSearch(text: "", plan: plan, reader: reader, catalog: catalog)
        let execution = SearchExecution(prepared)
        _ = try? await execution.search(reader, SearchRequest(plan.filter, limit: sampledEvents))
        let found = (try? execution.finish())?.rows ?? []
        let wanted = prefix.drop { $0 == "\"" }.lowercased()
        let texts = found.compactMap { $0.values.first?.text }.filter { $0.lowercased().hasPrefix(wanted) }
        return texts.prefix(offeredValues).map(Self.written)
    }

    /// A value as queries write it.
    private static func written(_ value: String) -> String {
        let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "._-@/+:".contains($0) }
        if isPlain && !value.isEmpty { return value }
        return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// The store that the command line names.
    private static func store(_ words: [String]) -> StoreOptions? {
        var arguments: [String] = []
        for (word, next) in zip(words, words.dropFirst()) where word == "--data" || word == "--config" {
            arguments += [word, next]
        }
        return try? StoreOptions.parse(arguments)
    }
}
