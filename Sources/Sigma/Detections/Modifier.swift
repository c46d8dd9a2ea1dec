import Matching

/// A value modifier of Sigma (specification 2.1.0, appendix "Modifiers"). Those that concern the whole item (`all`, `cased`,
/// `neq`) leave the values alone and set something on the item.
protocol Modifier: Sendable {
    /// What this modifier makes of one value. Alternatives (`ModifiedValue.expansion`) are handed over one by one.
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue
}

/// What a modifier may know and set beside the value.
struct ModifierContext {
    var field: String?
    /// Names of the modifiers to the left.
    var applied: [String] = []
    /// How many modifiers the item has.
    var count = 1
    var placeholders: [String: [String]] = [:]
    /// Set by `all`.
    var requiresAll = false
    /// Set by `cased`.
    var isCased = false
    /// Set by `neq`.
    var isNegated = false
}

/// Why a modifier cannot be applied to a value: what is wrong, and what to do about it.
struct ModifierError: Error, Equatable {
    var message: String

    init(_ message: String) { self.message = message }

    /// The modifier is for other kinds of values.
    static func needs(_ wanted: String, not value: ModifiedValue, _ name: String) -> ModifierError {
        let hint =
            switch value {
            case .number, .bool: wanted == "text" ? "; put quotes around it" : ""
            case .string, .null, .regex, .network, .comparison, .timePart, .exists, .fieldReference, .expansion: ""
            }
        return ModifierError("modifier \"\(name)\" needs \(wanted), not \(value.kind)\(hint)")
    }
}

/// The modifiers by name.
enum ModifierCatalog {
    static let modifiers: [String: any Modifier] = [
        "all": AllModifier(),
        "base64": Base64Modifier(),
        "base64offset": Base64OffsetModifier(),
        "cased": CasedModifier(),
        "cidr": CIDRModifier(),
        "contains": ContainsModifier(),
        "day": TimePartModifier(part: .day),
        "dotall": RegexFlagModifier(name: "s", flag: .dotMatchesNewline),
        "endswith": EndsWithModifier(),
        "exists": ExistsModifier(),
        "expand": ExpandModifier(),
        "fieldref": FieldReferenceModifier(),
        "gt": CompareModifier(name: "gt", comparison: .greater),
        "gte": CompareModifier(name: "gte", comparison: .greaterOrEqual),
        "hour": TimePartModifier(part: .hour),
        "i": RegexFlagModifier(name: "i", flag: .ignoresCase),
        "ignorecase": RegexFlagModifier(name: "i", flag: .ignoresCase),
        "lt": CompareModifier(name: "lt", comparison: .less),
        "lte": CompareModifier(name: "lte", comparison: .lessOrEqual),
        "m": RegexFlagModifier(name: "m", flag: .isMultiline),
        "minute": TimePartModifier(part: .minute),
        "month": TimePartModifier(part: .month),
        "multiline": RegexFlagModifier(name: "m", flag: .isMultiline),
        "neq": NotEqualModifier(),
        "re": RegexModifier(),
        "s": RegexFlagModifier(name: "s", flag: .dotMatchesNewline),
        "startswith": StartsWithModifier(),
        "utf16": UTF16Modifier(name: "utf16", order: .littleEndianWithMark),
        "utf16be": UTF16Modifier(name: "utf16be", order: .bigEndian),
        "utf16le": UTF16Modifier(name: "utf16le", order: .littleEndian),
        "week": TimePartModifier(part: .week),
        "wide": UTF16Modifier(name: "wide", order: .littleEndian),
        "windash": WindashModifier(),
        "year": TimePartModifier(part: .year),
    ]

    static let names = modifiers.keys.sorted()
}
