import EventModel
import Testing

@Suite struct FieldCatalogTests {
    @Test(arguments: [
        ("Actor.AlternateId", "actor.alternateid"), ("target[].id", "target.id"), ("a[][].b", "a.b"),
        ("É", "É"), ("", ""), ("[]", ""),
    ])
    func folds(path: String, folded: String) {
        #expect(FieldCatalog.fold(path) == folded)
    }

    @Test(arguments: [
        ("time", FieldID.time), ("metadata.event_code", .eventCode), ("src_endpoint.ip", .sourceIP), ("identity", .identity),
        ("quarantine.offset", .quarantineOffset), ("syslog.severity", .syslogSeverity), ("metadata.log_provider", .logProvider),
    ])
    func knowsFieldsOfTheCode(path: String, id: FieldID) {
        let catalog = FieldCatalog()
        #expect(catalog.intern(path) == id)
        #expect(catalog.path(of: id) == path)
    }

    @Test func givesOneNumberToEachFoldedPath() {
        let catalog = FieldCatalog()
        let id = catalog.intern("Target[].Id")
        #expect(catalog.intern("target.ID") == id)
        #expect(catalog.find("TARGET.id") == id)
        #expect(catalog.find("target.name") == nil)
        #expect(catalog.path(of: id) == "target.id")
        #expect(catalog.intern("target.name") != id)
        #expect(catalog.paths.contains("target.id"))
    }

    @Test func overflowsAtItsBound() {
        let known = FieldCatalog().count
        let catalog = FieldCatalog(capacity: known + 2)
        let first = catalog.intern("first")
        #expect(first != .overflow)
        #expect(catalog.intern("second") != .overflow)
        #expect(catalog.intern("third") == .overflow)
        #expect(catalog.intern("FIRST") == first)
        #expect(catalog.count == known + 2)
        #expect(catalog.path(of: .overflow) == "")
    }
}
