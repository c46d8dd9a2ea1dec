import EventModel

// Hot path. Unsafe: works in place on the last bytes of `derived`, which only get fewer or are appended to.

/// Gives the many spellings of one e-mail address one form: lower case, no tag after `+`, the domain that others stand for,
/// and the address that the name of a guest account was made of.
public struct IdentityForms: Sendable, Equatable {
    /// `ana+git@example.com` is `ana@example.com`.
    public var joinsPlusTags: Bool
    /// Domains, in lower case, and the one whose addresses theirs are.
    public let domainAliases: [String: String]

    /// The most that a domain's alias is longer than the domain: room to make before an address is put into its form.
    static let reserve = 256

    private let domains: ByteTable
    private let domainNames: [[UInt8]]

    public init(joinsPlusTags: Bool = true, domainAliases: [String: String] = [:]) {
        self.joinsPlusTags = joinsPlusTags
        self.domainAliases = Dictionary(
            domainAliases.map { ($0.key.lowercased(), $0.value.lowercased()) }, uniquingKeysWith: { first, _ in first })
        let sorted = self.domainAliases.sorted { $0.key < $1.key }
        domains = ByteTable(sorted.enumerated().map { ($0.element.key, $0.offset) })
        domainNames = sorted.map { Array($0.value.utf8) }
    }

    public static func == (a: IdentityForms, b: IdentityForms) -> Bool {
        a.joinsPlusTags == b.joinsPlusTags && a.domainAliases == b.domainAliases
    }

    /// The normal form of an address.
    ///
    /// - Parameter isGuestKnown: take the form of a guest account for the guest's own address. Anybody can have such a name at
    ///   a domain of theirs, so that only a product that makes the names itself is believed.
    public func normalForm(_ address: String, isGuestKnown: Bool = false) -> String {
        let scratch = Arena(capacity: address.utf8.count + 64)
        var address = address
        address.withUTF8 { LowerText.append(UnsafeRawBufferPointer($0), to: scratch) }
        normalise(scratch, from: 0, isGuestKnown: isGuestKnown)
        return String(decoding: scratch.slice(0, scratch.count), as: UTF8.self)
    }

    /// Puts the address that ends `derived`, in lower case already, into its normal form.
    func normalise(_ derived: Arena, from start: Int, isGuestKnown: Bool) {
        var at = -1
        var plus = -1
        var hash = -1
        let text = derived.slice(start, derived.count - start)
        for index in 0..<text.count {
            switch text[index] {
            case UInt8(ascii: "@"): at = index
            case UInt8(ascii: "+") where plus < 0 && at < 0: plus = index
            case UInt8(ascii: "#") where hash < 0 && at < 0: hash = index
            default: break
            }
        }
        guard at > 0 else { return }
        if hash >= 0 && isGuestKnown && Self.unwrapGuest(derived, start, hash: hash, at: at) {
            // The guest's own address may have a tag, or an alias for its domain.
            return normalise(derived, from: start, isGuestKnown: false)
        }
        if plus > 0 && joinsPlusTags && !Self.hasOwnPlus(text, domain: at + 1) {
            Self.remove(derived, start + plus, at - plus)
            at = plus
        }
        if !domains.isEmpty {
            let domain = start + at + 1
            if let name = domains.find(derived.slice(domain, derived.count - domain)) {
                derived.setCount(domain)
                domainNames[name].withUnsafeBytes { _ = derived.append($0) }
            }
        }
    }

    /// At GitHub's domains for addresses that are kept private, the plus stands between an account's number and its login.
    private static func hasOwnPlus(_ text: UnsafeRawBufferPointer, domain: Int) -> Bool {
        hasPrefix(text, at: domain, "users.noreply.")
    }

    /// `ana_example.org#ext#@tenant.onmicrosoft.com` and `live.com#ana@example.org` become `ana@example.org`.
    private static func unwrapGuest(_ derived: Arena, _ start: Int, hash: Int, at: Int) -> Bool {
        let text = derived.slice(start, derived.count - start)
        let bytes = UnsafeMutableRawBufferPointer(start: derived.base + start, count: text.count)
        if hasPrefix(text, at: hash, "#ext#@"), hash + 5 == at {
            // No domain has an underscore: the last one was the at sign.
            guard let underscore = text[..<hash].lastIndex(of: UInt8(ascii: "_")), underscore > 0 else { return false }
            bytes[underscore] = UInt8(ascii: "@")
            if EmailText.isValid(UnsafeRawBufferPointer(rebasing: text[..<hash])) {
                derived.setCount(start + hash)
                return true
            }
            bytes[underscore] = UInt8(ascii: "_")
            return false
        }
        // What stands in front is the domain of who knows the account.
        guard hash > 0, text[..<hash].contains(UInt8(ascii: ".")), hash + 1 < at else { return false }
        guard EmailText.isValid(UnsafeRawBufferPointer(rebasing: text[(hash + 1)...])) else { return false }
        remove(derived, start, hash + 1)
        return true
    }

    private static func hasPrefix(_ text: UnsafeRawBufferPointer, at offset: Int, _ prefix: StaticString) -> Bool {
        guard text.count - offset >= prefix.utf8CodeUnitCount else { return false }
        for index in 0..<prefix.utf8CodeUnitCount where text[offset + index] != prefix.utf8Start[index] { return false }
        return true
    }

    /// Takes bytes out of the last ones.
    private static func remove(_ derived: Arena, _ offset: Int, _ length: Int) {
        let rest = derived.count - offset - length
        (derived.base + offset).copyMemory(from: derived.base + offset + length, byteCount: rest)
        derived.setCount(offset + rest)
    }
}
