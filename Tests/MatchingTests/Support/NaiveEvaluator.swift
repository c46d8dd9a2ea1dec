import EventModel
import Foundation
import Matching

/// The meaning of `MatchExpression`, spelled out by recursion over strings: slow, and written without the engine's code.
struct NaiveEvaluator {
    let event: SampleEvent

    func holds(_ expression: MatchExpression) -> Bool {
        switch expression {
        case .constant(let value): value
        case .not(let inner): !holds(inner)
        case .all(let members): members.allSatisfy { holds($0) }
        case .any(let members): members.contains { holds($0) }
        case .test(let test): holds(test)
        }
    }

    private func isScalar(_ value: SampleEvent.Value) -> Bool {
        switch value.kind {
        case .string, .integer, .float, .true, .false: true
        case .null, .element, .emptyObject, .emptyArray: false
        }
    }

    private func values(of field: FieldSelector) -> [SampleEvent.Value] {
        switch field {
        case .named(let name): (event.vendor + event.ocsf).filter { $0.path.lowercased() == name.lowercased() }
        case .vendor(let name): event.vendor.filter { $0.path.lowercased() == name.lowercased() }
        case .anyValue: event.vendor + event.ocsf
        }
    }

    private func texts(of field: FieldSelector) -> [String] {
        var texts = values(of: field).filter(isScalar).map(\.text)
        if field == .anyValue, event.vendor.isEmpty { texts += [event.body, event.frame + event.body] }
        return texts
    }

    private func isPresent(_ field: FieldSelector) -> Bool {
        switch field {
        case .anyValue: return values(of: field).contains { $0.kind != .element }
        case .named(let name):
            let below = name.lowercased() + "."
            return !values(of: field).isEmpty || (event.vendor + event.ocsf).contains { $0.path.lowercased().hasPrefix(below) }
        case .vendor(let name):
            let below = name.lowercased() + "."
            return !values(of: field).isEmpty || event.vendor.contains { $0.path.lowercased().hasPrefix(below) }
        }
    }

    private func holds(_ test: FieldTest) -> Bool {
        let texts = texts(of: test.field)
        switch test.test {
        case .exists(let wanted): return isPresent(test.field) == wanted
        case .null:
            let hasNull = values(of: test.field).contains { $0.kind == .null }
            return hasNull || (test.field != .anyValue && !isPresent(test.field))
        case .text(let pattern): return texts.contains { matches(pattern, $0) }
        case .number(let number, let text):
            return texts.contains { fold($0) == fold(text) || self.number($0) == number }
        case .compare(let comparison, let bound):
            return texts.contains { text in number(text).map { compares($0, comparison, bound) } ?? false }
        case .network(let network): return texts.contains { text in IPAddress(text).map(network.contains) ?? false }
        case .regex(let pattern): return texts.contains { matches(pattern, $0) }
        case .time(let comparison, let bound): return compares(event.time, comparison, bound)
        case .timePart(let part, let range):
            return texts.contains { instant($0).map { range.contains(self.part(part, of: $0)) } ?? false }
        case .field(let other, let relation):
            let others = self.texts(of: other).map(fold)
            return texts.contains { text in others.contains { relates(fold(text), relation, $0) } }
        }
    }

    private func compares<Value: Comparable>(_ value: Value, _ comparison: Comparison, _ bound: Value) -> Bool {
        switch comparison {
        case .less: value < bound
        case .lessOrEqual: value <= bound
        case .greater: value > bound
        case .greaterOrEqual: value >= bound
        }
    }

    private func relates(_ value: [UInt8], _ relation: FieldRelation, _ other: [UInt8]) -> Bool {
        switch relation {
        case .equals: value == other
        case .startsWith: value.starts(with: other)
        case .endsWith: value.reversed().starts(with: other.reversed())
        case .contains: other.isEmpty || value.indices.contains { value[$0...].starts(with: other) }
        }
    }

    private func number(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
        guard !text.hasSuffix("."), !text.hasPrefix(".") else { return nil }
        return Double(text)
    }

    private func instant(_ text: String) -> Date? {
        if let number = number(text) {
            let divisor = [1e11: 1, 1e14: 1e3, 1e17: 1e6, .infinity: 1e9].sorted { $0.key < $1.key }
                .first { abs(number) < $0.key }?.value
            guard let divisor, (-62_167_219_200..<253_402_300_800).contains(number / divisor) else { return nil }
            return Date(timeIntervalSince1970: number / divisor)
        }
        guard text.utf8.count == 20 else { return nil }
        return try? Date.ISO8601FormatStyle().parse(text)
    }

    private func part(_ part: TimePart, of date: Date) -> Int {
        var calendar = Calendar(identifier: part == .week ? .iso8601 : .gregorian)
        calendar.timeZone = .gmt
        switch part {
        case .minute: return calendar.component(.minute, from: date)
        case .hour: return calendar.component(.hour, from: date)
        case .day: return calendar.component(.day, from: date)
        case .week: return calendar.component(.weekOfYear, from: date)
        case .month: return calendar.component(.month, from: date)
        case .year: return calendar.component(.year, from: date)
        }
    }

    private func foldScalar(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        if scalar == "ς" { return "σ" }
        let lower = scalar.properties.lowercaseMapping.unicodeScalars
        guard let first = lower.first, lower.count == 1, UTF8.width(first) == UTF8.width(scalar) else { return scalar }
        return first
    }

    private func fold(_ text: String) -> [UInt8] {
        Array(String(String.UnicodeScalarView(text.unicodeScalars.map(foldScalar))).utf8)
    }

    private func matches(_ pattern: TextPattern, _ text: String) -> Bool {
        func scalars(_ text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.map { pattern.isCased ? $0 : foldScalar($0) }
        }
        var symbols: [Unicode.Scalar?] = []
        var runs: Set<Int> = []
        for piece in pattern.pieces {
            switch piece {
            case .literal(let literal): symbols += scalars(literal)
            case .anyOne: symbols.append(nil)
            case .anyRun:
                runs.insert(symbols.count)
                symbols.append(nil)
            }
        }
        // The set of places in the pattern that the text read so far can have led to.
        func closure(_ states: Set<Int>) -> Set<Int> {
            var states = states
            for state in 0..<symbols.count where states.contains(state) && runs.contains(state) { states.insert(state + 1) }
            return states
        }
        var states = closure([0])
        for scalar in scalars(text) {
            var next: Set<Int> = []
            for state in states where state < symbols.count {
                if runs.contains(state) {
                    next.insert(state)
                } else if symbols[state] == nil || symbols[state] == scalar {
                    next.insert(state + 1)
                }
            }
            states = closure(next)
        }
        return states.contains(symbols.count)
    }

    private func matches(_ pattern: RegexPattern, _ text: String) -> Bool {
        var options: NSRegularExpression.Options = []
        if pattern.ignoresCase { options.insert(.caseInsensitive) }
        if pattern.isMultiline { options.insert(.anchorsMatchLines) }
        if pattern.dotMatchesNewline { options.insert(.dotMatchesLineSeparators) }
        guard let regex = try? NSRegularExpression(pattern: pattern.source, options: options) else { return false }
        return regex.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
    }
}
