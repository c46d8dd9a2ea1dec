import EventModel
import Matching
import TestSupport

/// Random events and expressions over few fields and values, so that they often meet.
struct RandomExpressions {
    var generator: SeededGenerator

    static let paths = [
        "a", "B.c", "b.d", "b", "target.id", "eventType", "src_endpoint.ip", "size",
        "unnamed.one", "unnamed.two",
    ]
    static let texts = [
        "", "x", "alpha", "ALPHA", "alphabet", "user.session.start", "User.Session.Start", "true", "false", "null", "42", "42.0",
        "4.2e1", "-7", "007", "1e400", "10.1.2.3", "10.200.0.1", "192.0.2.7",
        "2001:db8::1", "::ffff:10.1.2.3", "Grüße", "GRÜSSE",
        "GRÜßE", "ΣΊΣΥΦΟΣ", "σίσυφος", "Ёлка", "ёЛКА", "a*b?c", "say \"hi\"\n", "aaaaab", "ababab",
        "curl/8.0 (linux)",
        "a rather long value, longer than eight bytes", "A RATHER LONG VALUE, LONGER THAN EIGHT BYTES", "日本語", "😀x",
        "2026-01-01T00:30:00Z", "2027-01-03T23:59:59Z", "1700000000", "1700000000000", "1767225599.5",
    ]
    static let regexes = [
        "^alpha", "alpha$", "(?:ab)+$", "curl/\\d+\\.\\d", "^\\d+$", "value, l.nger", "x", "a{2,3}b", "[a-c]+b", "^$",
        "rather|ab",
        "session\\.(start|end)", "h i|\"hi\"", "gr.+e", "日.語",
    ]

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    private mutating func value() -> SampleEvent.Value {
        let path = pick(Self.paths)
        let isDerived = chance(20)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return .init(path: path, text: "null", kind: .null, isDerived: isDerived)
        case 1: return .init(path: path, text: "true", kind: .true, isDerived: isDerived)
        case 2: return .init(path: path, text: "false", kind: .false, isDerived: isDerived)
        case 3: return .init(path: path, text: "", kind: .element)
        case 4: return .init(path: path, text: "{}", kind: .emptyObject, isDerived: isDerived)
        case 5: return .init(path: path, text: "[]", kind: .emptyArray, isDerived: isDerived)
        case 6: return .init(path: path, text: "42", kind: .integer, isDerived: isDerived)
        case 7: return .init(path: path, text: "-7.5", kind: .float, isDerived: isDerived)
        default: return .init(path: path, text: pick(Self.texts), kind: .string, isDerived: isDerived)
        }
    }

    mutating func event() -> SampleEvent {
        var event = SampleEvent()
        if chance(85) { for _ in 0..<Int.random(in: 0...8, using: &generator) { event.vendor.append(value()) } }
        for _ in 0..<Int.random(in: 0...6, using: &generator) { event.ocsf.append(value()) }
        event.body = pick(Self.texts)
        event.frame = pick(["", "<13>", "alpha "])
        event.time = Timestamp(seconds: Int64.random(in: 0...10, using: &generator))
        event.product = UInt16.random(in: 0...3, using: &generator)
        return event
    }

    private mutating func selector() -> FieldSelector {
        let path = pick(Self.paths)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0: return .anyValue
        case 1, 2: return .vendor(path)
        case 3: return .named(path.uppercased())
        default: return .named(path)
        }
    }

    private mutating func text() -> TextPattern {
        let text = pick(Self.texts)
        let isCased = chance(20)
        if chance(50) { return .exactly(text, isCased: isCased) }
        var pieces: [TextPattern.Piece] = []
        for character in text.unicodeScalars {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: pieces.append(.anyOne)
            case 1: pieces.append(.anyRun)
            case 2: continue
            default: pieces.append(.literal(String(character)))
            }
        }
        if chance(40) { pieces.insert(.anyRun, at: 0) }
        if chance(40) { pieces.append(.anyRun) }
        return TextPattern(pieces, isCased: isCased)
    }

    private mutating func timePart() -> ValueTest {
        let part = pick(TimePart.allCases)
        let least = Int.random(in: part == .year ? 2_022...2_027 : part.values, using: &generator)
        return .timePart(part, least...least + Int.random(in: 0...5, using: &generator))
    }

    private mutating func test() -> ValueTest {
        switch Int.random(in: 0..<20, using: &generator) {
        case 0: return .exists(chance(50))
        case 1: return .null
        case 2: return .number(42, text: pick(["42", "42.0", "0x2a"]))
        case 3: return .number(-7, text: "-7")
        case 4: return .compare(pick(Comparison.allCases), pick([42, -7, 0, 6.5]))
        case 5:
            guard let network = IPNetwork(pick(["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "192.0.2.7", "0.0.0.0/0"])) else {
                return .null
            }
            return .network(network)
        case 6, 7:
            return .regex(RegexPattern(pick(Self.regexes), ignoresCase: chance(40), dotMatchesNewline: chance(20)))
        case 8: return .time(pick(Comparison.allCases), Timestamp(seconds: Int64.random(in: 0...10, using: &generator)))
        case 9 where chance(50): return timePart()
        case 9: return .field(selector(), pick(FieldRelation.allCases))
        default: return .text(text())
        }
    }

    mutating func expression(depth: Int) -> MatchExpression {
        let roll = Int.random(in: 0..<12, using: &generator)
        if depth == 0 || roll < 4 { return .test(FieldTest(selector(), test())) }
        let members = (0..<Int.random(in: 0...3, using: &generator)).map { _ in expression(depth: depth - 1) }
        if roll < 7 { return .all(members) }
        if roll < 10 { return .any(members) }
        return roll == 10 && chance(10) ? .constant(chance(50)) : .not(expression(depth: depth - 1))
    }

    mutating func products() -> Set<UInt16>? {
        chance(50) ? nil : Set((0..<3).filter { _ in chance(50) })
    }
}
