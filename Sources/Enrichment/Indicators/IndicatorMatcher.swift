import EventModel

// Hot path.

/// Compares the values of one event with all indicators. Scratch of one lane.
struct IndicatorMatcher {
    /// An indicator that a value is.
    struct Hit {
        var list: Int
        /// In the list's table.
        var entry: Int32
        /// The field with the value.
        var field: Field
    }

    /// Found in one event; more are left out.
    static let maximumHits = 64

    private(set) var hits: [Hit] = []
    private let set: IndicatorSet
    private let form = Arena(capacity: NormalForm.maximumURL + 64)
    private let host = Arena(capacity: NormalForm.maximumURL + 64)
    private var time = Timestamp(microseconds: 0)
    private var field = Field(id: .overflow, offset: 0, length: 0, kind: .null)

    init(_ set: IndicatorSet) {
        self.set = set
        hits.reserveCapacity(Self.maximumHits)
    }

    /// Begins with an event of a time.
    mutating func begin(_ time: Timestamp) {
        if !hits.isEmpty { hits.removeAll(keepingCapacity: true) }
        self.time = time
    }

    /// Compares a value.
    mutating func compare(_ field: Field, _ type: ObservableType, _ bytes: UnsafeRawBufferPointer) {
        self.field = field
        switch type {
        case .ip: address(bytes)
        case .hostname: hostname(bytes)
        case .email: email(bytes)
        case .url: url(bytes)
        case .hash: hash(bytes)
        case .name:
            if NormalForm.scheme(bytes) != nil {
                url(bytes)
            } else if bytes.count <= NormalForm.maximumEmail, bytes.contains(UInt8(ascii: "@")) {
                email(bytes)
            } else {
                hash(bytes)
            }
        }
    }

    @discardableResult
    private mutating func address(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard set.has(IndicatorKind.network), let address = IPAddress(bytes) else { return false }
        set.prefixes.forEachKey(of: address) { key in
            look(IndicatorKind.network, key, hash: KeyHash.of(IndicatorKind.network, key), isWhole: true)
            return true
        }
        return true
    }

    private mutating func hostname(_ bytes: UnsafeRawBufferPointer) {
        if let last = bytes.last, last &- 0x30 < 10 || bytes.contains(UInt8(ascii: ":")) {
            // No domain of the highest level ends in a digit.
            address(bytes)
        } else if set.has(IndicatorKind.domain), NormalForm.domain(bytes, host) {
            domains(host.slice(0, host.count))
        }
    }

    /// A host name and every domain above it, of which the hashes come from one pass.
    private mutating func domains(_ name: UnsafeRawBufferPointer) {
        var hash = KeyHash(IndicatorKind.domain)
        var index = name.count
        while index > 0 {
            index &-= 1
            if name[index] == UInt8(ascii: ".") {
                let domain = UnsafeRawBufferPointer(rebasing: name[(index + 1)...])
                look(IndicatorKind.domain, domain, hash: hash.value, isWhole: false)
            }
            hash.add(name[index])
        }
        look(IndicatorKind.domain, name, hash: hash.value, isWhole: true)
    }

    private mutating func email(_ bytes: UnsafeRawBufferPointer) {
        guard set.has(IndicatorKind.email) || set.has(IndicatorKind.domain), NormalForm.email(bytes, form) else { return }
        let text = form.slice(0, form.count)
        if set.has(IndicatorKind.email) {
            look(IndicatorKind.email, text, hash: KeyHash.of(IndicatorKind.email, text), isWhole: true)
        }
        if let at = text.lastIndex(of: UInt8(ascii: "@")) { hostname(UnsafeRawBufferPointer(rebasing: text[(at + 1)...])) }
    }

    private mutating func url(_ bytes: UnsafeRawBufferPointer) {
        let kinds: UInt8 = 1 &<< IndicatorKind.url | 1 &<< IndicatorKind.domain | 1 &<< IndicatorKind.network
        guard set.kinds & kinds != 0, var range = NormalForm.url(bytes, form) else { return }
        let text = form.slice(0, form.count)
        if set.has(IndicatorKind.url) { look(IndicatorKind.url, text, hash: KeyHash.of(IndicatorKind.url, text), isWhole: true) }
        if text[range.lowerBound] == UInt8(ascii: "[") { range = (range.lowerBound + 1)..<(range.upperBound - 1) }
        hostname(UnsafeRawBufferPointer(rebasing: text[range]))
    }

    private mutating func hash(_ bytes: UnsafeRawBufferPointer) {
        guard set.has(IndicatorKind.hash), NormalForm.hash(bytes, form) else { return }
        let text = form.slice(0, form.count)
        look(IndicatorKind.hash, text, hash: KeyHash.of(IndicatorKind.hash, text), isWhole: true)
    }

    @inline(__always)
    private mutating func look(_ kind: UInt8, _ key: UnsafeRawBufferPointer, hash: UInt64, isWhole: Bool) {
        if set.filter.mayContain(hash) { search(kind, key, hash, isWhole) }
    }

    @inline(never)
    private mutating func search(_ kind: UInt8, _ key: UnsafeRawBufferPointer, _ hash: UInt64, _ isWhole: Bool) {
        for (number, list) in set.lists.enumerated() where isWhole || list.includesSubdomains {
            var entry = list.table.find(kind, key, hash: hash)
            while entry >= 0, hits.count < Self.maximumHits {
                let payload = list.table.payload(entry)
                let detail = payload & IndicatorList.isTerm == 0
                    ? payload : list.conjunctions[Int(list.terms[Int(payload & ~IndicatorList.isTerm)].conjunction)].detail
                if list.details.isValid(detail, at: time), !isKnown(number, entry) {
                    hits.append(Hit(list: number, entry: entry, field: field))
                }
                entry = list.table.next(entry)
            }
        }
    }

    /// Whether a field of the same name, in a list of values, was found to be the same.
    private func isKnown(_ list: Int, _ entry: Int32) -> Bool {
        hits.contains { $0.list == list && $0.entry == entry && $0.field.id == field.id }
    }

    // MARK: What was found

    /// An indicator that holds for the event.
    struct Match {
        var hit: Hit
        var list: IndicatorList
        /// 0 for none.
        var detail: UInt32
    }

    /// The indicators that hold: those of one comparison, and those of several of which all do.
    func matches() -> [Match] {
        var matches: [Match] = []
        var parts: [(list: Int, conjunction: UInt32, bits: UInt16)] = []
        for hit in hits {
            let list = set.lists[hit.list]
            let payload = list.table.payload(hit.entry)
            guard payload & IndicatorList.isTerm != 0 else {
                matches.append(Match(hit: hit, list: list, detail: payload))
                continue
            }
            let term = list.terms[Int(payload & ~IndicatorList.isTerm)]
            let place: Int
            if let known = parts.firstIndex(where: { $0.list == hit.list && $0.conjunction == term.conjunction }) {
                place = known
            } else {
                place = parts.count
                parts.append((hit.list, term.conjunction, 0))
            }
            let conjunction = list.conjunctions[Int(term.conjunction)]
            if parts[place].bits == conjunction.all { continue }
            parts[place].bits |= term.bit
            if parts[place].bits == conjunction.all { matches.append(Match(hit: hit, list: list, detail: conjunction.detail)) }
        }
        return matches
    }
}
