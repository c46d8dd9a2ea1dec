/// What kind of values an OCSF attribute takes: the schema's scalar types, as far as they need different checks.
package enum AttributeType: Sendable, Equatable {
    case string
    case email
    case ip
    case integer
    case port
    case float
    case boolean
    /// Milliseconds since 1970-01-01T00:00:00Z.
    case timestamp
    case object(String)
    /// Types with a syntax of their own that no mapping needs (MAC addresses, UUIDs, free JSON).
    case unsupported(String)

    init(schemaName name: Substring) {
        switch name {
        case "string", "username", "hostname", "file_name", "file_path", "file_hash", "url", "process_name", "resource_uid",
            "subnet":
            self = .string
        case "email": self = .email
        case "ip": self = .ip
        case "integer", "long": self = .integer
        case "port": self = .port
        case "float": self = .float
        case "boolean": self = .boolean
        case "timestamp": self = .timestamp
        default: self = name.first == "@" ? .object(String(name.dropFirst())) : .unsupported(String(name))
        }
    }
}

/// One attribute of a class or an object.
package struct SchemaAttribute: Sendable, Equatable {
    package var name: String
    package var type: AttributeType
    package var isList: Bool
    package var isRequired: Bool
    /// The values of an enumeration; empty if it is none.
    package var values: [Int]
    /// What indicators its values are compared with; nil if with none.
    package var observable: ObservableType?
}

/// The attributes of a class or an object.
package struct SchemaObject: Sendable {
    package var attributes: [String: SchemaAttribute] = [:]
    /// At least one of these must be there; empty if nothing is asked.
    package var anyOf: [String] = []

    /// The names of attributes without which the object is not valid.
    package var required: [String] { attributes.values.filter(\.isRequired).map(\.name).sorted() }
}

/// The part of the OCSF schema that mapping files are checked against.
package struct OCSFSchema: Sendable {
    package let version: String
    /// Each with the attributes of every event.
    private let classes: [String: SchemaObject]
    private let objects: [String: SchemaObject]

    /// Version 1.8.0.
    package init() {
        var base = SchemaObject()
        var classes: [String: SchemaObject] = [:]
        var objects: [String: SchemaObject] = [:]
        for (head, entry) in Self.entries(OCSFSchemaTable.text) {
            switch head.first {
            case "class": classes[String(head[1])] = entry
            case "object": objects[String(head[1])] = entry
            default: base = entry
            }
        }
        version = OCSFSchemaTable.version
        self.classes = Dictionary(
            uniqueKeysWithValues: EventClass.all.map { eventClass in
                let own = classes[eventClass.name] ?? SchemaObject()
                let merged = SchemaObject(attributes: base.attributes.merging(own.attributes) { $1 }, anyOf: own.anyOf)
                return (eventClass.name, merged)
            })
        self.objects = objects
    }

    /// The attributes of a class, those of every event included.
    package func attributes(of eventClass: EventClass) -> SchemaObject {
        classes[eventClass.name] ?? SchemaObject()
    }

    package func object(_ name: String) -> SchemaObject { objects[name] ?? SchemaObject() }

    /// The attributes along a dotted path in a class, or nil and the names that could stand where the path goes wrong.
    package func resolve(_ path: String, in eventClass: EventClass) -> (steps: [SchemaAttribute]?, candidates: [String]) {
        var scope = attributes(of: eventClass)
        var steps: [SchemaAttribute] = []
        let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for (index, name) in names.enumerated() {
            guard let attribute = scope.attributes[name] else {
                let before = names[..<index].map { $0 + "." }.joined()
                return (nil, scope.attributes.keys.sorted().map { before + $0 })
            }
            steps.append(attribute)
            if case .object(let object) = attribute.type { scope = self.object(object) } else { scope = SchemaObject() }
        }
        return (steps, [])
    }

    private static func entries(_ text: String) -> [(head: [Substring], SchemaObject)] {
        var entries: [(head: [Substring], SchemaObject)] = []
        for line in text.split(separator: "\n") {
            var words = line.split(separator: " ")
            if !line.hasPrefix(" ") {
                let count = words[0] == "base" ? 1 : 2
                entries.append((Array(words[..<count]), SchemaObject()))
                words.removeFirst(count)
            }
            for word in words {
                if word.hasPrefix("any(") {
                    entries[entries.count - 1].1.anyOf = list(word.dropFirst(3)).map(String.init)
                } else if let attribute = attribute(word) {
                    entries[entries.count - 1].1.attributes[attribute.name] = attribute
                }
            }
        }
        return entries
    }

    /// `name!=type[](1,2)`
    private static func attribute(_ word: Substring) -> SchemaAttribute? {
        guard let equals = word.firstIndex(of: "=") else { return nil }
        var name = word[..<equals]
        var type = word[word.index(after: equals)...]
        var values: [Int] = []
        if let open = type.firstIndex(of: "(") {
            values = list(type[open...]).compactMap { Int($0) }
            type = type[..<open]
        }
        let isRequired = name.hasSuffix("!")
        if isRequired { name.removeLast() }
        let isList = type.hasSuffix("[]")
        if isList { type.removeLast(2) }
        return SchemaAttribute(
            name: String(name), type: AttributeType(schemaName: type), isList: isList, isRequired: isRequired, values: values,
            observable: ObservableType(schemaName: type, attribute: name))
    }

    private static func list(_ parenthesised: Substring) -> [Substring] {
        parenthesised.dropFirst().dropLast().split(separator: ",")
    }
}
