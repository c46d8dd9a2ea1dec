import EventModel

/// `cidr`: the field is an address in the network (RFC 4632, RFC 4291).
struct CIDRModifier: Modifier {
    func apply(to value: ModifiedValue, in item: inout ModifierContext) throws(ModifierError) -> ModifiedValue {
        guard case .string(let string) = value else { throw .needs("text", not: value, "cidr") }
        if let other = item.applied.first(where: { $0 != "all" && $0 != "neq" }) {
            throw ModifierError("\"cidr\" does not combine with \"\(other)\"")
        }
        guard let bytes = string.bytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw ModifierError("a network has no wildcards; write it as 10.0.0.0/8 or 2001:db8::/32")
        }
        guard let network = IPNetwork(text) else {
            throw ModifierError("\"\(text)\" is not a network: \(IPNetwork.flaw(of: text) ?? "write it as 10.0.0.0/8")")
        }
        return .network(network)
    }
}
