import EventModel
import LocatedYAML
import Matching

/// Reads and compiles filter documents (Sigma filters specification 2.1.0; `rules: any` as pySigma has it).
struct FilterReader {
    private static let otherKeys: Set = ["rules", "condition"]

    var placeholders: [String: [String]]
    var log: DiagnosticLog

    /// Nil if anything is wrong with it; that is logged, and that the filter is not applied.
    func read(_ document: SigmaDocument) -> FilterDefinition? {
        let root = document.root
        guard let definition = readParts(document) else {
            let name = root["title"]?.scalar?.text ?? root["name"]?.scalar?.text ?? "without a title"
            log.error(at: root.location, "filter \"\(name)\" is not applied to any rule, because of its errors")
            return nil
        }
        return definition
    }

    private func readParts(_ document: SigmaDocument) -> FilterDefinition? {
        let root = document.root
        let metadata = MetadataReader(subject: "filter", log: log).read(document)
        let logSource = LogSourceReader(subject: "filter", log: log).read(root)
        guard let entry = root.entry("filter"), let entries = entry.value.mapping else {
            log.error(
                at: root["filter"]?.location ?? root.location,
                "\"filter\" must be a mapping with rules, search identifiers and a condition")
            return nil
        }
        let scope = readScope(entry)
        let (identifiers, areSound) = DetectionReader(log: log).readIdentifiers(entries, besides: Self.otherKeys)
        guard let compiled = compile(identifiers, entry, document.file), areSound, let metadata, let logSource, let scope
        else { return nil }
        RuleChecks(log: log).check(metadata, identifiers, used: compiled.used)
        return FilterDefinition(metadata: metadata, logSource: logSource, scope: scope, expression: compiled.expression)
    }

    private func readScope(_ filter: YAMLNode.Entry) -> FilterDefinition.Scope? {
        guard let node = filter.value["rules"], !node.isNull else {
            log.error(
                at: filter.keyLocation, "\"filter\" needs \"rules\": \"any\", or a list of the rules' ids, names or titles")
            return nil
        }
        if let text = node.scalar?.text {
            return text.lowercased() == "any" ? .any : .rules([.init(text: text, location: node.location)])
        }
        var references: [FilterDefinition.Reference] = []
        for item in node.sequence ?? [node] {
            guard let scalar = item.scalar, scalar.value != .null else {
                log.error(at: item.location, "a rule is referred to by its id, name or title, not by \(item.kind)")
                return nil
            }
            references.append(.init(text: scalar.text, location: item.location))
        }
        return references.isEmpty ? .any : .rules(references)
    }

    // MARK: Condition

    private func compile(
        _ identifiers: [SearchIdentifier], _ filter: YAMLNode.Entry, _ file: YAMLFile
    ) -> (expression: MatchExpression, used: Set<String>)? {
        let compiled = DetectionCompiler(placeholders: placeholders, log: log).compile(identifiers)
        guard let node = filter.value["condition"], let text = node.scalar?.text, !node.isNull else {
            log.error(
                at: filter.value["condition"]?.location ?? filter.keyLocation,
                "\"filter\" needs a condition, one text such as \"condition: not selection\"")
            return nil
        }
        do throws(ConditionError) {
            let condition = try ConditionParser.parse(text)
            var compiler = ConditionCompiler(identifiers: compiled.expressions, under: "filter")
            let expression = try compiler.compile(condition)
            guard compiled.isSound else { return nil }
            warnOfTrap(condition, identifiers, used: compiler.used, at: node.location)
            return (expression, compiler.used)
        } catch {
            log.error(at: file.location(ofCharacter: error.offset, in: node), error.message)
            return nil
        }
    }

    /// The specification's own example reads as if a filter took away what it selects; it keeps only that.
    private func warnOfTrap(
        _ condition: Condition, _ identifiers: [SearchIdentifier], used: Set<String>, at location: SourceLocation
    ) {
        let isNegated = identifiers.contains { used.contains($0.name) && $0.detection.valueCount(with: "neq") > 0 }
        guard !condition.hasNot, !isNegated else { return }
        log.warning(
            at: location,
            "this filter lets its rules match ONLY events that it selects: its condition is ANDed to theirs; to leave those "
                + "events out instead, write \"condition: not \(condition.isAtom ? condition.text : "(\(condition.text))")\"")
    }
}
