import EventModel
import LocatedYAML

/// Walks the fields of an event that a mapping has made, in the order in which the mapper writes them, and says of each what it
/// was made of.
struct FieldOrigins {
    private typealias Origin = (text: String, location: SourceLocation?)

    private let mapping: CompiledMapping
    private let plan: EventPlan
    private let trace: MappingTrace
    private let event: Event
    private let catalog: FieldCatalog
    private let list: UnsafeBufferPointer<EventModel.Field>
    private var next = 0
    /// How many elements of each list were begun.
    private var elements: [FieldID: Int] = [:]
    /// How many scalars of each list were met.
    private var scalars: [String: Int] = [:]
    private var found: [MappingExplanation.Field] = []

    init(_ mapping: CompiledMapping, _ plan: EventPlan, _ trace: MappingTrace, _ event: Event, catalog: FieldCatalog) {
        self.mapping = mapping
        self.plan = plan
        self.trace = trace
        self.event = event
        self.catalog = catalog
        list = event.ocsfFields
    }

    /// The values of the event, in their order.
    mutating func fields() -> [MappingExplanation.Field] {
        common()
        for (op, step) in trace.taken { value(op, step) }
        for place in plan.each.indices { each(place) }
        while next < list.count { take(("the record's syslog header", nil)) }
        return found
    }

    /// Takes the field at hand.
    private mutating func take(_ origin: Origin) {
        let field = list[next]
        next += 1
        if !field.isValue {
            elements[field.id, default: 0] += 1
            return
        }
        if field.id == .identity { return }
        found.append(
            MappingExplanation.Field(
                path: path(field), text: String(decoding: event.batch.bytes(of: field), as: UTF8.self),
                isText: field.kind == .string, origin: origin.text, location: origin.location))
    }

    /// The field's path with the numbers of lists: `resources[0].name`.
    private mutating func path(_ field: EventModel.Field) -> String {
        var path = catalog.path(of: field.id)
        for (list, count) in elements {
            let prefix = catalog.path(of: list)
            if path.hasPrefix(prefix + ".") { path = "\(prefix)[\(count - 1)]" + path.dropFirst(prefix.utf8.count) }
        }
        guard field.inArray else { return path }
        scalars[path, default: 0] += 1
        return "\(path)[\((scalars[path] ?? 1) - 1)]"
    }

    // MARK: What every event has

    private mutating func common() {
        take(time)
        for _ in 0..<plan.fixed.count where next < list.count { take(fixed(list[next].id)) }
        for ids: Set<FieldID> in [[.severityID, .severity], [.statusID, .status]] {
            while next < list.count, ids.contains(list[next].id) {
                let isSeverity = ids.contains(.severity)
                take(
                    isSeverity
                        ? words(trace.severity, mapping.origins.severity, plan.origin.severity)
                        : words(trace.status, mapping.origins.status, plan.origin.status))
            }
        }
        while next < list.count {
            if list[next].id == .logProvider {
                take(("the source's name", nil))
            } else if catalog.path(of: list[next].id) == "metadata.logged_time" {
                take(("the time of receipt", nil))
            } else {
                return
            }
        }
    }

    private var time: Origin {
        guard let step = trace.timeStep else { return ("the record has no time: that of its envelope, or of receipt", nil) }
        return (mapping.origins.steps[step].text, mapping.origins.steps[step].location)
    }

    private func fixed(_ id: FieldID) -> Origin {
        switch id {
        case .productName, .productVendor: return ("product", mapping.origins.product.location)
        case .classUID, .className, .categoryUID, .categoryName, .activityID, .activityName, .typeUID, .typeName:
            return (plan.origin.target.text, plan.origin.target.location)
        default: break
        }
        if catalog.path(of: id) == "metadata.version" { return ("the version that is written", nil) }
        return ("what the class asks for", nil)
    }

    private func words(
        _ trace: MappingTrace.WordTrace?, _ origins: MappingOrigins.Words, _ own: SourceLocation?
    ) -> Origin {
        if let own { return ("the event type", own) }
        switch trace {
        case .word(let path, let text):
            let source = origins.paths.indices.contains(path) ? origins.paths[path].text : ""
            return ("\(source): \(text)", origins.words[text] ?? origins.anyOther)
        case .otherwise: return ("default", origins.otherwise)
        case nil: return ("the record does not say", nil)
        }
    }

    // MARK: What the mapping file says

    private mutating func value(_ number: Int, _ taken: Int) {
        let op = plan.ops[number]
        if next < list.count, !list[next].isValue, list[next].id == op.mark { take(("", nil)) }
        guard next < list.count, list[next].id == op.id else { return }
        let origin = origin(number, taken)
        take(origin)
        while op.isList, next < list.count, list[next].id == op.id, list[next].inArray { take(origin) }
    }

    private func origin(_ op: Int, _ taken: Int) -> Origin {
        guard taken >= 0 else {
            return ("the product, where the record names none", plan.origin.ops[op].location)
        }
        let place = mapping.origins.steps[taken]
        guard case .lookup(_, let table) = mapping.steps[taken], let text = trace.words[taken] else {
            return (place.text, place.location)
        }
        return ("\(place.text): \(text)", mapping.origins.tables[Int(table)][text] ?? place.location)
    }

    private mutating func each(_ place: Int) {
        let each = plan.each[place]
        let origin = plan.origin.each[place]
        if next < list.count, list[next].id == .identity { next += 1 }
        while next < list.count {
            let id = list[next].id
            if id == each.mark {
                take(("", nil))
            } else if let member = (0..<each.members.count).first(where: { each.members[$0].id == id }) {
                let source = origin.members.indices.contains(member) ? origin.members[member] : origin.list
                take((source.text, source.location))
            } else {
                return
            }
        }
    }
}
