import Detection
public import EventModel
public import LocatedYAML
public import Sigma

/// Warns of rules that can never fire: what they ask for, or group or count by, stands in fields that no known record of their
/// products carries.
public enum FieldWarnings {
    /// - Parameter products: those of the mappings; only those whose mapping lists the vendor's fields are judged.
    public static func warnings(_ collection: SigmaCollection, products: ProductCatalog) -> [Diagnostic] {
        let aliasing = FieldAliasing(products: products)
        let rules = Dictionary(collection.rules.map { ($0.metadata.id, $0) }, uniquingKeysWith: { first, _ in first })
        return collection.rules.compactMap { warning(of: $0, aliasing.check($0)) }
            + collection.correlations.flatMap { warnings(of: $0, aliasing.check($0, rules: rules)) }
    }

    private static func warning(of rule: SigmaRule, _ check: RuleFieldCheck) -> Diagnostic? {
        if check.canFire { return nil }
        return Diagnostic(
            .warning, at: rule.metadata.location,
            "this rule can never fire: no known record of its products carries \(list(check.fields))")
    }

    /// One for each base rule that cannot contribute.
    private static func warnings(of correlation: SigmaCorrelation, _ check: CorrelationFieldCheck) -> [Diagnostic] {
        check.silent.map { base in
            let effect = check.canFire
                ? "no match of rule \"\(base.title)\" can count here: no known record of its products"
                : "this correlation can never fire: no known record of the products of rule \"\(base.title)\""
            return Diagnostic(
                .warning, at: correlation.metadata.location,
                "\(effect) carries \(list(base.fields)), by which this correlation groups or counts; correct the name, or "
                    + "name that rule's field under `aliases`")
        }
    }

    private static func list(_ fields: [RuleFieldCheck.Field]) -> String {
        // Each has its product, but no product has all of them.
        if fields.isEmpty { return "all of these fields together" }
        let texts = fields.map { field in
            let what = field.isObject ? " (an object: name one of its members)" : ""
            return "\"\(field.name)\"\(what)" + (field.nearest.map { ", nearest is \"\($0)\"" } ?? "")
        }
        return texts.joined(separator: "; ")
    }
}
