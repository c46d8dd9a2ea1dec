import EventModel

// Hot path.

/// How one product's records that are text are read, compiled. Immutable.
final class TextRules: Sendable {
    /// Assignment and separator of `key_value`; nil for other formats.
    let pairs: (assignment: UInt8, separator: UInt8?)?
    private let patterns: [LinePattern]
    /// The patterns to try for a line that begins with this byte, in their order.
    private let byFirstByte: [[Int]]

    init(_ section: TextSection, catalog: FieldCatalog) {
        pairs = section.format == .keyValue ? (section.assignment, section.separator) : nil
        patterns = section.patterns.map { pattern in
            LinePattern(
                elements: pattern.pieces.map { piece in
                    switch piece {
                    case .literal(let text): .literal(Self.squeezed(text))
                    case .capture(let name, let kind, let isOptional):
                        .capture(name.isEmpty ? .overflow : catalog.intern(name), kind, isOptional: isOptional)
                    case .tail: .tail
                    }
                },
                constants: pattern.constants.map {
                    LinePattern.Constant(field: catalog.intern($0.name.value), text: Array($0.text.utf8))
                },
                apps: pattern.apps.map { Array($0.utf8) })
        }
        var byFirstByte = [[Int]](repeating: [], count: 256)
        for (index, pattern) in patterns.enumerated() {
            if let byte = pattern.firstByte {
                byFirstByte[Int(byte)].append(index)
            } else {
                for byte in 0..<256 { byFirstByte[byte].append(index) }
            }
        }
        self.byFirstByte = byFirstByte
    }

    /// One space stands for several, in the pattern as in the line.
    private static func squeezed(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 where byte != 0x20 || bytes.last != 0x20 { bytes.append(byte) }
        return bytes
    }

    /// The first pattern that the line has the form of, with its captures.
    ///
    /// - Parameter app: the program that syslog's header names, nil or empty if none: then the patterns of all are tried.
    func match(
        _ line: UnsafeRawBufferPointer, app: UnsafeRawBufferPointer, into captures: inout [LinePattern.Capture]
    ) -> LinePattern? {
        guard let first = line.first else { return nil }
        for index in byFirstByte[Int(first)] {
            let pattern = patterns[index]
            if !pattern.apps.isEmpty, !app.isEmpty, !pattern.apps.contains(where: { app.elementsEqual($0) }) { continue }
            if pattern.match(line, into: &captures) { return pattern }
        }
        return nil
    }
}

/// Which product reads a text that is not told by its shape. Immutable.
struct TextProducts: Sendable {
    /// By the program's name in syslog's header.
    private let apps: ByteTable
    /// The products that take CEF and LEEF which no other one does.
    let cef: Int?
    let leef: Int?

    init(_ files: [MappingFile]) {
        var pairs: [(key: String, value: Int)] = []
        var formats: [TextSection.Format: Int] = [:]
        for (product, file) in files.enumerated() {
            guard let text = file.text else { continue }
            pairs += text.apps.map { ($0.value, product) }
            if let format = text.format, formats[format] == nil { formats[format] = product }
        }
        apps = ByteTable(pairs)
        cef = formats[.cef]
        leef = formats[.leef]
    }

    func product(ofApp name: UnsafeRawBufferPointer) -> Int? { name.isEmpty ? nil : apps.find(name) }
}
