import EventModel

/// Labels and patterns that say how confidential what an event is about is.
final class Classifier: Sendable {
    struct Labels: Sendable {
        let name: String
        let field: SelectedField
        /// The product's number; nil for all.
        let product: UInt16?
        fileprivate let values: KeyTable

        // Hot path.

        /// What a label means; nil if that is not configured.
        func level(_ label: UnsafeRawBufferPointer, _ scratch: Arena) -> Sensitivity? {
            guard label.count <= Classifier.maximumLabel else { return nil }
            scratch.setCount(0)
            scratch.reserve(label.count)
            ASCII.lower(label, to: scratch.base)
            let entry = values.find(0, UnsafeRawBufferPointer(start: scratch.base, count: label.count))
            return entry < 0 ? nil : Sensitivity.allCases[Int(values.payload(entry))]
        }
    }

    struct Pattern: Sendable {
        let name: String
        let fields: [SelectedField]
        let product: UInt16?
        let globs: [Glob]
        let level: Sensitivity

        // Hot path.
        func matches(_ value: UnsafeRawBufferPointer) -> Bool {
            for glob in globs where glob.matches(value) { return true }
            return false
        }
    }

    static let maximumLabel = 512

    let labels: [Labels]
    let patterns: [Pattern]
    var isEmpty: Bool { labels.isEmpty && patterns.isEmpty }

    /// - Parameter product: the number of the product that a name stands for.
    init(
        labels: [LabelConfiguration], patterns: [PatternConfiguration], catalog: FieldCatalog, product: (FieldName) -> UInt16?
    ) {
        self.labels = labels.map { label in
            var values = KeyTable()
            for (text, level) in label.values {
                let lower = text.utf8.map(ASCII.lower)
                lower.withUnsafeBytes { _ = values.insert(0, $0, payload: UInt32(level.rank)) }
            }
            return Labels(
                name: label.name, field: SelectedField(label.field.path, catalog), product: label.product.flatMap(product),
                values: values)
        }
        self.patterns = patterns.map { pattern in
            Pattern(
                name: pattern.name, fields: pattern.fields.map { SelectedField($0.path, catalog) },
                product: pattern.product.flatMap(product), globs: pattern.globs.map(Glob.init), level: pattern.level)
        }
    }
}

extension Sensitivity {
    /// OCSF's `confidentiality_id` and its caption (profile `data_classification`).
    var confidentiality: (id: Int, caption: String) {
        switch self {
        case .public: (1, "Not Confidential")
        case .internal: (5, "Private")
        case .confidential: (2, "Confidential")
        case .restricted: (6, "Restricted")
        }
    }
}
