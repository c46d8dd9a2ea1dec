import Detection
public import EventModel
public import LocatedYAML
public import Sigma

/// Warns of rules that can never fire: what they ask for stands in fields that no known record of their products carries.
public enum FieldWarnings {
    /// - Parameter products: those of the mappings; only those whose mapping lists the vendor's fields are judged.
    public static func warnings(_ collection: SigmaCollection, products: ProductCatalog) -> [Diagnostic] {
        let aliasing = FieldAliasing(products: products)
        return collection.rules.compactMap { rule in
            let check = aliasing.check(rule)
            if check.canFire { return nil }
            let fields = check.fields.map { field in
                let what = field.isObject ? " (an object: name one of its members)" : ""
                return "\"\(field.name)\"\(what)" + (field.nearest.map { ", nearest is \"\($0)\"" } ?? "")
            }
            return Diagnostic(
                .warning, at: rule.metadata.location,
                "this rule can never fire: no known record of its products carries \(fields.joined(separator: "; "))")
        }
    }
}
