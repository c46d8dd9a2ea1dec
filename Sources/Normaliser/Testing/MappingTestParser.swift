import EventModel
import LocatedYAML

/// Reads `tests` of a mapping file.
struct MappingTestParser {
    let log: DiagnosticLog

    static let maximumTests = 1_000
    private static let maximumDepth = 32

    func tests(_ section: YAMLSection) -> [MappingTest] {
        let sections = section.sections("tests")
        if sections.count > Self.maximumTests { section.error("tests", "more than \(Self.maximumTests) tests") }
        return sections.prefix(Self.maximumTests).enumerated().compactMap { test($1, number: $0 + 1) }
    }

    private func test(_ section: YAMLSection, number: Int) -> MappingTest? {
        let name = section.string("name") ?? "test \(number)"
        let isConfigured = section.bool("configured") ?? false
        let record = section.node("record")
        if record == nil { section.missing("record") }
        let events: [MappingTest.ExpectedEvent]
        if section.node("events") != nil {
            events = section.sections("events").map { event($0, isAlone: true) }
            if section.node("event") != nil || section.node("class") != nil {
                section.error("events", "write either \"class\" and \"event\" for one event, or \"events\" for several")
            }
        } else {
            events = [event(section, isAlone: false)]
        }
        section.finish()
        guard let record, let bytes = bytes(record) else { return nil }
        return MappingTest(
            name: name, location: section.location, record: bytes, isConfigured: isConfigured, events: events)
    }

    private func event(_ section: YAMLSection, isAlone: Bool) -> MappingTest.ExpectedEvent {
        let target = section.string("class").map { MappingPlace($0, at: section.node("class")?.location ?? section.location) }
        let node = section.node("event")
        if target == nil, node == nil {
            log.error(at: section.location, "a test needs \"class\", or \"event\" with the fields that are expected")
        }
        var fields: [MappingTest.Expectation] = []
        if let node {
            if node.mapping == nil {
                log.error(at: node.location, "expected ocsf.path: value pairs, not \(node.kind)")
            } else {
                collect(node, "", depth: 0, into: &fields)
            }
        }
        if isAlone { section.finish() }
        return MappingTest.ExpectedEvent(target: target, fields: fields, location: section.location)
    }

    /// The values below a node; a list is expected to have no more elements than are written.
    private func collect(_ node: YAMLNode, _ path: String, depth: Int, into fields: inout [MappingTest.Expectation]) {
        guard depth < Self.maximumDepth else {
            log.error(at: node.location, "more than \(Self.maximumDepth) levels")
            return
        }
        func below(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
        switch node.content {
        case .mapping(let entries):
            for entry in entries { collect(entry.value, below(entry.key), depth: depth + 1, into: &fields) }
        case .sequence(let items):
            for (index, item) in items.enumerated() { collect(item, below(String(index)), depth: depth + 1, into: &fields) }
            fields.append(MappingTest.Expectation(path: below(String(items.count)), texts: nil, location: node.location))
        case .scalar(let scalar):
            let texts = node.isNull ? nil : [scalar.text, scalar.canonicalText]
            fields.append(MappingTest.Expectation(path: path, texts: texts, location: node.location))
        }
    }

    // MARK: Records

    /// A text as it stands, without the line ends around it; an object or list as JSON.
    private func bytes(_ node: YAMLNode) -> [UInt8]? {
        if let scalar = node.scalar {
            let text = scalar.text.utf8.drop { $0 == 0x0a }
            guard !text.isEmpty else {
                log.error(at: node.location, "the record is empty")
                return nil
            }
            return Array(text.reversed().drop { $0 == 0x0a }.reversed())
        }
        var writer = JSONWriter()
        guard write(node, into: &writer, depth: 0) else {
            log.error(at: node.location, "more than \(Self.maximumDepth) levels; write deeper records as text")
            return nil
        }
        return writer.bytes
    }

    private func write(_ node: YAMLNode, into writer: inout JSONWriter, depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        switch node.content {
        case .mapping(let entries):
            writer.beginObject()
            for entry in entries {
                writer.key(entry.key)
                guard write(entry.value, into: &writer, depth: depth + 1) else { return false }
            }
            writer.endObject()
        case .sequence(let items):
            writer.beginArray()
            for item in items { guard write(item, into: &writer, depth: depth + 1) else { return false } }
            writer.endArray()
        case .scalar(let scalar):
            switch scalar.value {
            case .null: writer.null()
            case .bool(let value): writer.bool(value)
            case .integer(let value): writer.integer(value)
            case .float: writer.raw(scalar.canonicalText)
            case .text: writer.string(scalar.text)
            }
        }
        return true
    }
}
