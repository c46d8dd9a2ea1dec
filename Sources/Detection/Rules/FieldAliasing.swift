public import EventModel
public import Matching
public import Sigma

/// Lets rules of any dialect find the fields of the products that they are for: what the rule calls `gcp.audit.method_name`
/// stands in `protoPayload.methodName`.
///
/// Aliases belong to products, so a rule that names none (`category: saas_audit`) is taken to be in OCSF's names and left alone.
public struct FieldAliasing: Sendable {
    private let products: ProductCatalog

    public init(products: ProductCatalog) { self.products = products }

    // MARK: Names

    /// The fields that a name stands for in the rules of a log source: the field of that name, then those that the products'
    /// aliases lead to, without repetitions.
    public func names(of field: String, for logSource: LogSource) -> [String] {
        var names = [field]
        for place in places(of: field, in: products(for: logSource))
        where !names.contains(where: { FieldCatalog.fold($0) == FieldCatalog.fold(place.path) }) {
            names.append(place.path)
        }
        return names
    }

    /// The products whose own names a rule may use.
    private func products(for logSource: LogSource) -> [Product] {
        guard logSource.product != nil else { return [] }
        let routing = LogSourceRouting(products: products, ignoresLogSource: false)
        return (routing.products(for: logSource) ?? []).sorted().map { products[$0] }
    }

    private func places(of field: String, in products: [Product]) -> [ProductFields.Place] {
        var places: [ProductFields.Place] = []
        for place in products.flatMap({ $0.fields.places(of: field) }) where !places.contains(place) { places.append(place) }
        return places
    }

    // MARK: Expressions

    /// The expression with every test on an alias made on the fields that it stands for as well: any of them may satisfy a test,
    /// and all of them must, where the test is that nothing is there.
    public func widened(_ expression: MatchExpression, for logSource: LogSource) -> MatchExpression {
        let products = products(for: logSource)
        if products.allSatisfy({ $0.fields.aliases.isEmpty }) { return expression }
        return widened(expression, in: products)
    }

    private func widened(_ expression: MatchExpression, in products: [Product]) -> MatchExpression {
        switch expression {
        case .all(let members): .all(members.map { widened($0, in: products) })
        case .any(let members): .any(members.map { widened($0, in: products) })
        case .not(let inner): .not(widened(inner, in: products))
        case .constant: expression
        case .test(let test): widened(test, in: products)
        }
    }

    private func widened(_ test: FieldTest, in products: [Product]) -> MatchExpression {
        guard case .named(let name) = test.field else { return .test(test) }
        let others = tests(test.test, in: products)
        let places = places(of: name, in: products)
        if places.isEmpty, others.count == 1 { return .test(test) }
        var made: [FieldTest] = []
        func add(_ field: FieldSelector, _ tests: [ValueTest]) {
            for test in tests.map({ FieldTest(field, $0) }) where !made.contains(test) { made.append(test) }
        }
        add(test.field, others)
        for place in places { add(.named(place.path), others.flatMap { Self.translated($0, place.words) }) }
        return test.test.isAbsence ? .all(made.map(MatchExpression.test)) : .any(made.map(MatchExpression.test))
    }

    /// The test itself; one that compares with another field, with each field that the other one stands for.
    private func tests(_ test: ValueTest, in products: [Product]) -> [ValueTest] {
        guard case .field(.named(let other), let relation) = test else { return [test] }
        return [test] + places(of: other, in: products).map { .field(.named($0.path), relation) }
    }

    /// A test for exactly one of the rules' words becomes one for each of the vendor's; others stay as they are.
    private static func translated(_ test: ValueTest, _ words: [String: [String]]) -> [ValueTest] {
        switch test {
        case .text(let pattern):
            guard pattern.pieces.count == 1, case .literal(let text) = pattern.pieces[0], let vendor = words[text.lowercased()]
            else { return [test] }
            return vendor.map { .text(.exactly($0, isCased: pattern.isCased)) }
        case .number(_, let text):
            return words[text.lowercased()].map { vendor in vendor.map { .text(.exactly($0)) } } ?? [test]
        case .exists, .null, .compare, .network, .regex, .time, .timePart, .field: return [test]
        }
    }

    // MARK: Fields that nothing carries

    /// Which names of a rule no known record of its products carries, and whether it can fire all the same.
    ///
    /// Only products whose fields are described (`vendor_fields` in the mapping file) are judged: a rule that others answer to as
    /// well can fire.
    public func check(_ rule: SigmaRule) -> RuleFieldCheck {
        check(Self.names(in: rule.expression), for: rule.logSource) { missing in
            Self.outcome(of: rule.expression, missing: missing) != false
        }
    }

    /// Which of the names that a correlation groups by or counts no known record of a base rule's products carries, and whether
    /// an event can have all of them. Products are judged as for a rule's condition.
    public func check(grouping names: [String], for logSource: LogSource) -> RuleFieldCheck {
        check(names, for: logSource) { $0.isEmpty }
    }

    /// - Parameter canFire: whether events that lack these names can.
    private func check(_ names: [String], for logSource: LogSource, canFire: (Set<String>) -> Bool) -> RuleFieldCheck {
        let products = products(for: logSource)
        guard !products.isEmpty, products.allSatisfy(\.fields.isDescribed) else {
            return RuleFieldCheck(canFire: true, fields: [])
        }
        var fields: [RuleFieldCheck.Field] = []
        for name in names {
            let knowledge = products.map { self.knowledge(of: name, in: $0) }
            if knowledge.contains(.value) { continue }
            let isObject = knowledge.contains(.object)
            fields.append(
                RuleFieldCheck.Field(
                    name: name, isObject: isObject, nearest: nearest(to: name, isObject: isObject, in: products)))
        }
        let isAnyEnough = products.contains { product in
            canFire(Set(names.filter { knowledge(of: $0, in: product) != .value }))
        }
        return RuleFieldCheck(canFire: isAnyEnough, fields: fields)
    }

    private func knowledge(of name: String, in product: Product) -> ProductFields.Knowledge {
        let folded = FieldCatalog.fold(name)
        if FieldID.isOwn(path: folded) || OCSFPaths.canBeEnriched(folded) { return .value }
        let isAlias = product.fields.places(of: name).contains { product.fields.knowledge(of: $0.path) == .value }
        return isAlias ? .value : product.fields.knowledge(of: name)
    }

    private func nearest(to name: String, isObject: Bool, in products: [Product]) -> String? {
        let folded = FieldCatalog.fold(name)
        let known = products.flatMap(\.fields.names)
        if isObject { return known.filter { FieldCatalog.fold($0).hasPrefix(folded + ".") }.min() }
        return NearestName.find(name, in: known + products.flatMap(\.fields.aliases).map(\.name))
            ?? known.filter { FieldCatalog.fold($0).hasSuffix("." + folded) }.min()
    }

    /// The names that tests look at, each once, in their order.
    private static func names(in expression: MatchExpression) -> [String] {
        var names: [String] = []
        func add(_ selector: FieldSelector) {
            if case .named(let name) = selector, !names.contains(name) { names.append(name) }
        }
        func visit(_ expression: MatchExpression) {
            switch expression {
            case .all(let members), .any(let members): members.forEach(visit)
            case .not(let inner): visit(inner)
            case .constant: break
            case .test(let test):
                add(test.field)
                if case .field(let other, _) = test.test { add(other) }
            }
        }
        visit(expression)
        return names
    }

    /// What an expression comes to for events without these fields; nil: it depends on the others.
    private static func outcome(of expression: MatchExpression, missing: Set<String>) -> Bool? {
        switch expression {
        case .constant(let value): return value
        case .not(let inner): return outcome(of: inner, missing: missing).map(!)
        case .all(let members):
            let outcomes = members.map { outcome(of: $0, missing: missing) }
            return outcomes.contains(false) ? false : outcomes.contains(nil) ? nil : true
        case .any(let members):
            let outcomes = members.map { outcome(of: $0, missing: missing) }
            return outcomes.contains(true) ? true : outcomes.contains(nil) ? nil : false
        case .test(let test):
            if case .named(let name) = test.field, missing.contains(name) { return test.test.isAbsence }
            if case .field(.named(let other), _) = test.test, missing.contains(other) { return false }
            return nil
        }
    }
}

/// What `FieldAliasing.check` finds in a rule, or in what a correlation groups one by.
public struct RuleFieldCheck: Sendable, Equatable {
    /// A name that no record of the rule's products carries a value under.
    public struct Field: Sendable, Equatable {
        /// As the rule writes it.
        public var name: String
        /// Records carry an object of that name: values stand below it only.
        public var isObject: Bool
        /// A name that was probably meant; for an object, a field in it.
        public var nearest: String?

        public init(name: String, isObject: Bool, nearest: String?) {
            self.name = name
            self.isObject = isObject
            self.nearest = nearest
        }
    }

    /// False if no record can satisfy the rule's condition, or have a group, without these fields.
    public var canFire: Bool
    /// In the order in which the rule names them.
    public var fields: [Field]

    public init(canFire: Bool, fields: [Field]) {
        self.canFire = canFire
        self.fields = fields
    }
}

extension ValueTest {
    /// Whether it holds for an event that lacks the field.
    fileprivate var isAbsence: Bool {
        switch self {
        case .exists(let isPresent): !isPresent
        case .null: true
        case .text, .number, .compare, .network, .regex, .time, .timePart, .field: false
        }
    }
}
