/// Builds the documents of one file out of its events, within bounds.
struct YAMLComposer {
    /// A node with what it costs when an alias repeats it.
    private struct Measured {
        var node: YAMLNode
        var nodes: Int
        var height: Int
    }

    private let reader: YAMLEventReader
    private let file: String
    private let limits: YAMLLimits
    private var anchors: [String: Measured] = [:]
    private var count = 0
    private(set) var problems: [Diagnostic] = []

    init(_ text: [UInt8], file: String, limits: YAMLLimits) throws(YAMLSyntaxError) {
        reader = try YAMLEventReader(text)
        self.file = file
        self.limits = limits
        _ = try reader.next()  // streamStart
    }

    /// The next document; nil at the end of the file. An empty document is a null scalar.
    mutating func nextDocument() throws(YAMLSyntaxError) -> YAMLNode? {
        let start = try reader.next()
        guard case .documentStart = start.kind else { return nil }
        anchors = [:]
        let root = try compose(try reader.next(), depth: 1)
        _ = try reader.next()  // documentEnd
        return root.node
    }

    private mutating func compose(_ event: YAMLEvent, depth: Int) throws(YAMLSyntaxError) -> Measured {
        guard depth <= limits.maximumDepth else {
            throw syntax("nested more than \(limits.maximumDepth) levels deep", at: event)
        }
        try charge(1, at: event)
        let composed: Measured
        switch event.kind {
        case .alias(let name): return try resolve(name, at: event, depth: depth)
        case .scalar(let text, let style):
            let scalar = scalar(text, style: style, at: event)
            composed = Measured(node: YAMLNode(.scalar(scalar), at: location(event)), nodes: 1, height: 1)
        case .sequenceStart: composed = try sequence(event, depth: depth)
        case .mappingStart: composed = try mapping(event, depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw syntax("not YAML: a value is missing here", at: event)
        }
        if let anchor = event.anchor { anchors[anchor] = composed }
        return composed
    }

    private mutating func resolve(_ name: String, at event: YAMLEvent, depth: Int) throws(YAMLSyntaxError) -> Measured {
        guard let target = anchors[name] else {
            throw syntax("alias \"*\(name)\" has no anchor \"&\(name)\" before it", at: event)
        }
        guard depth + target.height - 1 <= limits.maximumDepth else {
            throw syntax("alias \"*\(name)\" nests more than \(limits.maximumDepth) levels deep", at: event)
        }
        try charge(target.nodes - 1, at: event)
        return target
    }

    private mutating func charge(_ nodes: Int, at event: YAMLEvent) throws(YAMLSyntaxError) {
        count += nodes
        guard count <= limits.maximumNodes else {
            throw syntax("more than \(limits.maximumNodes) values in one file, aliases counted as what they repeat", at: event)
        }
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(YAMLSyntaxError) -> Measured {
        checkTag(of: start, is: "seq", kind: "list")
        var items: [YAMLNode] = []
        var measure = (nodes: 1, height: 0)
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { break }
            let item = try compose(event, depth: depth + 1)
            measure = (measure.nodes + item.nodes, max(measure.height, item.height))
            items.append(item.node)
        }
        return Measured(
            node: YAMLNode(.sequence(items), at: location(start)), nodes: measure.nodes, height: measure.height + 1)
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(YAMLSyntaxError) -> Measured {
        checkTag(of: start, is: "map", kind: "mapping")
        var mapping = MappingBuilder()
        var measure = (nodes: 1, height: 0)
        while true {
            let keyEvent = try reader.next()
            if case .mappingEnd = keyEvent.kind { break }
            let key = try compose(keyEvent, depth: depth + 1)
            let value = try compose(try reader.next(), depth: depth + 1)
            measure = (measure.nodes + key.nodes + value.nodes, max(measure.height, key.height, value.height))
            guard case .scalar(let keyScalar) = key.node.content else {
                report(location(keyEvent), "a key must be one text, not \(key.node.kind)")
                continue
            }
            if keyScalar.text == "<<" && keyScalar.style == .plain {
                if !mapping.merge(value.node) {
                    report(value.node.location, "\"<<\" merges a mapping or a list of mappings, not \(value.node.kind)")
                }
                continue
            }
            let entry = YAMLNode.Entry(
                key: keyScalar.text, keyStyle: keyScalar.style, keyLocation: location(keyEvent), value: value.node)
            if let first = mapping.add(entry) {
                report(
                    entry.keyLocation,
                    "duplicate key \"\(entry.key)\": it is already on line \(first.keyLocation.line); keep one of them")
            }
        }
        return Measured(
            node: YAMLNode(.mapping(mapping.finished()), at: location(start)), nodes: measure.nodes,
            height: measure.height + 1)
    }

    // MARK: Tags

    private static let standardTags = "tag:yaml.org,2002:"

    private mutating func scalar(_ text: String, style: YAMLScalar.Style, at event: YAMLEvent) -> YAMLScalar {
        guard let tag = event.tag else { return YAMLScalar(text, style: style) }
        guard tag != "!" else { return YAMLScalar(text, style: style, value: .text) }
        let plain = YAMLScalar.Value(plain: text)
        let name = tag.hasPrefix(Self.standardTags) ? String(tag.dropFirst(Self.standardTags.count)) : tag
        switch (name, plain) {
        case ("str", _): return YAMLScalar(text, style: style, value: .text)
        case ("int", .integer), ("float", .float), ("bool", .bool), ("null", .null):
            return YAMLScalar(text, style: style, value: plain)
        case ("float", .integer(let value)): return YAMLScalar(text, style: style, value: .float(Double(value)))
        default:
            report(location(event), "tag \"\(tag)\" does not fit \"\(text)\"; leave it out, or use !!str")
            return YAMLScalar(text, style: style)
        }
    }

    private mutating func checkTag(of event: YAMLEvent, is name: String, kind: String) {
        guard let tag = event.tag, tag != "!", tag != Self.standardTags + name else { return }
        report(location(event), "tag \"\(tag)\" does not fit a \(kind); leave it out")
    }

    // MARK: Problems

    private func location(_ event: YAMLEvent) -> SourceLocation {
        SourceLocation(file: file, line: event.line, column: event.column)
    }

    private mutating func report(_ location: SourceLocation, _ message: String) {
        problems.append(Diagnostic(.error, at: location, message))
    }

    private func syntax(_ message: String, at event: YAMLEvent) -> YAMLSyntaxError {
        YAMLSyntaxError(message: message, line: event.line, column: event.column)
    }
}
