import EventModel

// Hot path. Unsafe: the bytes of fields are read before anything is appended to the builder.

/// Reads the accounts that an event names, teaches which names belong together, and says whose a name without an address is.
/// Scratch of one lane.
///
/// Nearly every event says what is known. What was asked in this hour of event time is remembered as a hash, under a key of the
/// lane's own, so that the shared table is asked for what is new alone.
final class AliasLearner {
    /// Slots of what was taught lately, two of which may hold one lesson; of answers lately given.
    private static let taughtSlots = 65_536
    private static let answerSlots = 1_024

    private struct Answer {
        var hash: UInt64 = 0
        var version: UInt64 = .max
        var name: [UInt8]?
    }

    private let shared: LearnedIdentities
    private let resolver: IdentityResolver
    /// Names of sources whose events teach; nil: all do.
    private let teachers: Set<String>?
    private let key = UInt64.random(in: .min ... .max)
    private var taught = [UInt64](repeating: 0, count: taughtSlots)
    /// The batch in which it was taught; 0 for what the table knows.
    private var taughtBatch = [UInt32](repeating: 0, count: taughtSlots)
    private var answers = [Answer](repeating: Answer(), count: answerSlots)
    private var forgotten: UInt64 = 0
    private var batch: UInt32 = 0
    private var teaches = true
    private let scratch = Arena(capacity: 2_048)

    init(_ shared: LearnedIdentities, resolver: IdentityResolver, teachers: Set<String>?) {
        self.shared = shared
        self.resolver = resolver
        self.teachers = teachers
    }

    /// A batch begins.
    func begin(_ source: Source) {
        batch = batch == .max ? 1 : batch + 1
        teaches = teachers?.contains(source.name) ?? true
        let now = shared.currentForgetting
        if now != forgotten {
            forgotten = now
            for slot in taught.indices { taught[slot] = 0 }
        }
    }

    // MARK: Teaching

    /// Learns from the accounts of an event.
    func learn(_ mapping: CompiledMapping, _ reader: ValueReader, tenant: Field?, _ builder: EventBuilder, time: Timestamp) {
        guard teaches else { return }
        let time = min(time, builder.receivedAt)
        let hour = LearnedIdentities.hour(time)
        var last: (id: Int32, login: Int32) = (-1, -1)
        for index in 0..<mapping.accounts.count {
            let account = mapping.accounts[index]
            let id = value(account.id, reader)
            var login = value(account.login, reader)
            let email = value(account.email, reader)
            // A login that is the address says nothing more; and what an entry before has taught is no news.
            let places = (id: id?.place ?? -1, login: login?.place ?? -1)
            if email == nil, places.id >= 0, places == last { continue }
            if places.login >= 0, places.login == email?.place { login = nil }
            guard (id == nil ? 0 : 1) + (login == nil ? 0 : 1) + (email == nil ? 0 : 1) >= 2 else { continue }
            if value(account.unless, reader) != nil { continue }
            last = places
            var hash = LaneHash(key)
            hash.add(mapping.namePrefix)
            hash.add(UInt64(hour))
            hash.add(tenant.map(reader.bytes))
            hash.add(id.map { reader.bytes($0.field) })
            hash.add(login.map { reader.bytes($0.field) })
            hash.add(email.map { reader.bytes($0.field) })
            let bits = hash.finish()
            let slot = Int(truncatingIfNeeded: bits) & (Self.taughtSlots - 1)
            if isTaught(bits, slot) || isTaught(bits, slot ^ 1) { continue }
            guard account.isOneElement([id?.place, login?.place, email?.place].compactMap { $0 }, reader.fields) else { continue }
            let isKnown = lowered(mapping, reader, tenant, id?.field, login?.field, email?.field) { names in
                teach(names, mapping, builder, hour, time)
            }
            // The later one stays longer.
            if taught[slot] != bits {
                taught[slot ^ 1] = taught[slot]
                taughtBatch[slot ^ 1] = taughtBatch[slot]
            }
            taught[slot] = bits
            taughtBatch[slot] = isKnown ? 0 : batch
        }
    }

    @inline(__always)
    private func isTaught(_ bits: UInt64, _ slot: Int) -> Bool {
        taught[slot] == bits && (taughtBatch[slot] == 0 || taughtBatch[slot] == batch)
    }

    /// - Returns: whether there was nothing new.
    private func teach(
        _ names: AccountNames, _ mapping: CompiledMapping, _ builder: EventBuilder, _ hour: AliasTable.Hour, _ time: Timestamp
    ) -> Bool {
        var isKnown = true
        func note(_ kind: IdentityLesson.Kind, _ name: UnsafeRawBufferPointer, _ target: [UInt8]) {
            guard case .news(let replaced) = shared.learn(shared.key(names, kind, name), target, hour) else { return }
            isKnown = false
            let isScoped = kind != .id || !UnjoinedNames.isUniqueEverywhere(name)
            builder.append(
                IdentityLesson(
                    row: builder.rows.count, product: mapping.name, tenant: isScoped ? Self.text(names.tenant) : "", kind: kind,
                    name: Self.text(name), target: String(decoding: target, as: UTF8.self), time: time,
                    replaced: replaced.map { String(decoding: $0, as: UTF8.self) }))
        }
        let id = names.id.flatMap { mayLearn($0, names) ? $0 : nil }
        let login = names.login.flatMap { mayLearn($0, names) ? $0 : nil }
        if let email = names.email {
            if UnjoinedNames.isPersonal(email), resolver.mayTeach(target: email) {
                let address = Array(email)
                if let id { note(.id, id, address) }
                if let login { note(.login, login, address) }
            } else {
                // Nor may its names meet by the way of each other.
                return true
            }
        }
        if let id, let login, !id.elementsEqual(login) {
            let target = Array(names.prefix) + Array(id)
            if target.withUnsafeBytes({ resolver.mayTeach(target: $0) }) { note(.loginOfID, login, target) }
        }
        return isKnown
    }

    private func mayLearn(_ name: UnsafeRawBufferPointer, _ names: AccountNames) -> Bool {
        guard UnjoinedNames.isAccount(name), names.tenant.count <= UnjoinedNames.maximumBytes else { return false }
        return (Array(names.prefix) + Array(name)).withUnsafeBytes { resolver.mayLearn(name: $0) }
    }

    // MARK: Asking

    /// The name of the account that acted (or was acted on), which has no address in this event; nil if nothing was learned.
    func find(
        _ role: CompiledMapping.Account.Role, _ mapping: CompiledMapping, _ reader: ValueReader, tenant: Field?
    ) -> [UInt8]? {
        for index in 0..<mapping.accounts.count where mapping.accounts[index].role == role {
            let account = mapping.accounts[index]
            let id = value(account.id, reader)
            let login = value(account.login, reader)
            guard id != nil || login != nil, value(account.unless, reader) == nil else { continue }
            var hash = LaneHash(key)
            hash.add(mapping.namePrefix)
            hash.add(tenant.map(reader.bytes))
            hash.add(id.map { reader.bytes($0.field) })
            hash.add(login.map { reader.bytes($0.field) })
            let bits = hash.finish()
            let slot = Int(truncatingIfNeeded: bits) & (Self.answerSlots - 1)
            let version = shared.currentVersion
            if answers[slot].hash != bits || answers[slot].version != version {
                let name = lowered(mapping, reader, tenant, id?.field, login?.field, nil) { shared.find($0) }
                answers[slot] = Answer(hash: bits, version: version, name: name)
            }
            if let name = answers[slot].name { return name }
        }
        return nil
    }

    // MARK: Values

    @inline(__always)
    private func value(_ steps: Range<Int32>, _ reader: ValueReader) -> (field: Field, place: Int32)? {
        guard !steps.isEmpty, let found = reader.value(steps, .string, .overflow) else { return nil }
        return (found.field, found.source)
    }

    /// The names of an account in the form in which they are compared.
    private func lowered<Result>(
        _ mapping: CompiledMapping, _ reader: ValueReader, _ tenant: Field?, _ id: Field?, _ login: Field?, _ email: Field?,
        _ body: (AccountNames) -> Result
    ) -> Result {
        scratch.setCount(0)
        // What was appended must not move.
        scratch.reserve([id, login, email].reduce(64) { $0 + ($1?.length ?? 0) } + IdentityForms.reserve)
        func text(_ field: Field?) -> UnsafeRawBufferPointer? {
            guard let field else { return nil }
            let start = scratch.count
            LowerText.append(reader.bytes(field), to: scratch)
            return scratch.slice(start, scratch.count - start)
        }
        var names = AccountNames(
            prefix: UnsafeRawBufferPointer(start: nil, count: 0), tenant: UnsafeRawBufferPointer(start: nil, count: 0))
        names.id = text(id)
        names.login = text(login)
        if let written = text(email), EmailText.isValid(written) {
            let start = scratch.count - written.count
            resolver.forms.normalise(scratch, from: start, isGuestKnown: mapping.namesGuests)
            names.email = scratch.slice(start, scratch.count - start)
        }
        // A login that is the address says nothing more.
        if let login = names.login, let written = email.map(reader.bytes), login.count == written.count,
            zip(login, written).allSatisfy({ $0 == ($1 &- 0x41 < 26 ? $1 | 0x20 : $1) }) {
            names.login = nil
        }
        if let tenant { names.tenant = reader.bytes(tenant) }
        return mapping.namePrefix.withUnsafeBytes {
            names.prefix = $0
            return body(names)
        }
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }
}
