import EventModel

// Hot path.

/// Writes an event's identity into the batch's derived bytes.
///
/// An address is put into its normal form and looked up in the fixed table of aliases, which costs less than looking it up in a
/// memory would.
struct IdentityWriter {
    let resolver: IdentityResolver

    /// - Parameters:
    ///   - prefix: the product and a colon.
    ///   - isGuestKnown: the product makes the names of guest accounts itself (`IdentityForms`).
    ///   - learned: what the account was learned to be, if it has no address here.
    /// - Returns: the identity by the best of what is known of an account; nil if nothing is.
    func write(
        email: UnsafeRawBufferPointer?, uid: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer?,
        prefix: [UInt8], isGuestKnown: Bool, learned: [UInt8]?, into derived: Arena
    ) -> Field? {
        let start = derived.count
        if let email {
            appendLowered(email, to: derived)
            resolver.forms.normalise(derived, from: start, isGuestKnown: isGuestKnown)
            if canonicalise(from: start, derived) { return field(start, derived) }
        }
        // An alias may be the id or the login in one product: it joins what has an address, too.
        if let uid, let known = own(uid, after: start, prefix, derived) { return known }
        if let name, let known = own(name, after: start, prefix, derived) { return known }
        if email == nil, let learned {
            derived.setCount(start)
            learned.withUnsafeBytes { _ = derived.append($0) }
            _ = canonicalise(from: start, derived)
        }
        return derived.count > start ? field(start, derived) : nil
    }

    /// The entity that a product's own name for an account is an alias of. The name itself is left in `derived` if nothing else
    /// is there from `start` on.
    private func own(_ name: UnsafeRawBufferPointer, after start: Int, _ prefix: [UInt8], _ derived: Arena) -> Field? {
        let place = derived.count
        if resolver.isEmpty && place > start { return nil }
        prefix.withUnsafeBytes { _ = derived.append($0) }
        appendLowered(name, to: derived)
        if canonicalise(from: place, derived) { return field(place, derived) }
        if place > start { derived.setCount(place) }
        return nil
    }

    /// Replaces the name at the end of `derived` by the canonical one, if it is an alias.
    private func canonicalise(from start: Int, _ derived: Arena) -> Bool {
        guard !resolver.isEmpty, let canonical = resolver.canonical(derived.slice(start, derived.count - start)) else {
            return false
        }
        derived.setCount(start)
        canonical.withUnsafeBytes { _ = derived.append($0) }
        return true
    }

    private func field(_ start: Int, _ derived: Arena) -> Field {
        Field(id: .identity, offset: start, length: derived.count - start, kind: .string, isDerived: true)
    }

    private func appendLowered(_ text: UnsafeRawBufferPointer, to derived: Arena) {
        LowerText.append(text, to: derived)
    }
}
