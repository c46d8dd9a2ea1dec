import EventModel
import LocatedYAML

/// One plan: what to write for the events of one rule.
extension MappingCompiler {
    /// An OCSF attribute with where its value comes from, found in the schema.
    struct Resolved {
        var rule: MappingFile.FieldRule
        var attributes: [SchemaAttribute]
        /// The written names, by which fields are put in order: objects stand together.
        var order: [Substring]

        init(_ rule: MappingFile.FieldRule, _ attributes: [SchemaAttribute]) {
            self.rule = rule
            self.attributes = attributes
            order = rule.path.value.split(separator: ".")
        }

        var names: [String] { attributes.map(\.name) }
        var last: SchemaAttribute { attributes[attributes.count - 1] }
    }

    mutating func plan(
        _ target: Target, _ own: [MappingFile.FieldRule], _ origin: MappingOrigins.Plan, status: Int32, severity: Int32
    ) -> EventPlan {
        let location = origin.target.location
        let resolved = resolve(target.class, own)
        var plan = PlanDraft(
            classUID: target.class.uid, fixed: fixedFields(target), status: status, severity: severity,
            hasStatus: target.class.categoryUID != 2, origin: origin)
        var paths: [[SchemaAttribute]] = []
        for field in resolved {
            if case .each(let list, let members) = field.rule.source {
                if let each = eachOp(field, list, members) {
                    plan.each.append(each)
                    plan.origin.each.append(Self.origin(of: field, members))
                }
            } else if let op = fieldOp(field) {
                plan.ops.append(op)
                plan.origin.ops.append(MappingPlace(field.rule.path.value, at: field.rule.path.location))
                paths.append(field.attributes)
            }
        }
        addFallbacks(target.class, &plan, &paths)
        if plan.ops.count > Self.maximumOps {
            log.error(at: location, "more than \(Self.maximumOps) fields for one class: leave some to unmapped")
            plan.ops.removeSubrange(Self.maximumOps...)
            paths.removeSubrange(Self.maximumOps...)
        }
        addConstraints(&plan, paths)
        addNeeds(target.class, &plan, paths, at: location)
        addIdentity(&plan, paths)
        return EventPlan(plan)
    }

    private static func origin(
        of field: Resolved, _ members: [(name: String, place: SourceLocation, sources: [ValueExpression])]
    ) -> (list: MappingPlace, members: [MappingPlace]) {
        var list = ""
        if case .each(let vendor, _) = field.rule.source { list = vendor }
        let made = members.map { member in
            let sources = member.sources.map { list + "." + $0.text }.joined(separator: ", ")
            return MappingPlace(sources, at: member.sources.first?.location ?? member.place)
        }
        return (MappingPlace(field.rule.path.value, at: field.rule.path.location), made)
    }

    // MARK: Which fields

    /// Fields of every event, then those of its class, then the rule's own: the last one that sets a path stands.
    private mutating func resolve(_ eventClass: EventClass, _ own: [MappingFile.FieldRule]) -> [Resolved] {
        var byPath = commonFields(of: eventClass)
        for rule in own { resolve(rule, in: eventClass, &byPath) }
        return byPath.values.sorted { $0.order.lexicographicallyPrecedes($1.order) }
    }

    /// The fields of all events of a class. Most rules of a file share a class, and have few fields of their own.
    private mutating func commonFields(of eventClass: EventClass) -> [String: Resolved] {
        if let known = commonFields[eventClass.uid] { return known }
        var byPath: [String: Resolved] = [:]
        for rule in impliedFields(eventClass) + file.fields {
            guard let attributes = resolve(rule.path.value, in: eventClass).steps else { continue }
            byPath[rule.path.value] = Resolved(rule, attributes)
        }
        for rule in file.classes.filter({ $0.name.value == eventClass.name }).flatMap(\.fields) {
            resolve(rule, in: eventClass, &byPath)
        }
        commonFields[eventClass.uid] = byPath
        return byPath
    }

    private func resolve(_ rule: MappingFile.FieldRule, in eventClass: EventClass, _ byPath: inout [String: Resolved]) {
        let found = resolve(rule.path.value, in: eventClass)
        guard let attributes = found.steps else {
            return unknownField(rule.path, candidates: found.candidates, in: eventClass.name)
        }
        byPath[rule.path.value] = Resolved(rule, attributes)
    }

    /// What every event says of its record, and what a class cannot do without and every product has.
    private func impliedFields(_ eventClass: EventClass) -> [MappingFile.FieldRule] {
        func rule(_ path: String, _ values: [ValueExpression]) -> MappingFile.FieldRule {
            MappingFile.FieldRule(
                path: MappingFile.Located(value: path, location: file.name.location), source: .values(values))
        }
        let place = file.eventType.first?.location ?? file.name.location
        let type = ValueExpression(content: .eventType, location: place)
        let unknown = ValueExpression(content: .constant("unknown"), location: place)
        var rules = [rule("metadata.event_code", [type])]
        if eventClass.name == "api_activity" { rules.append(rule("api.operation", [type, unknown])) }
        if let first = file.id.first { rules.append(rule("metadata.original_event_uid", first)) }
        let times = file.time.filter { if case .path = $0.content { true } else { false } }
        if !times.isEmpty { rules.append(rule("metadata.original_time", times)) }
        return rules
    }

    private mutating func fixedFields(_ target: Target) -> [CompiledMapping.FixedField] {
        var fixed: [CompiledMapping.FixedField] = []
        func add(_ id: FieldID, _ text: String, _ kind: FieldKind, inArray: Bool = false) {
            fixed.append(
                CompiledMapping.FixedField(id: id, constant: constants.number(text), kind: kind, inArray: inArray))
        }
        add(.classUID, String(target.class.uid), .integer)
        add(.className, target.class.caption, .string)
        add(.categoryUID, String(target.class.categoryUID), .integer)
        add(.categoryName, target.class.categoryName, .string)
        add(.activityID, String(target.activity.id), .integer)
        add(.activityName, target.activity.caption, .string)
        add(.typeUID, String(target.class.typeUID(target.activity)), .integer)
        add(.typeName, target.class.typeName(target.activity), .string)
        add(catalog.intern("metadata.version"), schema.version, .string)
        add(.productName, file.title, .string)
        add(.productVendor, file.vendor, .string)
        for profile in target.class.profiles { add(catalog.intern("metadata.profiles"), profile, .string, inArray: true) }
        return fixed
    }

    // MARK: Ops

    private mutating func fieldOp(_ field: Resolved) -> CompiledMapping.FieldOp? {
        let path = field.rule.path
        guard let form = form(field.last, path) else { return nil }
        let lists = field.attributes.indices.dropLast().filter { field.attributes[$0].isList }
        guard lists.count <= 1 else {
            log.error(at: path.location, "\"\(path.value)\" is a list within a list; use each, or leave it to unmapped")
            return nil
        }
        let names = field.names.map { ElementLabel.without($0) }
        let mark = lists.first.map { catalog.intern(names[...$0].joined(separator: ".")) } ?? .overflow
        let element = lists.first.map { elements.number(field.names[$0]) } ?? 0
        let steps: Range<Int32>
        switch field.rule.source {
        case .values(let expressions):
            for expression in expressions { checkEnumeration(expression, field.last) }
            steps = addSteps(expressions, form: form, isList: field.last.isList)
        case .lookup(let lookup):
            for result in lookup.words.map(\.result) + [lookup.otherwise].compactMap({ $0 }) {
                checkConstant(result, field.last)
            }
            steps = addSteps(lookup)
        case .each:
            return nil
        }
        return CompiledMapping.FieldOp(
            id: catalog.intern(names.joined(separator: ".")), form: form, isList: field.last.isList, steps: steps,
            plainSlot: plainSlot(steps), mark: mark, element: element)
    }

    private func plainSlot(_ steps: Range<Int32>) -> Int32 {
        guard let first = steps.first, case .slot(let slot) = self.steps[Int(first)] else { return -1 }
        return slot
    }

    private func form(_ attribute: SchemaAttribute, _ path: MappingFile.Located<String>) -> CompiledMapping.Form? {
        switch attribute.type {
        case .string: return .string
        case .email: return .email
        case .ip: return .ip
        case .integer: return .integer
        case .port: return .port
        case .float: return .float
        case .boolean: return .boolean
        case .timestamp: return .timestamp
        case .object(let name):
            let members = schema.object(name).attributes.keys.sorted()
            log.error(at: path.location, "\"\(path.value)\" is an object: set \(members.prefix(6).joined(separator: ", ")), …")
            return nil
        case .unsupported(let type):
            log.error(at: path.location, "\"\(path.value)\" has the type \(type)_t, which mapping files cannot set")
            return nil
        }
    }

    /// An enumeration takes constants only: a vendor's number means something else.
    private func checkEnumeration(_ expression: ValueExpression, _ attribute: SchemaAttribute) {
        switch expression.content {
        case .constant(let text), .call(.present, _, let text):
            checkConstant(MappingFile.Located(value: text, location: expression.location), attribute)
        case .path, .eventType, .call:
            if !attribute.values.isEmpty {
                log.error(
                    at: expression.location,
                    "\(attribute.name) is an enumeration: translate the vendor's words with from, values and default")
            }
        }
    }

    private func checkConstant(_ constant: MappingFile.Located<String>, _ attribute: SchemaAttribute) {
        var text = constant.value
        let flaw: String? =
            switch attribute.type {
            case .integer where !attribute.values.isEmpty:
                attribute.values.contains { String($0) == text } ? nil : "one of \(attribute.values)"
            case .integer, .port: Int(text) == nil ? "a whole number" : nil
            case .boolean: text == "true" || text == "false" ? nil : "true or false"
            case .email: text.withUTF8 { EmailText.isValid(UnsafeRawBufferPointer($0)) } ? nil : "an e-mail address"
            case .ip: IPAddress(text) == nil ? "an IP address" : nil
            case .float: Double(text) == nil ? "a number" : nil
            case .string, .timestamp, .object, .unsupported: nil
            }
        if let flaw { log.error(at: constant.location, "\(attribute.name) must be \(flaw), not \"\(text)\"") }
    }

    private mutating func eachOp(
        _ field: Resolved, _ list: String, _ members: [(name: String, place: SourceLocation, sources: [ValueExpression])]
    ) -> EachOp? {
        let path = field.rule.path
        guard field.last.isList, case .object(let name) = field.last.type, let vendor = VendorPath(list) else {
            log.error(at: path.location, "\"\(path.value)\" is no list of objects, which each makes")
            return nil
        }
        let object = schema.object(name)
        var made: [(id: FieldID, form: CompiledMapping.Form, sources: [FieldID])] = []
        var anyOf: UInt64 = 0
        for member in members {
            guard let attribute = object.attributes[member.name] else {
                unknownField(
                    MappingFile.Located(value: member.name, location: member.place), candidates: object.attributes.keys.sorted(),
                    in: name)
                continue
            }
            guard let form = form(attribute, MappingFile.Located(value: member.name, location: member.place)) else { continue }
            var sources: [FieldID] = []
            for source in member.sources {
                guard case .path(let path) = source.content, path.selector == nil, attribute.values.isEmpty else {
                    log.error(at: source.location, "within each, a value is a path in the element")
                    continue
                }
                sources.append(catalog.intern(list + "." + path.path))
            }
            if object.anyOf.contains(member.name) { anyOf |= 1 << UInt64(made.count) }
            made.append((catalog.intern(path.value + "." + member.name), form, sources))
        }
        if !object.anyOf.isEmpty && anyOf == 0 {
            log.error(at: path.location, "each object of \"\(path.value)\" needs one of \(object.anyOf.joined(separator: ", "))")
        }
        return EachOp(
            slot: slots.slot(vendor), list: catalog.intern(list), mark: catalog.intern(path.value), members: made, anyOf: anyOf)
    }
}
