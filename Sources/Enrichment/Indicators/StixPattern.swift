import EventModel

/// The comparisons of a STIX 2.1 pattern (section 9 of the specification) that one event can satisfy.
///
/// A pattern is read if it is of one observation, or of several joined by OR, and all of its comparisons are for equality, sets
/// or networks of values that events have: addresses, domain names, URLs, e-mail addresses, hashes of files.
struct StixPattern {
    /// Alternatives, in each of which all keys must be found in one event.
    let alternatives: [[IndicatorList.Key]]

    struct Flaw: Error, Equatable { var message: String }

    private static let maximumText = 64 << 10
    private static let maximumDepth = 32
    private static let maximumAlternatives = 1_024

    /// Reads a pattern, or says why it cannot be: wrong, or more than events can be compared with.
    init(_ text: some Sequence<UInt8>, reader: IndicatorText) throws(Flaw) {
        var parser = Parser(tokens: try StixTokens.read(text, maximumBytes: Self.maximumText), reader: reader)
        alternatives = try parser.pattern()
    }

    private typealias Alternatives = [[IndicatorList.Key]]

    private struct Parser {
        let tokens: [StixTokens.Token]
        let reader: IndicatorText
        var place = 0
        var depth = 0

        private var next: StixTokens.Token? { place < tokens.count ? tokens[place] : nil }

        private mutating func take(_ symbol: String) -> Bool {
            guard next == .symbol(symbol) else { return false }
            place += 1
            return true
        }

        private mutating func takeWord(_ word: String) -> Bool {
            guard case .word(let found)? = next, found == word else { return false }
            place += 1
            return true
        }

        private mutating func expect(_ symbol: String) throws(Flaw) {
            guard take(symbol) else { throw Flaw(message: "\"\(symbol)\" is missing before \(found)") }
        }

        private var found: String { next?.text ?? "the end" }

        // MARK: Observations

        mutating func pattern() throws(Flaw) -> Alternatives {
            let all = try observations()
            guard next == nil else { throw unexpected() }
            return all
        }

        private func unexpected() -> Flaw {
            switch next {
            case .word("AND"), .word("FOLLOWEDBY"): Flaw(message: "it asks for several observations, which no single event is")
            case .word("WITHIN"), .word("REPEATS"), .word("START"):
                Flaw(message: "it asks for observations in a time (\(found)), which no single event is")
            default: Flaw(message: "\(found) stands where the pattern could end")
            }
        }

        private mutating func observations() throws(Flaw) -> Alternatives {
            var all = try observation()
            while takeWord("OR") { all = try Self.either(all, try observation()) }
            return all
        }

        private mutating func observation() throws(Flaw) -> Alternatives {
            try enter()
            defer { depth -= 1 }
            if take("(") {
                let all = try observations()
                guard take(")") else { throw unexpected() }
                return all
            }
            try expect("[")
            let all = try disjunction()
            try expect("]")
            return all
        }

        private mutating func enter() throws(Flaw) {
            depth += 1
            guard depth <= maximumDepth else { throw Flaw(message: "it is nested deeper than \(maximumDepth) levels") }
        }

        // MARK: Comparisons

        /// AND binds more strongly than OR.
        private mutating func disjunction() throws(Flaw) -> Alternatives {
            var all = try conjunction()
            while takeWord("OR") { all = try Self.either(all, try conjunction()) }
            return all
        }

        private mutating func conjunction() throws(Flaw) -> Alternatives {
            var all = try comparison()
            while takeWord("AND") { all = try Self.both(all, try comparison()) }
            return all
        }

        private static func either(_ a: Alternatives, _ b: Alternatives) throws(Flaw) -> Alternatives {
            guard a.count + b.count <= maximumAlternatives else { throw tooMany }
            return a + b
        }

        private static func both(_ a: Alternatives, _ b: Alternatives) throws(Flaw) -> Alternatives {
            guard a.count * b.count <= maximumAlternatives else { throw tooMany }
            var all: Alternatives = []
            for one in a {
                for other in b {
                    let keys = one + other.filter { !one.contains($0) }
                    guard keys.count <= IndicatorList.Builder.maximumTerms else { throw tooMany }
                    all.append(keys)
                }
            }
            return all
        }

        private static let tooMany = Flaw(
            message: "it has more than \(maximumAlternatives) alternatives, or more than \(IndicatorList.Builder.maximumTerms) "
                + "comparisons in one of them")

        private mutating func comparison() throws(Flaw) -> Alternatives {
            try enter()
            defer { depth -= 1 }
            if take("(") {
                let all = try disjunction()
                try expect(")")
                return all
            }
            guard case .word(let type)? = next else { throw Flaw(message: "an object's path is missing before \(found)") }
            place += 1
            try expect(":")
            let path = type + ":" + path()
            if takeWord("NOT") { throw Flaw(message: "it asks for what \"\(LineText.short(path))\" is not") }
            guard let kind = Self.type(of: path) else {
                throw Flaw(message: "events are not compared with \"\(LineText.short(path))\"")
            }
            if take("=") { return [[try key(kind, try literal())]] }
            if takeWord("IN") {
                try expect("(")
                var all: Alternatives = []
                repeat {
                    all.append([try key(kind, try literal())])
                    guard all.count <= maximumAlternatives else { throw Self.tooMany }
                } while take(",")
                try expect(")")
                return all
            }
            if kind == .ip, takeWord("ISSUBSET") { return [[try key(kind, try literal())]] }
            throw Flaw(message: "the comparison \(found) of \"\(LineText.short(path))\" is not supported: =, IN, ISSUBSET are")
        }

        private mutating func path() -> String {
            var path = ""
            while let token = next {
                switch token {
                case .word(let text) where path.isEmpty || path.hasSuffix("."): path += text
                case .string(let text) where path.hasSuffix("."): path += String(decoding: text, as: UTF8.self)
                case .symbol(".") where !path.isEmpty: path += "."
                default: return path
                }
                place += 1
            }
            return path
        }

        private mutating func literal() throws(Flaw) -> [UInt8] {
            guard case .string(let text)? = next else { throw Flaw(message: "a text in quotes is missing before \(found)") }
            place += 1
            return text
        }

        private func key(_ type: IndicatorType, _ text: [UInt8]) throws(Flaw) -> IndicatorList.Key {
            do throws(IndicatorText.Flaw) {
                return try reader.key(text[...], type: type)
            } catch {
                throw Flaw(message: error.message)
            }
        }

        private static func type(of path: String) -> IndicatorType? {
            switch path.lowercased() {
            case "ipv4-addr:value", "ipv6-addr:value": return .ip
            case "domain-name:value": return .domain
            case "url:value": return .url
            case "email-addr:value": return .email
            default: break
            }
            let parts = path.lowercased().split(separator: ":", maxSplits: 1)
            let (object, property) = (parts.first ?? "", parts.last ?? "")
            switch object {
            case "file", "artifact":
                guard property.hasPrefix("hashes.") else { return nil }
                let name = property.dropFirst("hashes.".count).filter { $0 != "-" }
                return ["md5", "sha1", "sha256", "sha512"].contains(name) ? .hash : nil
            case "email-message":
                return ["from_ref.value", "sender_ref.value"].contains(property) ? .email : nil
            case "network-traffic":
                return ["src_ref.value", "dst_ref.value"].contains(property) ? .ip : nil
            default: return nil
            }
        }
    }
}
