import EventModel

// Hot path. Unsafe: values lie within their source; planes are reserved before they are written.

/// Writes the values of a column in the shortest of the forms that fit all of them.
///
/// Stored: the form (a byte), what all values begin and end with (each with its length in front), and what the form says.
final class ValueListWriter {
    private let zstd: Zstd
    private let integers: IntegerList
    private let planes: BytePlanes
    private let best = Arena(capacity: 256 << 10)
    private let trial = Arena(capacity: 256 << 10)
    private let plane = Arena(capacity: 64 << 10)
    private var numbers: [Int64] = []
    private let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: 64)

    init(_ zstd: Zstd) {
        self.zstd = zstd
        integers = IntegerList(zstd)
        planes = BytePlanes(zstd: zstd)
    }

    deinit { scratch.deallocate() }

    /// Appends the values; returns the form that was chosen.
    @discardableResult
    func append(_ values: ValueSource, to output: Arena) -> ValueForm {
        let common = values.commonEnds
        let quotes = values.quotes
        best.setCount(0)
        var form = ValueForm.texts
        func keepIfShorter(_ candidate: ValueForm) {
            guard best.count == 0 || trial.count < best.count else { return }
            best.setCount(0)
            best.append(trial.contents)
            form = candidate
        }
        if let time = timeNumbers(values, quotes) {
            begin(.times, values, quotes)
            trial.append(byte: time.byte)
            numbers.withUnsafeBufferPointer { integers.append($0, to: trial) }
            keepIfShorter(.times)
        }
        if addressNumbers(values, quotes) {
            begin(.addresses, values, quotes)
            numbers.withUnsafeBufferPointer { integers.append($0, to: trial) }
            keepIfShorter(.addresses)
        }
        for ends in [quotes, common] where integerNumbers(values, ends) {
            begin(.integers, values, ends)
            numbers.withUnsafeBufferPointer { integers.append($0, to: trial) }
            keepIfShorter(.integers)
        }
        var isPacked = false
        if appendPositions(values, common, &isPacked) { keepIfShorter(.positions) }
        // Hexadecimal digits have nothing in them that compressing them as texts would find.
        if !isPacked {
            begin(.texts, values, common)
            appendTexts(values, common)
            keepIfShorter(.texts)
        }
        output.append(best.contents)
        return form
    }

    private func begin(_ form: ValueForm, _ values: ValueSource, _ ends: (head: Int, tail: Int)) {
        trial.setCount(0)
        trial.append(byte: form.rawValue)
        let first = values[0]
        trial.append(counted: UnsafeRawBufferPointer(rebasing: first[..<ends.head]))
        trial.append(counted: UnsafeRawBufferPointer(rebasing: first[(first.count - ends.tail)...]))
    }

    @inline(__always)
    private func middle(_ value: UnsafeRawBufferPointer, _ ends: (head: Int, tail: Int)) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: value[ends.head..<(value.count - ends.tail)])
    }

    // MARK: - Numbers

    private func timeNumbers(_ values: ValueSource, _ ends: (head: Int, tail: Int)) -> TimeForm? {
        guard let form = TimeForm.guess(middle(values[0], ends)), form.digits < TimeForm.epochSeconds else { return nil }
        let unit = form.unit
        return collect(values, ends) { form.parse($0, scratch).map { $0 / unit } } ? form : nil
    }

    private func addressNumbers(_ values: ValueSource, _ ends: (head: Int, tail: Int)) -> Bool {
        collect(values, ends) { AddressText.parse($0).map(Int64.init) }
    }

    private func integerNumbers(_ values: ValueSource, _ ends: (head: Int, tail: Int)) -> Bool {
        collect(values, ends) { DecimalText.parse($0) }
    }

    @inline(__always)
    private func collect(
        _ values: ValueSource, _ ends: (head: Int, tail: Int), _ parse: (UnsafeRawBufferPointer) -> Int64?
    ) -> Bool {
        numbers.removeAll(keepingCapacity: true)
        for index in 0..<values.count {
            guard let number = parse(middle(values[index], ends)) else { return false }
            numbers.append(number)
        }
        return true
    }

    // MARK: - Bytes

    private func appendTexts(_ values: ValueSource, _ ends: (head: Int, tail: Int)) {
        numbers.removeAll(keepingCapacity: true)
        plane.setCount(0)
        for index in 0..<values.count {
            let value = middle(values[index], ends)
            numbers.append(Int64(value.count))
            plane.append(value)
        }
        numbers.withUnsafeBufferPointer { integers.append($0, to: trial) }
        planes.append(plane.contents, to: trial)
    }

    /// False if the values differ in length, or are too long.
    private func appendPositions(
        _ values: ValueSource, _ ends: (head: Int, tail: Int), _ isPacked: inout Bool
    ) -> Bool {
        let length = values[0].count - ends.head - ends.tail
        guard length > 0, length <= PositionClass.maximumLength else { return false }
        for index in 1..<max(values.count, 1) where values[index].count - ends.head - ends.tail != length { return false }
        let positions = (0..<length).map { classify(values, at: ends.head + $0) }
        isPacked = values.count >= 64 && !positions.contains(.byte)
        begin(.positions, values, ends)
        trial.append(varint: length)
        for (place, position) in positions.enumerated() {
            trial.append(byte: position.rawValue)
            if position == .constant { trial.append(byte: values[0][ends.head + place]) }
        }
        var half: Int?
        for (place, position) in positions.enumerated() {
            switch position {
            case .constant: break
            case .byte: appendPlane(values) { $0[ends.head + place] }
            case .lowerHex, .upperHex:
                guard let first = half else {
                    half = place
                    break
                }
                appendPlane(values) {
                    PositionClass.digit($0[ends.head + first]) << 4 | PositionClass.digit($0[ends.head + place])
                }
                half = nil
            }
        }
        if let first = half { appendPlane(values) { PositionClass.digit($0[ends.head + first]) } }
        return true
    }

    private func classify(_ values: ValueSource, at place: Int) -> PositionClass {
        let first = values[0][place]
        var isConstant = true
        var isLower = true
        var isUpper = true
        for index in 0..<values.count {
            let byte = values[index][place]
            if byte != first { isConstant = false }
            let isDigit = byte &- 0x30 < 10
            if !isDigit && byte &- UInt8(ascii: "a") >= 6 { isLower = false }
            if !isDigit && byte &- UInt8(ascii: "A") >= 6 { isUpper = false }
            if !isConstant && !isLower && !isUpper { return .byte }
        }
        return isConstant ? .constant : isLower ? .lowerHex : isUpper ? .upperHex : .byte
    }

    @inline(__always)
    private func appendPlane(_ values: ValueSource, _ byte: (UnsafeRawBufferPointer) -> UInt8) {
        plane.setCount(0)
        plane.reserve(values.count)
        let bytes = plane.base.assumingMemoryBound(to: UInt8.self)
        for index in 0..<values.count { bytes[index] = byte(values[index]) }
        plane.setCount(values.count)
        planes.append(plane.contents, to: trial)
    }
}

/// What stands at one position of values that have one length.
enum PositionClass: UInt8 {
    case constant = 0
    case lowerHex = 1
    case upperHex = 2
    case byte = 3

    /// Longer values are no ids.
    static let maximumLength = 256

    @inline(__always)
    static func digit(_ byte: UInt8) -> UInt8 { byte < 0x40 ? byte & 0x0f : (byte & 0x0f) + 9 }
}
