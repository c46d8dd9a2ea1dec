import EventModel

// Unsafe: a number's text has at most `maximumText` bytes.

/// Values that are told by numbers: integers, times, addresses, with what stands before and behind all of them.
final class PackedNumbers: PackedValues {
    private static let maximumText = 40

    private let numbers: [Int64]
    private let head: [UInt8]
    private let tail: [UInt8]
    private let write: (Int64, UnsafeMutablePointer<UInt8>) -> Int
    /// What all texts look like, with a zero for each digit; nil if they differ in more than digits.
    private let outline: [UInt8]?
    private let scratch: Arena

    var count: Int { numbers.count }
    let expandedBytes: Int

    /// - Parameters:
    ///   - outline: what all texts look like, with a zero for each digit, if they differ in nothing else.
    ///   - write: writes a number's text, at most 40 bytes; returns how many.
    init(
        _ numbers: [Int64], head: UnsafeRawBufferPointer, tail: UnsafeRawBufferPointer, outline: [UInt8]? = nil,
        write: @escaping (Int64, UnsafeMutablePointer<UInt8>) -> Int
    ) {
        self.numbers = numbers
        self.head = Array(head)
        self.tail = Array(tail)
        self.write = write
        self.outline = outline.map { Array(head) + $0 + Array(tail) }
        let width = head.count + Self.maximumText + tail.count
        expandedBytes = numbers.count * width
        scratch = Arena(capacity: width)
    }

    subscript(index: Int) -> UnsafeRawBufferPointer {
        scratch.setCount(0)
        append(numbers[index], to: scratch)
        return scratch.contents
    }

    func expand(to list: ValueList) {
        for number in numbers {
            append(number, to: list.bytes)
            list.close()
        }
    }

    /// Their texts have to be written first, unless the word can stand in none of them.
    func values(containing word: FoldedWord) -> [UInt32]? {
        guard let outline else { return nil }
        let starts = 0..<max(outline.count - word.bytes.count + 1, 0)
        let canHold = starts.contains { start in
            word.bytes.indices.allSatisfy { place in
                let (byte, there) = (word.bytes[place], outline[start + place])
                return there == UInt8(ascii: "0") ? byte &- 0x30 < 10 : FoldedWord.folded(there) == byte
            }
        }
        return canHold ? nil : []
    }

    @inline(__always)
    private func append(_ number: Int64, to output: Arena) {
        output.reserve(head.count + Self.maximumText + tail.count)
        head.withUnsafeBytes { _ = output.append($0) }
        output.setCount(
            output.count + write(number, (output.base + output.count).assumingMemoryBound(to: UInt8.self)))
        tail.withUnsafeBytes { _ = output.append($0) }
    }
}
