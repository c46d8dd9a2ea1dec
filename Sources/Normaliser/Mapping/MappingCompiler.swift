import EventModel
import LocatedYAML

/// Turns a mapping file into tables, and checks all that it says about OCSF against the schema.
struct MappingCompiler {
    let file: MappingFile
    let schema: OCSFSchema
    let catalog: FieldCatalog
    let log: DiagnosticLog
    var slots: SlotAllocator
    var constants = ConstantPool()
    var steps: [CompiledMapping.Step] = []
    var tables: [ByteTable] = []
    /// By class.
    var commonFields: [UInt32: [String: Resolved]] = [:]
    /// Numbers the objects of lists, by name and label.
    var elements = ConstantPool()
    let productConstant: Int32
    var origins: MappingOrigins
    /// More OCSF fields than bits to note which are there cannot be.
    static let maximumOps = 128
    static let statusWords = [
        ("unknown", 0, "Unknown"), ("success", 1, "Success"), ("failure", 2, "Failure"), ("other", 99, "Other"),
    ]
    /// The place of `failure` in `statusWords`.
    static let failure = 2
    static let severityWords = [
        ("unknown", 0, "Unknown"), ("informational", 1, "Informational"), ("low", 2, "Low"), ("medium", 3, "Medium"),
        ("high", 4, "High"), ("critical", 5, "Critical"), ("fatal", 6, "Fatal"), ("other", 99, "Other"),
    ]

    init(file: MappingFile, schema: OCSFSchema, catalog: FieldCatalog, log: DiagnosticLog) {
        var file = file
        for index in file.classes.indices {
            file.classes[index].name.value = OCSFVersions.name(of: file.classes[index].name.value, from: file.version.value)
        }
        self.file = file
        self.schema = schema
        self.catalog = catalog
        self.log = log
        slots = SlotAllocator(catalog: catalog)
        productConstant = constants.number(file.title)
        origins = MappingOrigins(
            product: MappingPlace(file.title, at: file.name.location),
            version: MappingPlace(file.version.value, at: file.version.location), detect: file.detect.map(\.place))
    }

    /// The tables; meaningless if errors were logged.
    mutating func compile() -> CompiledMapping {
        let eventType = addSteps(file.eventType, form: .string)
        let scope = addSteps(file.eventScope, form: .string)
        let time = addSteps(file.time, form: .timestamp)
        let id = file.id.map { addSteps($0, form: .string) }
        let status = wordRule(file.status, Self.statusWords)
        let severity = wordRule(file.severity, Self.severityWords)
        origins.status = Self.origins(file.status)
        origins.severity = Self.origins(file.severity)

        var plans: [EventPlan] = []
        var types: [(type: String, plan: Int)] = []
        var seen: [String: SourceLocation] = [:]
        var used: Set<String> = []
        for rule in file.events {
            guard let target = target(rule.target) else { continue }
            used.insert(target.class.name)
            for type in rule.types {
                if let first = seen[type.value] {
                    log.error(at: type.location, "\"\(type.value)\" already has a class, in line \(first.line)")
                }
                seen[type.value] = type.location
                types.append((type.value, plans.count))
            }
            let origin = MappingOrigins.Plan(
                target: MappingPlace(target.text, at: rule.target.location),
                types: rule.types.map { MappingPlace($0.value, at: $0.location) }, status: rule.status?.location,
                severity: rule.severity?.location)
            plans.append(
                plan(
                    target, rule.fields, origin, status: word(rule.status, Self.statusWords),
                    severity: word(rule.severity, Self.severityWords)))
        }
        let defaultPlan = plans.count
        if let target = target(file.otherwise) {
            used.insert(target.class.name)
            let origin = MappingOrigins.Plan(target: MappingPlace(target.text, at: file.otherwise.location), types: [])
            plans.append(plan(target, [], origin, status: -1, severity: -1))
        }
        checkCommonFields(used)
        checkClasses(used)
        let accounts = file.accounts.map { account($0) }
        // All constants are numbered before their texts are taken.
        let statuses = words(Self.statusWords)
        let severities = words(Self.severityWords)
        let (codes, slotTables) = slots.tables()
        return CompiledMapping(
            name: file.name.value, codes: codes, slots: slotTables, steps: steps, constants: constants.texts, tables: tables,
            plans: plans, types: EventTypes(types), defaultPlan: defaultPlan, time: time, zone: zone(file.timeZone), id: id,
            eventType: eventType, eventScope: scope, statuses: statuses, severities: severities, status: status,
            severity: severity, explode: file.explode.map { catalog.intern($0.value) } ?? .overflow,
            envelopes: file.envelopes.map { Envelope(path: $0) },
            text: file.text.map { TextRules($0, catalog: catalog) }, origins: origins, accounts: accounts,
            namesGuests: file.namesGuests)
    }

    private mutating func account(_ rule: MappingFile.AccountRule) -> CompiledMapping.Account {
        let paths = (rule.id + rule.login + rule.email).compactMap { expression -> String? in
            guard case .path(let path) = expression.content else { return nil }
            return path.path
        }
        // Whatever stands above a name may be a list.
        var lists: Set<String> = []
        for path in paths {
            var rest = path[...]
            while let dot = rest.lastIndex(of: ".") {
                rest = rest[..<dot]
                lists.insert(String(rest))
            }
        }
        return CompiledMapping.Account(
            role: rule.role, id: addSteps(rule.id, form: .string), login: addSteps(rule.login, form: .string),
            email: addSteps(rule.email, form: .string), unless: addSteps(rule.unless, form: .string),
            lists: FrozenBuffer(lists.sorted().map { catalog.intern($0) }))
    }

    // MARK: Classes

    struct Target {
        var `class`: EventClass
        var activity: EventClass.Activity

        /// As a mapping file writes it.
        var text: String { "\(`class`.name)/\(activity.name)" }
    }

    /// `class/activity`
    private func target(_ text: MappingFile.Located<String>) -> Target? {
        let name = OCSFVersions.name(of: text.value, from: file.version.value)
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let known = EventClass.all.map(\.name)
        guard let eventClass = EventClass.named(parts[0]) else {
            log.error(at: text.location, "unknown OCSF class \"\(parts[0])\"\(Suggestion.hint(for: parts[0], among: known))")
            return nil
        }
        let activities = eventClass.activities.map(\.name)
        guard parts.count == 2, let activity = eventClass.activity(named: parts[1]) else {
            let hint = parts.count == 2 ? Suggestion.hint(for: parts[1], among: activities) : ""
            let listed = hint.isEmpty ? "; it has \(activities.joined(separator: ", "))" : hint
            log.error(at: text.location, "write class/activity with an activity of \(eventClass.name)\(listed)")
            return nil
        }
        return Target(class: eventClass, activity: activity)
    }

    private func checkCommonFields(_ used: Set<String>) {
        let classes = EventClass.all.filter { used.contains($0.name) }
        for rule in file.fields {
            var candidates: Set<String> = []
            let isKnown = classes.contains { eventClass in
                let found = resolve(rule.path.value, in: eventClass)
                candidates.formUnion(found.candidates)
                return found.steps != nil
            }
            if !isKnown { unknownField(rule.path, candidates: candidates.sorted(), in: "the classes used here") }
        }
    }

    private func checkClasses(_ used: Set<String>) {
        for entry in file.classes where !used.contains(entry.name.value) {
            let hint = Suggestion.hint(for: entry.name.value, among: used.sorted())
            log.error(at: entry.name.location, "no event type has the class \"\(entry.name.value)\"\(hint)")
        }
    }

    /// The schema's attributes along a path; those with a label (`resources[repo]`) keep it in their name.
    func resolve(_ path: String, in eventClass: EventClass) -> (steps: [SchemaAttribute]?, candidates: [String]) {
        let names = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let plain = names.map { ElementLabel.without($0) }.joined(separator: ".")
        var found = schema.resolve(plain, in: eventClass)
        for index in found.steps?.indices ?? 0..<0 where names[index] != found.steps?[index].name {
            if found.steps?[index].isList == false { return (nil, found.candidates) }
            found.steps?[index].name = names[index]
        }
        return found
    }

    func unknownField(_ path: MappingFile.Located<String>, candidates: [String], in place: String) {
        let hint = Suggestion.hint(for: path.value, among: candidates)
        log.error(at: path.location, "\"\(path.value)\" is no attribute of \(place) in OCSF \(schema.version)\(hint)")
    }

    // MARK: Words

    private mutating func words(_ list: [(String, Int, String)]) -> [CompiledMapping.Word] {
        list.map { CompiledMapping.Word(number: constants.number(String($0.1)), caption: constants.number($0.2)) }
    }

    private func word(_ text: MappingFile.Located<String>?, _ list: [(String, Int, String)]) -> Int32 {
        guard let text else { return -1 }
        guard let index = list.firstIndex(where: { $0.0 == text.value }) else {
            let hint = Suggestion.hint(for: text.value, among: list.map(\.0))
            let known = hint.isEmpty ? "; it is one of \(list.map(\.0).joined(separator: ", "))" : hint
            log.error(at: text.location, "unknown word \"\(text.value)\"\(known)")
            return -1
        }
        return Int32(index)
    }

    private mutating func wordRule(
        _ lookup: MappingFile.Lookup?, _ list: [(String, Int, String)]
    ) -> CompiledMapping.WordRule {
        guard let lookup else { return CompiledMapping.WordRule() }
        var rule = CompiledMapping.WordRule()
        for expression in lookup.from {
            guard case .path(let path) = expression.content else {
                log.error(at: expression.location, "status and severity follow from a path")
                continue
            }
            rule.slots.append(slots.slot(path))
        }
        for any in lookup.words where any.word == "*" {
            if rule.anyOther >= 0 { log.error(at: any.result.location, "\"*\" already has a word: it is every value not listed") }
            rule.anyOther = word(any.result, list)
        }
        let listed = lookup.words.filter { $0.word != "*" }
        rule.table = ByteTable(listed.map { ($0.word, Int(max(0, word($0.result, list)))) })
        rule.otherwise = word(lookup.otherwise, list)
        return rule
    }

    private static func origins(_ lookup: MappingFile.Lookup?) -> MappingOrigins.Words {
        guard let lookup else { return MappingOrigins.Words() }
        let paths = lookup.from.filter { if case .path = $0.content { true } else { false } }
        return MappingOrigins.Words(
            paths: paths.map { MappingPlace($0.text, at: $0.location) }, words: lookup.places,
            anyOther: lookup.words.first { $0.word == "*" }?.result.location, otherwise: lookup.otherwise?.location)
    }

    private func zone(_ text: MappingFile.Located<String>?) -> ZoneOffsets {
        guard let text else { return .utc }
        if let zone = PosixZone.zone(text.value) { return zone }
        log.error(at: text.location, "\"\(text.value)\" is no time zone: write it as in POSIX, EST5EDT,M3.2.0,M11.1.0")
        return .utc
    }

    // MARK: Steps

    /// The steps of a chain of expressions.
    mutating func addSteps(_ expressions: [ValueExpression], form: CompiledMapping.Form, isList: Bool = false) -> Range<Int32> {
        let start = Int32(steps.count)
        for expression in expressions {
            origins.steps.append(MappingPlace(expression.text, at: expression.location))
            switch expression.content {
            case .constant(let text):
                if form == .timestamp { log.error(at: expression.location, "a time cannot be a constant") }
                steps.append(.constant(constants.number(text)))
            case .path(let path): steps.append(.slot(slots.slot(path)))
            case .eventType: steps.append(.eventType)
            case .call(let function, let path, let argument):
                if function.isList && !isList {
                    log.error(at: expression.location, "\(function.rawValue)() gives a list; the attribute is none")
                }
                let slot = slots.slot(path)
                let separator = argument.utf8.first ?? 0
                switch function {
                case .last: steps.append(.last(slot, separator))
                case .unless: steps.append(.unless(slot, constant: constants.number(argument)))
                case .before: steps.append(.before(slot, separator))
                case .after: steps.append(.after(slot, marker: constants.number(argument)))
                case .email: steps.append(.email(slot))
                case .lower: steps.append(.lower(slot))
                case .decoded: steps.append(.decoded(slot))
                case .split: steps.append(.split(slot, separator))
                case .pair: steps.append(.pair(slot, key: constants.number(argument)))
                case .segment: steps.append(.segment(slot, name: constants.number(argument)))
                case .words: steps.append(.words(slot, VendorPath(argument).map { slots.slot($0) } ?? slot))
                case .present: steps.append(.present(slot, constant: constants.number(argument)))
                }
            }
        }
        return start..<Int32(steps.count)
    }

    /// The steps of a translation, with its default at the end.
    mutating func addSteps(_ lookup: MappingFile.Lookup) -> Range<Int32> {
        let start = Int32(steps.count)
        let table = Int32(tables.count)
        tables.append(ByteTable(lookup.words.map { ($0.word, Int(constants.number($0.result.value))) }))
        origins.tables.append(lookup.places)
        for expression in lookup.from {
            guard case .path(let path) = expression.content else {
                log.error(at: expression.location, "a translation takes a path")
                continue
            }
            steps.append(.lookup(slots.slot(path), table: table))
            origins.steps.append(MappingPlace(expression.text, at: expression.location))
        }
        if let otherwise = lookup.otherwise {
            steps.append(.constant(constants.number(otherwise.value)))
            origins.steps.append(MappingPlace("default", at: otherwise.location))
        }
        return start..<Int32(steps.count)
    }
}
