import EventModel
#if canImport(Glibc)
import Glibc
#endif

// Hot path.

/// Reads the fields of records that are no JSON: CEF and LEEF wherever they begin, and what a mapping file's `text` section says
/// of its product's lines. Scratch of one lane.
///
/// Values stay where they are in the raw bytes; those with escapes are decoded into the derived bytes. Text of no product that
/// is known costs two short searches and one look-up.
struct TextDecoder {
    /// What was read. `fields` is all that a mapping may use; `vendor`, a part of it, is what the record itself says.
    struct Decoded {
        var product: Int
        var fields: Range<Int>
        var vendor: Range<Int>
        /// Where syslog's header stands in the fields: in `fields`, before `vendor`.
        var header: Range<Int>
    }

    /// Fields of one record. What comes after is kept in one field.
    static let maximumFields = 2_000
    /// Where CEF and LEEF begin at the latest: after what relays put before them.
    private static let maximumPrefix = 1_024
    /// Longer lines are of no pattern.
    private static let maximumLine = 64 << 10

    private enum Names {
        static let cefHeader = [
            "cef.version", "cef.device_vendor", "cef.device_product", "cef.device_version", "cef.device_event_class_id",
            "cef.name", "cef.severity",
        ]
        static let leefHeader = [
            "leef.version", "leef.device_vendor", "leef.device_product", "leef.device_version", "leef.event_id",
        ]
    }

    private let mappings: ProductMappings
    private let texts: TextEvents
    private let cefHeader: [FieldID]
    private let leefHeader: [FieldID]
    private let message: FieldID
    private let prefix: FieldID
    private let rest: FieldID
    private let timestamp: FieldID
    private var keys: TextKeys
    private var captures: [LinePattern.Capture] = []
    private var labels: [(number: UnsafeRawBufferPointer, label: Range<Int>)] = []

    init(mappings: ProductMappings, texts: TextEvents) {
        self.mappings = mappings
        self.texts = texts
        let catalog = mappings.catalog
        cefHeader = Names.cefHeader.map { catalog.intern($0) }
        leefHeader = Names.leefHeader.map { catalog.intern($0) }
        message = catalog.intern("text.message")
        prefix = catalog.intern("text.prefix")
        rest = catalog.intern("text.rest")
        timestamp = catalog.intern("syslog.timestamp")
        keys = TextKeys(catalog: catalog)
    }

    func deallocate() { keys.deallocate() }

    /// The fields of a frame's message, appended to the builder's; nil if no product reads it, and nothing is appended then.
    ///
    /// - Parameters:
    ///   - base: where the record stands in the batch's bytes.
    ///   - only: the product that the configuration says it is.
    mutating func decode(
        _ frame: SyslogFrame, _ raw: UnsafeRawBufferPointer, base: Int, _ builder: EventBuilder, only: Int?
    ) -> Decoded? {
        guard !frame.message.isEmpty, frame.message.end <= raw.count, Int(frame.message.length) <= Field.maximumLength else {
            return nil
        }
        var range = frame.message.start..<frame.message.end
        while let first = range.first, raw[first] <= 0x20 { range = range.dropFirst() }
        while let last = range.last, raw[last] <= 0x20 { range = range.dropLast() }
        guard !range.isEmpty else { return nil }
        let line = Line(
            bytes: UnsafeRawBufferPointer(rebasing: raw[range]), offset: base + range.lowerBound, builder: builder)
        let start = builder.fieldCount
        let derived = builder.derived.count
        if let place = Self.payload(line.bytes) {
            let header = writeHeader(frame, raw, base, builder)
            if let vendor = place.isLEEF ? leef(line, from: place.offset) : cef(line, from: place.offset) {
                let fields = start..<builder.fieldCount
                let found = mappings.detector.detect(builder, fields.lowerBound, fields.upperBound, only: only)
                let generic = place.isLEEF ? mappings.textProducts.leef : mappings.textProducts.cef
                if let product = found?.product ?? (only == nil ? generic : only.flatMap { readsText($0) ? $0 : nil }) {
                    return Decoded(product: product, fields: fields, vendor: vendor, header: header)
                }
            }
            builder.setFieldCount(start)
            builder.derived.setCount(derived)
        }
        let app = frame.appName.of(raw)
        guard let product = only ?? mappings.textProducts.product(ofApp: app), let rules = mappings.compiled[product].text else {
            return nil
        }
        let header = writeHeader(frame, raw, base, builder)
        if let pairs = rules.pairs {
            let vendorStart = builder.fieldCount
            if !frame.structuredData.isEmpty {
                let data = frame.structuredData
                let part = Line(bytes: data.of(raw), offset: base + data.start, builder: builder)
                keyValues(part, pairs.assignment, pairs.separator)
            }
            keyValues(line, pairs.assignment, pairs.separator)
            // The whole message, for lines without pairs and for those who read it; no field of the record's own.
            let vendorEnd = builder.fieldCount
            if vendorEnd > vendorStart {
                line.append(message, 0..<line.bytes.count)
                return Decoded(
                    product: product, fields: start..<builder.fieldCount, vendor: vendorStart..<vendorEnd, header: header)
            }
        }
        let pattern =
            line.bytes.count <= Self.maximumLine ? rules.match(line.bytes, app: app, into: &captures) : nil
        for constant in pattern?.constants ?? [] {
            let offset = constant.text.withUnsafeBytes { builder.derived.append($0) }
            builder.append(
                Field(id: constant.field, offset: offset, length: constant.text.count, kind: .string, isDerived: true))
        }
        let vendorStart = builder.fieldCount
        line.append(message, 0..<line.bytes.count)
        if pattern != nil {
            for capture in captures {
                line.append(capture.field, capture.range, capture.hasEscapes ? .quotes : .none)
            }
        }
        return Decoded(
            product: product, fields: start..<builder.fieldCount, vendor: vendorStart..<builder.fieldCount, header: header)
    }

    /// Where CEF or LEEF begins in a message: `CEF:` or `LEEF:` as a word of its own, with a version after it.
    private static func payload(_ line: UnsafeRawBufferPointer) -> (offset: Int, isLEEF: Bool)? {
        guard let base = line.baseAddress else { return nil }
        let length = min(line.count, maximumPrefix)
        var from = 0
        while from < length, let found = memchr(base + from, 0x3a, length - from) {
            let colon = UnsafeRawPointer(found) - base
            from = colon + 1
            guard from < line.count, line[from].isDigit || line[from] == 0x20, colon >= 3, line[colon - 1] == UInt8(ascii: "F"),
                line[colon - 2] == UInt8(ascii: "E")
            else { continue }
            let isLEEF = colon >= 4 && line[colon - 3] == UInt8(ascii: "E") && line[colon - 4] == UInt8(ascii: "L")
            guard isLEEF || line[colon - 3] == UInt8(ascii: "C") else { continue }
            let offset = colon - (isLEEF ? 4 : 3)
            if offset == 0 || !(line[offset - 1].isLetter || line[offset - 1].isDigit) { return (offset, isLEEF) }
        }
        return nil
    }

    private func readsText(_ product: Int) -> Bool { mappings.compiled[product].text != nil }

    private func writeHeader(
        _ frame: SyslogFrame, _ raw: UnsafeRawBufferPointer, _ base: Int, _ builder: EventBuilder
    ) -> Range<Int> {
        let start = builder.fieldCount
        texts.appendHeader(frame, raw, base: base, builder)
        let end = builder.fieldCount
        let stamp = frame.timestampText
        if !stamp.isEmpty {
            builder.append(Field(id: timestamp, offset: base + stamp.start, length: Int(stamp.length), kind: .string))
        }
        return start..<end
    }

    // MARK: Formats

    /// What stands before a payload, with the fields of its header; where they begin.
    private func begin(_ line: Line, _ offset: Int, _ header: [Range<Int>], _ ids: [FieldID]) -> Int {
        let start = line.builder.fieldCount
        var end = offset
        while end > 0, line.bytes[end - 1] <= 0x20 { end -= 1 }
        line.append(prefix, 0..<end)
        for (id, range) in zip(ids, header) { line.append(id, range, .header) }
        return start
    }

    private mutating func cef(_ line: Line, from offset: Int) -> Range<Int>? {
        guard var scanner = CEFScanner(line.bytes, from: offset) else { return nil }
        let start = begin(line, offset, scanner.header, cefHeader)
        labels.removeAll(keepingCapacity: true)
        var count = 0
        let lead = scanner.rest
        while count < Self.maximumFields, let found = scanner.next() {
            if count == 0 { line.append(rest, lead.lowerBound..<max(lead.lowerBound, found.key.lowerBound - 1)) }
            count += 1
            let key = UnsafeRawBufferPointer(rebasing: line.bytes[found.key])
            line.append(
                keys.id(.cef, key), found.value, found.hasEscapes ? .value : .none)
            if let number = Self.labelled(key), !found.value.isEmpty { labels.append((number, found.value)) }
        }
        if count == 0 || count == Self.maximumFields { line.append(rest, scanner.rest) }
        let vendor = start..<line.builder.fieldCount
        appendLabelled(line, vendor)
        return vendor
    }

    /// `cs1` of `cs1Label`.
    private static func labelled(_ key: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        guard key.count > 5, key.count <= 64, key.suffix(5).elementsEqual("Label".utf8) else { return nil }
        return UnsafeRawBufferPointer(rebasing: key.dropLast(5))
    }

    /// The custom values once more, under their labels.
    private mutating func appendLabelled(_ line: Line, _ vendor: Range<Int>) {
        for entry in labels.prefix(64) {
            let value = keys.id(.cef, entry.number)
            let label = keys.id(.cefLabel, UnsafeRawBufferPointer(rebasing: line.bytes[entry.label]))
            guard value != .overflow, label != .overflow,
                let index = vendor.first(where: { line.builder.fields[$0].id == value })
            else { continue }
            var field = line.builder.fields[index]
            field.id = label
            line.builder.append(field)
        }
    }

    private mutating func leef(_ line: Line, from offset: Int) -> Range<Int>? {
        guard var scanner = LEEFScanner(line.bytes, from: offset) else { return nil }
        let start = begin(line, offset, scanner.header, leefHeader)
        var count = 0
        while count < Self.maximumFields, let found = scanner.next() {
            count += 1
            line.append(keys.id(.leef, UnsafeRawBufferPointer(rebasing: line.bytes[found.key])), found.value)
        }
        if count == Self.maximumFields { line.append(rest, scanner.rest) }
        return start..<line.builder.fieldCount
    }

    private mutating func keyValues(_ line: Line, _ assignment: UInt8, _ separator: UInt8?) {
        var scanner = KeyValueScanner(line.bytes, assignment: assignment, separator: separator)
        var count = 0
        while count < Self.maximumFields, let found = scanner.next() {
            count += 1
            line.append(
                keys.id(.record, UnsafeRawBufferPointer(rebasing: line.bytes[found.key])), found.value,
                found.hasEscapes ? .quotes : .none)
        }
        if count == Self.maximumFields { line.append(rest, scanner.rest) }
    }

    /// What a backslash can stand before.
    private enum Escapes {
        case none, header, value, quotes

        /// The byte that a backslash and this one stand for; nil: the backslash stands for itself.
        func plain(_ byte: UInt8) -> UInt8? {
            switch self {
            case .none: nil
            case .header: CEFScanner.unescapedInHeader(byte)
            case .value: CEFScanner.unescaped(byte)
            case .quotes:
                byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\") ? byte : nil
            }
        }
    }

    /// The text being read, and where its fields go.
    private struct Line {
        var bytes: UnsafeRawBufferPointer
        /// Where the bytes stand in the batch's.
        var offset: Int
        var builder: EventBuilder

        /// Appends the value at `range`, unless it is empty.
        func append(_ id: FieldID, _ range: Range<Int>, _ escapes: Escapes = .none) {
            guard !range.isEmpty else { return }
            guard escapes != .none, bytes[range].contains(UInt8(ascii: "\\")) else {
                builder.append(Field(id: id, offset: offset + range.lowerBound, length: range.count, kind: .string))
                return
            }
            let derived = builder.derived
            let start = derived.count
            derived.reserve(range.count)
            var index = range.lowerBound
            while index < range.upperBound {
                var byte = bytes[index]
                if byte == UInt8(ascii: "\\"), index + 1 < range.upperBound, let plain = escapes.plain(bytes[index + 1]) {
                    byte = plain
                    index += 1
                }
                derived.append(byte: byte)
                index += 1
            }
            builder.append(Field(id: id, offset: start, length: derived.count - start, kind: .string, isDerived: true))
        }
    }
}
