import EventModel
import Searching
import Testing

@Suite struct FieldValueTests {
    private static let noon = FieldValue.time(Timestamp(seconds: 43_200))

    /// In their order: each stands before all that follow.
    static let ordered: [FieldValue] = [
        .null, false, true, -7, "-2.5", 0, 0.5, "9", 10, 1e300, .time(Timestamp(seconds: 0)), noon, "", "10.0.0.1", "A", "a", "b", "ä",
        .list([1, 2]), .list(["a", "b"]), .list(["a", "b", "c"]),
    ]

    @Test(arguments: ordered.indices)
    func order(index: Int) {
        for other in Self.ordered.indices {
            #expect(Self.ordered[index].precedes(Self.ordered[other]) == (index < other), "\(index) \(other)")
        }
    }

    static let texts: [(value: FieldValue, text: String)] = [
        (.null, ""), (true, "true"), (42, "42"), (-0.0, "0"), (42.0, "42"), (0.1, "0.1"), (1e300, "1e+300"), ("x y", "x y"),
        (noon, "1970-01-01T12:00:00Z"), (.time(Timestamp(microseconds: 1)), "1970-01-01T00:00:00.000001Z"),
        (.list(["a", 1]), "a, 1"), (.number(.infinity), ""), (.number(.nan), ""),
    ]

    @Test(arguments: texts.indices)
    func text(index: Int) { #expect(Self.texts[index].value.text == Self.texts[index].text) }

    static let several: [(values: [FieldValue], value: FieldValue)] = [
        ([], .null), ([.null], .null), (["a"], "a"), (["a", .null, .list(["b", "c"])], .list(["a", "b", "c"])),
    ]

    @Test(arguments: several.indices)
    func listsAreFlat(index: Int) { #expect(FieldValue.several(Self.several[index].values) == Self.several[index].value) }

    static let fields: [(kind: FieldKind, text: String, value: FieldValue)] = [
        (.string, "42", "42"), (.integer, "42", 42), (.integer, "-9223372036854775808", .integer(.min)),
        (.integer, "9223372036854775808", .double(9_223_372_036_854_775_808)), (.float, "1e3", 1000.0), (.float, "1e999", "1e999"),
        (.true, "true", true), (.false, "false", false), (.null, "null", .null), (.emptyArray, "[]", .null), (.emptyObject, "{}", .null),
    ]

    @Test(arguments: fields.indices)
    func readsFields(index: Int) {
        let (kind, text, value) = Self.fields[index]
        let read = Array(text.utf8).withUnsafeBytes { FieldValue(kind, $0) }
        #expect(read == value, "\(text)")
    }
}
