/// `{a,b}` in patterns: each alternative makes a pattern of its own, as in a shell.
enum GlobBraces {
    static let maximumPatterns = 256

    /// The patterns without braces that a pattern stands for, in order.
    static func expanded(_ text: String) throws(GlobError) -> [[UInt8]] {
        var done: [[UInt8]] = []
        // The next to look at comes last.
        var open: [[UInt8]] = [Array(text.utf8)]
        while let pattern = open.popLast() {
            guard let braces = try first(in: pattern, text) else {
                done.append(pattern)
                continue
            }
            guard done.count + open.count + braces.alternatives.count <= maximumPatterns else {
                throw GlobError(.tooManyAlternatives, in: text)
            }
            let (before, after) = (pattern[..<braces.range.lowerBound], pattern[braces.range.upperBound...])
            for alternative in braces.alternatives.reversed() { open.append(Array(before + alternative + after)) }
        }
        return done
    }

    /// The outermost braces that come first.
    private static func first(
        in pattern: [UInt8], _ text: String
    ) throws(GlobError) -> (range: Range<Int>, alternatives: [ArraySlice<UInt8>])? {
        var start: Int?
        var depth = 0
        var alternatives: [ArraySlice<UInt8>] = []
        var alternative = 0
        var position = 0
        while position < pattern.count {
            switch pattern[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "{"):
                if depth == 0 {
                    start = position
                    alternative = position + 1
                }
                depth += 1
            case UInt8(ascii: ",") where depth == 1:
                alternatives.append(pattern[alternative..<position])
                alternative = position + 1
            case UInt8(ascii: "}") where depth > 0:
                depth -= 1
                if depth == 0, let start {
                    return (start..<position + 1, alternatives + [pattern[alternative..<position]])
                }
            default: break
            }
            position += 1
        }
        if depth > 0 { throw GlobError(.unclosedBraces, in: text) }
        return nil
    }
}
