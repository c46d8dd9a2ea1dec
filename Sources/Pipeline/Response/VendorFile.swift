public import Alerting
public import LocatedYAML

/// Reads `rules/vendors.yml`: one entry a product, by the name that its mapping file has.
public enum VendorFile {
    /// Nil with the reasons when there are errors.
    /// - Parameter products: the products that there are mapping files for; nil: any is fine.
    public static func read(_ path: String, products: Set<String>? = nil) -> (VendorRegister?, [Diagnostic]) {
        read(YAMLFile(path: path), products: products)
    }

    public static func read(_ file: YAMLFile, products: Set<String>? = nil) -> (VendorRegister?, [Diagnostic]) {
        let log = DiagnosticLog(file.diagnostics)
        var vendors: [Vendor] = []
        if let root = file.documents.first, !root.isNull {
            let section = YAMLSection(root, log: log)
            for entry in section.allEntries() {
                if let products, !products.contains(entry.key) {
                    let hint = Suggestion.hint(for: entry.key, among: products.sorted())
                    log.error(at: entry.keyLocation, "no mapping file is for a product called \"\(entry.key)\"\(hint)")
                }
                if let vendor = vendor(entry, log) { vendors.append(vendor) }
            }
        }
        return (log.hasErrors ? nil : VendorRegister(vendors), log.sorted)
    }

    private static func vendor(_ entry: YAMLNode.Entry, _ log: DiagnosticLog) -> Vendor? {
        let section = YAMLSection(entry.value, log: log)
        let name = section.requiredString("vendor")
        let contact = section.string("security_contact")
        if let contact, !FollowableLink.isContact(contact) {
            section.error("security_contact", "\"security_contact\" must be \(FollowableLink.contactForm)")
        }
        let vendor = Vendor(
            product: entry.key, name: name ?? "", securityContact: contact, statusPage: page("status_page", section),
            revocation: page("revocation", section))
        section.finish()
        return name == nil ? nil : vendor
    }

    private static func page(_ key: String, _ section: YAMLSection) -> String? {
        let address = section.string(key)
        if let address, !FollowableLink.isPage(address) { section.error(key, "\"\(key)\" must be \(FollowableLink.form)") }
        return address
    }
}
