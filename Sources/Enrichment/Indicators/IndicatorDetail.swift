import EventModel

/// What a list says of an indicator beside its value.
struct IndicatorDetail {
    var id = ""
    var name = ""
    var labels: [String] = []
    /// 0 to 100; nil where the list does not say.
    var confidence: Int?
    /// The events that it is for: those of this time or later, and before the other.
    var validFrom: Timestamp?
    var validUntil: Timestamp?

    static let maximumText = 512
    static let maximumLabels = 16

    var isEmpty: Bool {
        id.isEmpty && name.isEmpty && labels.isEmpty && confidence == nil && validFrom == nil && validUntil == nil
    }
}

/// Details of many indicators, packed: a structure of texts for each of a million would take ten times the memory.
///
/// Each is: a byte that says whether it counts, two times, the confidence (255 for none), and texts with their lengths before
/// them: id, name, labels.
struct IndicatorDetails: Sendable {
    /// 0 stands for none.
    private(set) var bytes: [UInt8] = [0]

    /// Where they stand, below 2 GiB; nil when that is full.
    mutating func append(_ detail: IndicatorDetail) -> UInt32? {
        let place = bytes.count
        guard place < Int(Int32.max) else { return nil }
        bytes.append(1)
        append(detail.validFrom?.microseconds ?? Int64.min)
        append(detail.validUntil?.microseconds ?? Int64.max)
        bytes.append(detail.confidence.map { UInt8(clamping: $0) } ?? 255)
        append(detail.id)
        append(detail.name)
        let labels = detail.labels.prefix(IndicatorDetail.maximumLabels)
        bytes.append(UInt8(labels.count))
        for label in labels { append(label) }
        return UInt32(place)
    }

    private mutating func append(_ number: Int64) {
        withUnsafeBytes(of: number) { bytes += $0 }
    }

    private mutating func append(_ text: String) {
        let text = text.utf8.prefix(IndicatorDetail.maximumText)
        bytes.append(UInt8(truncatingIfNeeded: text.count))
        bytes.append(UInt8(truncatingIfNeeded: text.count >> 8))
        bytes += text
    }

    /// Takes an indicator back, of which a later version says something else.
    mutating func revoke(_ place: UInt32) { bytes[Int(place)] = 0 }

    mutating func finish() { bytes = Array(bytes) }

    /// Whether the indicator counts for an event of a time.
    func isValid(_ place: UInt32, at time: Timestamp) -> Bool {
        if place == 0 { return true }
        return bytes[Int(place)] == 1 && number(place, 1) <= time.microseconds && time.microseconds < number(place, 9)
    }

    private func number(_ place: UInt32, _ offset: Int) -> Int64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: Int(place) + offset, as: Int64.self) }
    }

    subscript(place: UInt32) -> IndicatorDetail {
        var detail = IndicatorDetail()
        guard place > 0 else { return detail }
        let (from, until) = (number(place, 1), number(place, 9))
        if from != .min { detail.validFrom = Timestamp(microseconds: from) }
        if until != .max { detail.validUntil = Timestamp(microseconds: until) }
        var position = Int(place) + 17
        if bytes[position] != 255 { detail.confidence = Int(bytes[position]) }
        position += 1
        func text() -> String {
            let length = Int(bytes[position]) | Int(bytes[position + 1]) << 8
            let text = String(decoding: bytes[position + 2..<position + 2 + length], as: UTF8.self)
            position += 2 + length
            return text
        }
        detail.id = text()
        detail.name = text()
        let count = Int(bytes[position])
        position += 1
        for _ in 0..<count { detail.labels.append(text()) }
        return detail
    }
}
