/// The vendor's values that no OCSF field points at, nested and spelled as in the record.
///
/// Walks the record's JSON body again, side by side with the event's vendor fields, which stand in the same order: a value of
/// the body belongs to the event if it is the next vendor field. (A record that holds several events has the values of the
/// others, too.)
struct UnmappedLeaves {
    /// Where a field's text stands: two fields with the same place are one value. A field that shows only a part of a value (an
    /// address without its port) does not make the value mapped.
    private struct Place: Hashable {
        var offset: UInt32
        var length: Int
        var isDerived: Bool

        init(_ field: Field) {
            offset = field.offset
            length = field.length
            isDerived = field.isDerived
        }
    }

    private let body: UnsafeRawBufferPointer
    private let base: Int
    private let batch: EventBatch
    private let vendor: UnsafeBufferPointer<Field>
    private let mapped: Set<Place>
    private let drops: DroppedFields?

    init(event: Event, drops: DroppedFields?) {
        self.drops = drops
        batch = event.batch
        body = event.body
        base = Int(event.row.bodyOffset)
        vendor = event.vendorFields
        mapped = Set(event.ocsfFields.lazy.filter { $0.isValue && $0.length > 0 }.map { Place($0) })
    }

    /// The fields themselves, for records that are no JSON.
    var unmappedFields: [Field] { vendor.filter { $0.isValue && $0.length > 0 && disposition(of: $0) == .unmapped } }

    /// The members of an object, without its braces; empty if there are none.
    func text() -> [UInt8] {
        guard !vendor.isEmpty else { return [] }
        var walk = Walk(leaves: self)
        walk.value(key: nil, depth: 0)
        var bytes = walk.out
        // The outermost value is an object or a list: its own braces go, so that other members can stand beside.
        guard bytes.count >= 2 else { return [] }
        if bytes.first == UInt8(ascii: "{") {
            bytes.removeFirst()
            bytes.removeLast()
            return bytes
        }
        return Array(#""records":"#.utf8) + bytes
    }

    private struct Walk {
        let leaves: UnmappedLeaves
        var out: [UInt8] = []
        private var position = 0
        private var next = 0

        init(leaves: UnmappedLeaves) {
            self.leaves = leaves
            skipMarks()
        }

        private var byte: UInt8 { position < leaves.body.count ? leaves.body[position] : 0 }

        private mutating func skipSpace() {
            while byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d { position += 1 }
        }

        private mutating func skipMarks() {
            while next < leaves.vendor.count, !leaves.vendor[next].isValue { next += 1 }
        }

        /// Reads the value at the position, and writes what of it is to be kept, with a comma and its key before it. Answers
        /// whether anything was written.
        @discardableResult
        mutating func value(key: Range<Int>?, depth: Int) -> Bool {
            skipSpace()
            switch byte {
            case UInt8(ascii: "{"): return container(key: key, close: UInt8(ascii: "}"), depth: depth)
            case UInt8(ascii: "["): return container(key: key, close: UInt8(ascii: "]"), depth: depth)
            default: return scalar(key: key)
            }
        }

        private mutating func container(key: Range<Int>?, close: UInt8, depth: Int) -> Bool {
            let start = out.count
            begin(key)
            out.append(byte)
            position += 1
            skipSpace()
            if byte == close {
                position += 1
                takeEmpty()
                out.removeSubrange(start...)
                return false
            }
            var wroteAny = false
            while position < leaves.body.count {
                var name: Range<Int>?
                if close == UInt8(ascii: "}") {
                    skipSpace()
                    name = string()
                    skipSpace()
                    position += 1
                }
                if value(key: name, depth: depth + 1) { wroteAny = true }
                skipSpace()
                let mark = byte
                position += 1
                if mark != UInt8(ascii: ",") { break }
            }
            guard wroteAny else {
                out.removeSubrange(start...)
                return false
            }
            out.append(close)
            return true
        }

        /// An empty container has a vendor field of its own.
        private mutating func takeEmpty() {
            guard next < leaves.vendor.count else { return }
            let kind = leaves.vendor[next].kind
            if kind == .emptyObject || kind == .emptyArray {
                next += 1
                skipMarks()
            }
        }

        private mutating func scalar(key: Range<Int>?) -> Bool {
            let start = position
            let text: Range<Int>
            if byte == UInt8(ascii: "\"") {
                text = string()
            } else {
                while position < leaves.body.count, !Self.endsWord(byte) { position += 1 }
                text = start..<position
            }
            guard let field = take(text), field.kind != .null else { return false }
            guard leaves.disposition(of: field) == .unmapped else { return false }
            begin(key)
            out.append(contentsOf: leaves.body[start..<position])
            return true
        }

        /// The vendor field of the value whose text stands at `text`, if the value belongs to the event.
        private mutating func take(_ text: Range<Int>) -> Field? {
            guard next < leaves.vendor.count else { return nil }
            let field = leaves.vendor[next]
            if field.isDerived {
                guard field.kind == .string, hasEscape(text), isWithinReach(text.lowerBound) else { return nil }
            } else {
                guard Int(field.offset) == leaves.base + text.lowerBound else { return nil }
            }
            next += 1
            skipMarks()
            return field
        }

        private func hasEscape(_ text: Range<Int>) -> Bool { leaves.body[text].contains(UInt8(ascii: "\\")) }

        /// Whether the next value that stands in the record itself comes after `offset`: else `offset` is another event's.
        private func isWithinReach(_ offset: Int) -> Bool {
            var before = next - 1
            while before >= 0, leaves.vendor[before].isDerived { before -= 1 }
            if before >= 0, Int(leaves.vendor[before].offset) >= leaves.base + offset { return false }
            var after = next + 1
            while after < leaves.vendor.count, leaves.vendor[after].isDerived { after += 1 }
            return after == leaves.vendor.count || Int(leaves.vendor[after].offset) > leaves.base + offset
        }

        /// The text between the quotes of the string at the position, which is put after it.
        private mutating func string() -> Range<Int> {
            position += 1
            let start = position
            while position < leaves.body.count, byte != UInt8(ascii: "\"") { position += byte == UInt8(ascii: "\\") ? 2 : 1 }
            let end = min(position, leaves.body.count)
            position = end + 1
            return start..<end
        }

        private mutating func begin(_ key: Range<Int>?) {
            if let last = out.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") { out.append(UInt8(ascii: ",")) }
            guard let key else { return }
            out.append(UInt8(ascii: "\""))
            out.append(contentsOf: leaves.body[key])
            out.append(contentsOf: [UInt8(ascii: "\""), UInt8(ascii: ":")])
        }

        private static func endsWord(_ byte: UInt8) -> Bool {
            byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte <= 0x20
        }
    }

    /// Where a vendor's value is found in the document.
    func disposition(of field: Field) -> VendorValue.Disposition {
        if mapped.contains(Place(field)) { return .mapped }
        return drops?.contains(field.id) == true ? .dropped : .unmapped
    }
}
