import EventModel

/// Reads indicators as people and feeds write them: also made harmless (`hxxp://evil[.]example`).
struct IndicatorText {
    private let scratch = Arena(capacity: NormalForm.maximumURL + 64)

    struct Flaw: Error, Equatable { var message: String }

    /// Longer texts are no indicators.
    static let maximumText = 4_096

    /// The key of a text.
    /// - Parameter type: what it is; nil if its shape tells.
    func key(_ written: ArraySlice<UInt8>, type: IndicatorType? = nil) throws(Flaw) -> IndicatorList.Key {
        guard written.count <= Self.maximumText else { throw Flaw(message: "it is longer than \(Self.maximumText) bytes") }
        let text = Self.armed(written)
        guard !text.isEmpty else { throw Flaw(message: "there is nothing") }
        switch type ?? Self.type(of: text) {
        case .ip: return try network(text)
        case .domain: return try form(IndicatorKind.domain, text, "host name", NormalForm.domain, needsDot: true)
        case .url: return try url(text)
        case .email: return try form(IndicatorKind.email, text, "e-mail address", NormalForm.email)
        case .hash:
            let what = "hash (MD5, SHA-1, SHA-256 or SHA-512 in hexadecimal)"
            return try form(IndicatorKind.hash, text, what, NormalForm.hash)
        }
    }

    /// An address or network.
    func network(_ text: [UInt8]) throws(Flaw) -> IndicatorList.Key {
        let network: IPNetwork
        do throws(IPNetwork.Flaw) {
            network = try IPNetwork.parse(String(decoding: text, as: UTF8.self))
        } catch {
            throw Flaw(message: LineText.short(error.description))
        }
        guard network.prefixLength > 0 else { throw Flaw(message: "\(network) is every address there is") }
        return .init(kind: IndicatorKind.network, bytes: NetworkKey.with(network) { Array($0) })
    }

    private func url(_ text: [UInt8]) throws(Flaw) -> IndicatorList.Key {
        let isURL = text.withUnsafeBytes { NormalForm.url($0, scratch) } != nil
        guard isURL else { throw Flaw(message: "\(LineText.quoted(text)) is no URL") }
        return .init(kind: IndicatorKind.url, bytes: Array(scratch.slice(0, scratch.count)))
    }

    private func form(
        _ kind: UInt8, _ text: [UInt8], _ what: String, _ read: (UnsafeRawBufferPointer, Arena) -> Bool, needsDot: Bool = false
    ) throws(Flaw) -> IndicatorList.Key {
        var text = text[...]
        // `*.evil.example` is that domain, with those below it.
        if kind == IndicatorKind.domain, text.starts(with: "*.".utf8) { text = text.dropFirst(2) }
        guard text.withUnsafeBytes({ read($0, scratch) }) else { throw Flaw(message: "\(LineText.quoted(text)) is no \(what)") }
        let bytes = Array(scratch.slice(0, scratch.count))
        if needsDot, !bytes.contains(UInt8(ascii: ".")) {
            throw Flaw(message: "\(LineText.quoted(text)) is a whole top-level domain; name a domain in it")
        }
        return .init(kind: kind, bytes: bytes)
    }

    static func type(of text: [UInt8]) -> IndicatorType {
        let isURL = text.withUnsafeBytes { NormalForm.scheme($0) != nil }
        if isURL { return .url }
        if IPNetwork(String(decoding: text, as: UTF8.self)) != nil { return .ip }
        if let slash = text.firstIndex(of: UInt8(ascii: "/")) {
            // Of an address with a wrong prefix the address's own flaw is told.
            return IPAddress(String(decoding: text[..<slash], as: UTF8.self)) != nil && text.count - slash <= 4 ? .ip : .url
        }
        if text.contains(UInt8(ascii: "@")) { return .email }
        if NormalForm.isHashLength(text.count), text.allSatisfy(ASCII.isHexDigit) { return .hash }
        return .domain
    }

    private static let harmless = [
        ("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[://]", "://"), ("[@]", "@"), ("[at]", "@"),
    ]

    /// The text as it was before somebody made it harmless, without blanks around it.
    static func armed(_ written: ArraySlice<UInt8>) -> [UInt8] {
        var text = trimmed(written)
        if text.contains(UInt8(ascii: "[")) || text.contains(UInt8(ascii: "(")) {
            for (from, to) in harmless { text = replaced(text, Array(from.utf8), Array(to.utf8)) }
        }
        if text.starts(with: "hxxp".utf8) || text.starts(with: "hXXp".utf8) || text.starts(with: "HXXP".utf8) {
            text.replaceSubrange(1..<3, with: "tt".utf8)
        }
        return text
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var text = text
        while let first = text.first, first <= 0x20 { text.removeFirst() }
        while let last = text.last, last <= 0x20 { text.removeLast() }
        return Array(text)
    }

    private static func replaced(_ text: [UInt8], _ from: [UInt8], _ to: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: from) {
                out += to
                index += from.count
            } else {
                out.append(text[index])
                index += 1
            }
        }
        return out
    }
}
