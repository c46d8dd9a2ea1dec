public import EventModel
import Synchronization

/// What events have taught of the names of accounts, shared by all lanes.
///
/// A lane asks it only for what it has not asked lately (`AliasLearner`), so that one lock is enough. What is learned here counts
/// at once, and is stored with the event that taught it.
public final class LearnedIdentities: Sendable {
    /// Names that are remembered unless something else is configured.
    public static let standardCapacity = 1_000_000

    private let state: Mutex<AliasTable>
    private let version = Atomic<UInt64>(0)
    private let forgetting = Atomic<UInt64>(0)
    private let seed: (UInt64, UInt64)

    /// - Parameters:
    ///   - capacity: names that are remembered at most; those that were not seen for longest are forgotten first.
    ///   - seed: a secret of the store, so that nobody can make two names that pass for one.
    public init(capacity: Int = standardCapacity, seed: (UInt64, UInt64) = (0, 0)) {
        state = Mutex(AliasTable(capacity: capacity))
        self.seed = seed
    }

    /// Names that are known.
    public var count: Int { state.withLock { $0.count } }

    /// Changes whenever an answer may have changed.
    var currentVersion: UInt64 { version.load(ordering: .acquiring) }
    /// Changes whenever something was forgotten.
    var currentForgetting: UInt64 { forgetting.load(ordering: .acquiring) }

    // MARK: What the store knows

    /// Takes in what the store knows, at the start.
    public func load(_ aliases: [LearnedAlias]) {
        state.withLock { table in
            for alias in aliases {
                table.load(
                    key(alias.product, alias.tenant, alias.kind, alias.name), Array(alias.target.utf8),
                    first: Self.hour(alias.first.time), last: Self.hour(alias.last.time))
            }
        }
        version.wrappingAdd(1, ordering: .releasing)
    }

    /// Notes that lessons are stored.
    public func confirm(_ lessons: [IdentityLesson]) {
        state.withLock { table in
            for lesson in lessons {
                table.confirm(
                    key(lesson.product, lesson.tenant, lesson.kind, lesson.name), Array(lesson.target.utf8))
            }
        }
    }

    /// Forgets names that the store has forgotten.
    public func forget(_ aliases: [LearnedAlias]) {
        state.withLock { table in
            for alias in aliases { table.forget(key(alias.product, alias.tenant, alias.kind, alias.name)) }
        }
        version.wrappingAdd(1, ordering: .releasing)
        forgetting.wrappingAdd(1, ordering: .releasing)
    }

    // MARK: What lanes ask

    static func hour(_ time: Timestamp) -> AliasTable.Hour {
        AliasTable.Hour(clamping: max(0, time.microseconds) / 3_600_000_000)
    }

    func learn(_ key: AliasTable.Key, _ target: [UInt8], _ hour: AliasTable.Hour) -> AliasTable.Outcome {
        let outcome = state.withLock { $0.learn(key, target, hour) }
        if case .news = outcome { version.wrappingAdd(1, ordering: .releasing) }
        return outcome
    }

    /// The address, or the id, that an account belongs to by its id, else by its login.
    func find(_ account: AccountNames) -> [UInt8]? {
        state.withLock { table in
            if let id = account.id {
                if let address = table.current(key(account, .id, id)) { return address }
                // By the login, where no other id ever had it: logins are given away anew.
                guard let login = account.login, let address = table.current(key(account, .login, login)),
                    table.isOnly(Array(account.prefix) + Array(id), of: key(account, .loginOfID, login))
                else { return nil }
                return address
            }
            guard let login = account.login else { return nil }
            if let address = table.current(key(account, .login, login)) { return address }
            guard let id = table.current(key(account, .loginOfID, login)) else { return nil }
            let name = id[min(account.prefix.count, id.count)...]
            let address = name.withUnsafeBytes { table.current(key(account, .id, $0)) }
            return address ?? id
        }
    }

    // MARK: Keys

    func key(_ account: AccountNames, _ kind: IdentityLesson.Kind, _ name: UnsafeRawBufferPointer) -> AliasTable.Key {
        let isScoped = kind != .id || !UnjoinedNames.isUniqueEverywhere(name)
        return key(account.prefix, isScoped ? account.tenant : UnsafeRawBufferPointer(start: nil, count: 0), kind, name)
    }

    private func key(_ product: String, _ tenant: String, _ kind: IdentityLesson.Kind, _ name: String) -> AliasTable.Key {
        var (product, tenant, name) = (product + ":", tenant, name)
        return product.withUTF8 { product in
            tenant.withUTF8 { tenant in
                name.withUTF8 { name in
                    key(
                        UnsafeRawBufferPointer(product), UnsafeRawBufferPointer(tenant), kind, UnsafeRawBufferPointer(name))
                }
            }
        }
    }

    private func key(
        _ prefix: UnsafeRawBufferPointer, _ tenant: UnsafeRawBufferPointer, _ kind: IdentityLesson.Kind,
        _ name: UnsafeRawBufferPointer
    ) -> AliasTable.Key {
        var hash = SipHash128(key: seed)
        hash.combine(prefix)
        hash.combine(tenant)
        hash.combine(UInt64(kind.rawValue))
        hash.combine(name)
        let bits = hash.finish()
        return AliasTable.Key(high: bits.high, low: bits.low)
    }
}

/// The names of one account in an event, in lower case. Unsafe: as long-lived as the bytes they stand in.
struct AccountNames {
    /// The product and a colon.
    var prefix: UnsafeRawBufferPointer
    var tenant: UnsafeRawBufferPointer
    var id: UnsafeRawBufferPointer?
    var login: UnsafeRawBufferPointer?
    /// In its normal form.
    var email: UnsafeRawBufferPointer?
}
