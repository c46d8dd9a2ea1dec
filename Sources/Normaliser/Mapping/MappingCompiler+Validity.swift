import EventModel
import LocatedYAML

/// What makes every event of a plan valid, whatever its record lacks.
extension MappingCompiler {
    /// Who acted and from where are asked of most classes; a record that does not say gets the product itself.
    func addFallbacks(
        _ eventClass: EventClass, _ plan: inout PlanDraft, _ paths: inout [[SchemaAttribute]]
    ) {
        let required = schema.attributes(of: eventClass).required
        for (object, member) in [("actor", "app_name"), ("src_endpoint", "name")] where required.contains(object) {
            guard let attributes = schema.resolve("\(object).\(member)", in: eventClass).steps else { continue }
            let id = catalog.intern("\(object).\(member)")
            let op: Int
            if let existing = plan.ops.firstIndex(where: { $0.id == id }) {
                op = existing
            } else {
                op = plan.ops.count
                plan.ops.append(
                    CompiledMapping.FieldOp(id: id, form: .string, isList: false, steps: 0..<0, plainSlot: -1, mark: .overflow))
                plan.origin.ops.append(MappingPlace("\(object).\(member)", at: file.name.location))
                paths.append(attributes)
            }
            plan.fallbacks.append(
                CompiledMapping.Fallback(members: members(of: [object], paths), op: op, constant: productConstant))
        }
    }

    /// For each object: what it needs, so that it is left out when it would not be valid.
    func addConstraints(_ plan: inout PlanDraft, _ paths: [[SchemaAttribute]]) {
        var objects: [String: (names: [String], type: String)] = [:]
        for path in paths {
            for depth in 1..<max(1, path.count) {
                let names = path[..<depth].map(\.name)
                guard case .object(let type) = path[depth - 1].type else { continue }
                objects[names.joined(separator: ".")] = (names, type)
            }
        }
        for (_, object) in objects.sorted(by: { ($1.value.names.count, $0.key) < ($0.value.names.count, $1.key) }) {
            let definition = schema.object(object.type)
            var needs = definition.required.map { (members(of: object.names + [$0], paths), [$0]) }
            if !definition.anyOf.isEmpty {
                needs.append((definition.anyOf.reduce(0) { $0 | members(of: object.names + [$1], paths) }, definition.anyOf))
            }
            // The normaliser itself fills these of the metadata.
            if object.names == ["metadata"] { needs = [] }
            for (need, names) in needs {
                plan.constraints.append(CompiledMapping.Constraint(members: members(of: object.names, paths), need: need))
                plan.origin.constraints.append((object.names.joined(separator: "."), names))
            }
        }
    }

    /// What the class needs; an event that lacks it becomes one of the default class.
    func addNeeds(
        _ eventClass: EventClass, _ plan: inout PlanDraft, _ paths: [[SchemaAttribute]],
        at location: SourceLocation
    ) {
        let filled: Set = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"]
        let attributes = schema.attributes(of: eventClass)
        for name in attributes.required where !filled.contains(name) {
            let mask = members(of: [name], paths)
            if mask == 0 { log.error(at: location, "\(eventClass.name) needs \"\(name)\", and no field sets it") }
            plan.needs.append(mask)
            plan.origin.needs.append([name])
        }
        guard !attributes.anyOf.isEmpty else { return }
        let mask = attributes.anyOf.reduce(0) { $0 | members(of: [$1], paths) }
        if mask == 0 {
            let names = attributes.anyOf.joined(separator: ", ")
            log.error(at: location, "\(eventClass.name) needs one of \(names), and no field sets it")
        }
        plan.needs.append(mask)
        plan.origin.needs.append(attributes.anyOf)
    }

    func addIdentity(_ plan: inout PlanDraft, _ paths: [[SchemaAttribute]]) {
        func op(_ path: String) -> Int32 {
            let id = catalog.intern(path)
            return plan.ops.firstIndex { $0.id == id }.map(Int32.init) ?? -1
        }
        plan.identity = CompiledMapping.Identity(
            actorEmail: op("actor.user.email_addr"), actorUID: op("actor.user.uid"), actorName: op("actor.user.name"),
            userEmail: op("user.email_addr"), userUID: op("user.uid"), userName: op("user.name"))
        plan.tenant = op("metadata.tenant_uid")
    }

    /// The ops at or below a path, as bits.
    private func members(of names: [String], _ paths: [[SchemaAttribute]]) -> UInt128 {
        var mask: UInt128 = 0
        for (index, path) in paths.enumerated() where path.count >= names.count && index < Self.maximumOps {
            let isMember = zip(path, names).allSatisfy { $0.name == $1 || ElementLabel.without($0.name) == $1 }
            if isMember { mask |= 1 << UInt128(index) }
        }
        return mask
    }
}
