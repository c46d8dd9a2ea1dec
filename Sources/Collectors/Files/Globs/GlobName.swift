/// The pattern of one name between two slashes: `*` any characters, `?` one, `[a-z]` and `[!a-z]` one of a class, `\` takes the
/// next character as it is. A name that begins with a dot is matched only by a pattern that does (as in a shell).
package struct GlobName: Equatable, Sendable {
    enum Token: Equatable, Sendable {
        case byte(UInt8)
        case anyCharacter
        case any
        /// Of scalar values.
        case oneOf([ClosedRange<UInt32>], isNegated: Bool)
    }

    let tokens: [Token]

    /// The name that alone matches, if the pattern has no wildcard.
    package var literal: [UInt8]? {
        var bytes: [UInt8] = []
        for token in tokens {
            guard case .byte(let byte) = token else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    init(_ pattern: some Collection<UInt8>, in text: String) throws(GlobError) {
        var tokens: [Token] = []
        var rest = Array(pattern)[...]
        while let first = rest.popFirst() {
            switch first {
            case UInt8(ascii: "*"):
                if tokens.last == .any { throw GlobError(.anyDepthInName, in: text) }
                tokens.append(.any)
            case UInt8(ascii: "?"): tokens.append(.anyCharacter)
            case UInt8(ascii: "["): tokens.append(try Self.characterClass(&rest, text))
            case UInt8(ascii: "\\"): tokens.append(.byte(rest.popFirst() ?? first))
            default: tokens.append(.byte(first))
            }
        }
        self.tokens = tokens
    }

    private static func characterClass(_ rest: inout ArraySlice<UInt8>, _ text: String) throws(GlobError) -> Token {
        var isNegated = false
        if rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^") {
            isNegated = true
            rest = rest.dropFirst()
        }
        var ranges: [ClosedRange<UInt32>] = []
        var isFirst = true
        while let first = rest.first {
            // A "]" that comes first is meant as a character (POSIX).
            if first == UInt8(ascii: "]") && !isFirst {
                rest = rest.dropFirst()
                return .oneOf(ranges, isNegated: isNegated)
            }
            isFirst = false
            guard let low = character(&rest) else { break }
            if rest.first == UInt8(ascii: "-"), let next = rest.dropFirst().first, next != UInt8(ascii: "]") {
                rest = rest.dropFirst()
                guard let high = character(&rest) else { break }
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        throw GlobError(.unclosedClass, in: text)
    }

    private static func character(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        if rest.first == UInt8(ascii: "\\"), rest.count > 1 { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        let scalar = scalar(at: rest.startIndex, in: rest)
        rest = rest.dropFirst(scalar.length)
        return scalar.value
    }

    /// A character and its bytes; a byte that is no UTF-8 is one, beyond all scalar values.
    private static func scalar(at position: Int, in bytes: ArraySlice<UInt8>) -> (value: UInt32, length: Int) {
        let rest = bytes[position...]
        let length = FilePath.scalarLength(rest)
        guard length > 0, let scalar = String(decoding: rest.prefix(length), as: UTF8.self).unicodeScalars.first else {
            return (0x11_0000 + UInt32(bytes[position]), 1)
        }
        return (scalar.value, length)
    }

    /// Whether the pattern is for such a name. Takes time in proportion to both lengths multiplied, at most.
    package func matches(_ name: ArraySlice<UInt8>) -> Bool {
        if name.first == UInt8(ascii: "."), tokens.first != .byte(UInt8(ascii: ".")) { return false }
        var position = name.startIndex
        var token = 0
        // Where to go on when what follows the last "*" does not match: it takes one byte more.
        var retry: (position: Int, token: Int)?
        while true {
            if token < tokens.count, tokens[token] == .any {
                token += 1
                retry = (position, token)
                continue
            }
            if position == name.endIndex && token == tokens.count { return true }
            if position < name.endIndex, token < tokens.count,
                let length = Self.length(of: tokens[token], at: position, in: name)
            {
                position += length
                token += 1
                continue
            }
            guard let last = retry, last.position < name.endIndex else { return false }
            retry = (last.position + 1, last.token)
            (position, token) = (last.position + 1, last.token)
        }
    }

    /// How many bytes a token takes; nil if it does not match.
    private static func length(of token: Token, at position: Int, in name: ArraySlice<UInt8>) -> Int? {
        switch token {
        case .byte(let byte): return name[position] == byte ? 1 : nil
        case .anyCharacter: return scalar(at: position, in: name).length
        case .oneOf(let ranges, let isNegated):
            let scalar = scalar(at: position, in: name)
            return ranges.contains { $0.contains(scalar.value) } != isNegated ? scalar.length : nil
        case .any: return nil
        }
    }
}
