import EventModel

/// Checks an event's document against its class in the schema: required attributes, attributes of which one must be there,
/// names, types and enumerations.
package struct EventValidator {
    private let schema = OCSFSchema()

    package init() {}

    /// What is wrong, in words, with the path that it is about.
    package func flaws(_ document: JSONTree) -> [String] {
        guard let uid = document["class_uid"]?.text.flatMap(UInt32.init), let eventClass = EventClass.with(uid: uid) else {
            return ["class_uid is that of no class"]
        }
        var flaws: [String] = []
        if let category = document["category_uid"]?.text, category != String(eventClass.categoryUID) {
            flaws.append("category_uid must be \(eventClass.categoryUID), that of the class, not \(category)")
        }
        var attributes = schema.attributes(of: eventClass)
        // The table has those of the base class, which the classes replace by their own number.
        for name in ["class_uid", "category_uid"] { attributes.attributes[name]?.values = [] }
        check(document, attributes, eventClass.name, "", into: &flaws)
        return flaws
    }

    private func check(_ object: JSONTree, _ schema: SchemaObject, _ name: String, _ path: String, into flaws: inout [String]) {
        guard case .object(let members) = object else {
            flaws.append("\(path) must be an object")
            return
        }
        let prefix = path.isEmpty ? "" : path + "."
        for required in schema.required where object[required] == nil { flaws.append("\(name) needs \(prefix)\(required)") }
        if !schema.anyOf.isEmpty, !schema.anyOf.contains(where: { object[$0] != nil }) {
            flaws.append("\(name) needs one of \(schema.anyOf.map { prefix + $0 }.joined(separator: ", "))")
        }
        for member in members where !(path.isEmpty && member.name == "unmapped") {
            guard let attribute = schema.attributes[member.name] else {
                flaws.append("\(prefix)\(member.name) is no attribute of \(name)")
                continue
            }
            check(member.value, attribute, prefix + member.name, into: &flaws)
        }
    }

    private func check(_ value: JSONTree, _ attribute: SchemaAttribute, _ path: String, into flaws: inout [String]) {
        guard attribute.isList else {
            checkOne(value, attribute, path, into: &flaws)
            return
        }
        guard case .array(let items) = value else {
            flaws.append("\(path) must be a list")
            return
        }
        for (index, item) in items.enumerated() { checkOne(item, attribute, "\(path).\(index)", into: &flaws) }
    }

    private func checkOne(_ value: JSONTree, _ attribute: SchemaAttribute, _ path: String, into flaws: inout [String]) {
        if case .object(let name) = attribute.type {
            check(value, schema.object(name), name, path, into: &flaws)
            return
        }
        let isFine: Bool
        switch (attribute.type, value) {
        case (.string, .string), (.email, .string): isFine = true
        case (.ip, .string(let text)): isFine = IPAddress(text) != nil
        case (.integer, .word(let text)), (.timestamp, .word(let text)): isFine = Int(text) != nil
        case (.port, .word(let text)): isFine = Int(text).map { (0...65_535).contains($0) } ?? false
        case (.float, .word(let text)): isFine = Double(text) != nil
        case (.boolean, .word(let text)): isFine = text == "true" || text == "false"
        case (.unsupported, _): isFine = true
        default: isFine = false
        }
        if !isFine { flaws.append("\(path) is of the wrong type: \(value.text ?? "an object or list")") }
        if !attribute.values.isEmpty, let number = value.text.flatMap({ Int($0) }), !attribute.values.contains(number) {
            flaws.append("\(path) must be one of \(attribute.values), not \(number)")
        }
    }
}
