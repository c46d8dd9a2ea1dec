/// Generates valid JSON documents with everything the grammar has, and damages them.
struct RandomJSON {
    var random: SplitMix
    private var text: [UInt8] = []

    init(random: SplitMix) { self.random = random }

    mutating func document() -> [UInt8] {
        text = []
        let isCompact = random.chance(50)
        space(isCompact)
        // Mostly objects with keys of a small set, as records are.
        value(depth: 0, isCompact: isCompact, isObject: random.chance(85))
        space(isCompact)
        return text
    }

    private static let shortKeys = [
        "id", "Id", "actor", "target", "a", "", "x.y", "[0]", "é", #"\u0061"#, "published", "client\\/ip",
    ]
    private static let longKeys = [27, 28, 29, 30, 31, 32, 33, 64, 200].map { String(repeating: "k", count: $0) }
    private static let longestKeys = [1_020, 1_024, 1_025].map { String(repeating: "L", count: $0) }
    private static let stringPieces = [
        "a", "xyz", "0123456789abcdef", " ", "é", "漢字", "😀", "\u{7f}", "\u{80}", "\u{7ff}",
        "\u{800}", "\u{ffff}", "\u{10ffff}",
        #"\""#, #"\\"#, #"\/"#, #"\b\f\n\r\t"#, #"\u0000"#, #"\u00e9"#, #"\uFFFF"#, #"\ud83d\ude00"#,
        #"\ud800"#, #"\udc00\ud800"#,
        #"\uD83Dx"#, #"\ud83d\u0041"#, #"\ud83d\ud83d\ude00"#,
    ]

    private mutating func put(_ string: String) { text.append(contentsOf: string.utf8) }

    private mutating func space(_ isCompact: Bool) {
        guard !isCompact else { return }
        for _ in 0..<random.pick([0, 0, 1, 1, 2, 20]) { put(random.pick([" ", "\n", "\t", "\r"])) }
    }

    private mutating func value(depth: Int, isCompact: Bool, isObject: Bool = false) {
        let isLeaf = depth > 5 || random.chance(60)
        if isObject || !isLeaf && random.chance(60) {
            list("{", "}", isCompact: isCompact) { json in
                json.key()
                json.space(isCompact)
                json.put(":")
                json.space(isCompact)
                json.value(depth: depth + 1, isCompact: isCompact)
            }
        } else if !isLeaf {
            list("[", "]", isCompact: isCompact) { $0.value(depth: depth + 1, isCompact: isCompact) }
        } else {
            scalar()
        }
    }

    private mutating func list(_ open: String, _ close: String, isCompact: Bool, _ element: (inout RandomJSON) -> Void) {
        put(open)
        space(isCompact)
        for index in 0..<random.pick([0, 1, 1, 2, 3, 4, 6]) {
            if index > 0 {
                put(",")
                space(isCompact)
            }
            element(&self)
            space(isCompact)
        }
        put(close)
    }

    private mutating func key() {
        if random.chance(8) { return string() }
        let keys = random.chance(90) ? Self.shortKeys : random.chance(80) ? Self.longKeys : Self.longestKeys
        put("\"" + random.pick(keys) + "\"")
    }

    private mutating func string() {
        put("\"")
        for _ in 0..<random.pick([0, 1, 1, 2, 3, 5, 20]) { put(random.pick(Self.stringPieces)) }
        put("\"")
    }

    private mutating func scalar() {
        switch random.below(5) {
        case 0: put(random.pick(["true", "false", "null"]))
        case 1: put(random.pick(["0", "-0", "1", "-1", "1714557600000", "12345678", "123456789012345678901234567890"]))
        case 2: put(random.pick(["0.5", "-0.0", "1e5", "1E+5", "1.25e-07", "0e0", "-12.50"]))
        default: string()
        }
    }

    private static let interestingBytes: [UInt8] =
        Array(#"{}[]",:\/0123456789eE+-.truefalsn u"#.utf8) + [0, 9, 10, 13, 0x1f, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed]
        + [0xa0, 0xef, 0xbb, 0xf0, 0x90, 0xf4, 0xf5, 0xff]

    /// One to three changes of single bytes, or of runs of them.
    static func damage(_ document: inout [UInt8], using random: inout SplitMix) {
        for _ in 0..<random.pick([1, 1, 1, 2, 3]) {
            guard !document.isEmpty else { return }
            let place = random.below(document.count)
            let end = min(document.count, place + 1 + random.below(8))
            switch random.below(6) {
            case 0: document[place] = random.pick(interestingBytes)
            case 1: document.insert(random.pick(interestingBytes), at: place)
            case 2: document.remove(at: place)
            case 3: document.insert(contentsOf: Array(document[place..<end]), at: random.below(document.count))
            case 4: document.removeSubrange(place..<end)
            default: document[place] ^= 1 << UInt8(random.below(8))
            }
        }
    }
}
