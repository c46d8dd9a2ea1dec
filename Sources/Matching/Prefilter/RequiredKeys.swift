import EventModel

/// Something that must be true of an event for an expression to hold, and that can be looked up.
enum RequiredKey: Hashable {
    /// The test holds: an equality or a pattern.
    case test(UInt32)
    /// The slot has fields.
    case presence(UInt32)

    var isPresence: Bool {
        switch self {
        case .test: false
        case .presence: true
        }
    }

    /// An order among keys, in which tests come before slots.
    var rank: UInt64 {
        switch self {
        case .test(let test): UInt64(test)
        case .presence(let slot): 1 << 32 | UInt64(slot)
        }
    }
}

/// Chooses for an expression the keys of which at least one is true whenever the expression holds: the fewest expected
/// evaluations.
struct RequiredKeys {
    enum Choice {
        /// Nothing to look up: the expression must be run on every event.
        case none
        /// The expected share of events that have one of the keys.
        case keys([RequiredKey], cost: Double)
    }

    /// Fields that say what happened: many values, few of them frequent.
    private static let operationFields: Set<String> = [
        "eventtype", "eventname", "event_type", "event_name", "action", "operation", "metadata.event_code", "api.operation",
        "activity_name", "events.name", "methodname", "protopayload.methodname", "name", "type", "event",
    ]
    /// Fields whose values all events of a product share.
    private static let sharedFields: Set<String> = [
        "metadata.product.name", "metadata.product.vendor_name", "metadata.tenant_uid", "metadata.log_provider", "class_uid",
        "class_name", "category_uid", "category_name", "workload", "version", "id.applicationname", "organizationid",
    ]
    private static let sharedWords: Set<String> = [
        "true", "false", "success", "failure", "succeeded", "failed", "allow", "deny", "user", "yes", "no", "none", "unknown",
    ]

    /// How many expressions could use a key: what many rules name is frequent in events too.
    private var uses: [RequiredKey: Int] = [:]

    /// Counts the keys of one expression; all are counted before any is chosen.
    mutating func count(_ expression: MatchExpression, _ tests: inout TestTableBuilder) {
        switch expression {
        case .constant: break
        case .not(let inner): count(inner, &tests)
        case .all(let members), .any(let members): for member in members { count(member, &tests) }
        case .test(let field): for test in tests.add(field) { uses[.test(test), default: 0] += 1 }
        }
    }

    /// `isNegated` says that the expression stands under an odd number of `not`.
    func choose(_ expression: MatchExpression, isNegated: Bool = false, _ tests: inout TestTableBuilder) -> Choice {
        switch expression {
        case .constant(let value): return value != isNegated ? .none : .keys([], cost: 0)
        case .not(let inner): return choose(inner, isNegated: !isNegated, &tests)
        case .all(let members): return isNegated ? union(members, isNegated, &tests) : best(members, isNegated, &tests)
        case .any(let members): return isNegated ? best(members, isNegated, &tests) : union(members, isNegated, &tests)
        case .test(let field): return choose(field, isNegated, &tests)
        }
    }

    private func best(_ members: [MatchExpression], _ isNegated: Bool, _ tests: inout TestTableBuilder) -> Choice {
        var best = Choice.none
        for member in members {
            let choice = choose(member, isNegated: isNegated, &tests)
            guard case .keys(_, let cost) = choice else { continue }
            if case .keys(_, let lowest) = best, lowest <= cost { continue }
            best = choice
        }
        return best
    }

    private func union(_ members: [MatchExpression], _ isNegated: Bool, _ tests: inout TestTableBuilder) -> Choice {
        var all: [RequiredKey] = []
        var total = 0.0
        for member in members {
            guard case .keys(let keys, let cost) = choose(member, isNegated: isNegated, &tests) else { return .none }
            all += keys
            total += cost
        }
        return .keys(all, cost: total)
    }

    private func choose(_ field: FieldTest, _ isNegated: Bool, _ tests: inout TestTableBuilder) -> Choice {
        let added = tests.add(field)
        guard let first = added.first else { return .none }
        let slot = tests.test(first).slot
        let isAny = slot == TestTable.anyValue
        switch field.test {
        case .exists(let isPresent):
            return isPresent != isNegated && !isAny ? presence(slot, field.field) : .none
        case .null:
            // Not null is present.
            return isNegated && !isAny ? presence(slot, field.field) : .none
        case .compare, .field, .timePart:
            return isNegated || isAny ? .none : presence(slot, field.field)
        case .time: return .none
        case .text, .number, .network, .regex:
            if isNegated { return .none }
            if tests.test(first).kind == .never { return .keys([], cost: 0) }
            var cost = 0.0
            for test in added {
                let popularity = Double(uses[.test(test)] ?? 1)
                cost += frequency(field) * (1 + popularity.squareRoot() / 8)
            }
            return .keys(added.map(RequiredKey.test), cost: isAny ? cost + 10 : cost)
        }
    }

    private func presence(_ slot: UInt32, _ field: FieldSelector) -> Choice {
        .keys([.presence(slot)], cost: name(of: field).map(Self.sharedFields.contains) == true ? 1 : 0.8)
    }

    private func name(of field: FieldSelector) -> String? {
        switch field {
        case .named(let name), .vendor(let name): FieldCatalog.fold(name)
        case .anyValue: nil
        }
    }

    /// A guess at the share of events that satisfy the test.
    private func frequency(_ field: FieldTest) -> Double {
        let name = name(of: field.field) ?? ""
        let isShared = Self.sharedFields.contains(name)
        switch field.test {
        case .text(let pattern):
            let test = TextTest(pattern)
            guard let exact = test.exact else {
                // A pattern needs the value's memo: dearer than a look-up even when it seldom holds.
                return 0.2 + 0.5 / Double(1 + (test.longestLiteral?.count ?? 0))
            }
            if isShared || Self.sharedWords.contains(String(decoding: exact, as: UTF8.self)) { return 0.5 }
            return Self.operationFields.contains(name) ? 0.02 : 0.02 + 0.2 / Double(1 + exact.count)
        case .number: return isShared ? 0.5 : 0.15
        case .network: return 0.25
        case .regex: return 0.4
        case .exists, .null, .compare, .time, .timePart, .field: return 1
        }
    }
}
