/// Whom to turn to about a product, and where its sessions and tokens are ended.
public struct Vendor: Sendable, Equatable {
    /// The product's name in its mapping file.
    public var product: String
    public var name: String
    /// Whom to tell of an incident: a page (`https:`) or an address (`mailto:`).
    public var securityContact: String?
    public var statusPage: String?
    /// The vendor's own words on how to end sessions and revoke tokens.
    public var revocation: String?

    public init(
        product: String, name: String, securityContact: String? = nil, statusPage: String? = nil, revocation: String? = nil
    ) {
        self.product = product
        self.name = name
        self.securityContact = securityContact
        self.statusPage = statusPage
        self.revocation = revocation
    }
}

/// Every vendor that is known, by product.
public struct VendorRegister: Sendable, Equatable {
    private var vendors: [String: Vendor] = [:]

    public init(_ vendors: [Vendor] = []) {
        for vendor in vendors { self.vendors[vendor.product] = vendor }
    }

    public subscript(product: String) -> Vendor? { vendors[product] }

    /// In order of the alphabet.
    public var products: [String] { vendors.keys.sorted() }

    /// Of several products, the vendor that they have in common: all of what their entries agree on.
    public func vendor(of products: some Sequence<String>) -> Vendor? {
        let found = Set(products).sorted().map { vendors[$0] }
        guard let first = found.first ?? nil else { return nil }
        return found.dropFirst().reduce(first) { common, next in
            guard let common, let next, common.name == next.name else { return nil }
            return Vendor(
                product: common.product, name: common.name,
                securityContact: common.securityContact == next.securityContact ? common.securityContact : nil,
                statusPage: common.statusPage == next.statusPage ? common.statusPage : nil,
                revocation: common.revocation == next.revocation ? common.revocation : nil)
        }
    }
}

/// Addresses that people follow: nothing in them may end a Markdown link, or act in a terminal.
public enum FollowableLink {
    /// What one looks like, for messages.
    public static let form = "an https address without user, blanks, quotes and brackets"
    public static let contactForm = "an https address or mailto:name@example.com"

    /// Letters, digits and marks of RFC 3986 that neither Markdown nor a shell nor a terminal gives a meaning that does harm.
    public static func isPage(_ text: String) -> Bool {
        guard text.hasPrefix("https://"), text.utf8.count <= 512 else { return false }
        let host = text.dropFirst(8).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let isHost = host.contains(".") && host.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == 0x2d || $0 == 0x2e }
        return isHost && text.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-._~:/?#&=%+,@".utf8.contains($0) }
    }

    public static func isContact(_ text: String) -> Bool {
        guard text.hasPrefix("mailto:"), text.utf8.count <= 320 else { return isPage(text) }
        let parts = text.dropFirst(7).split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains(".") else { return false }
        return parts.allSatisfy { part in part.utf8.allSatisfy { ASCII.isAlphanumeric($0) || "-._+".utf8.contains($0) } }
    }
}
