import EventModel
import Foundation
import LocatedYAML
import Normaliser
import TestSupport

/// A product whose records are text, and short ways to put lines through it.
enum TextFixture {
    /// A mapping file with this `text` section, indented by two.
    static func file(_ text: String) -> String {
        """
        product:
          name: example
          vendor: Example
          title: Example Box
        ocsf: "1.8.0"
        detect: []
        text:
        \(text)
        time: syslog.timestamp
        event_type: event
        fields:
          message: text.message
          actor.user.name: user
          src_endpoint.ip: ip
        events:
          - {class: api_activity/read, types: [read]}
        default: base_event/other

        """
    }

    static func load(_ text: String, _ catalog: FieldCatalog = FieldCatalog()) throws -> (ProductMappings?, [String]) {
        let folder = try TemporaryFolder()
        try folder.file("example.yml", Data(file(text).utf8))
        let (mappings, diagnostics) = ProductMappings.load(folder: folder.url.path, catalog: catalog)
        return (mappings, diagnostics.map { "\($0)".replacingOccurrences(of: folder.url.path + "/", with: "") })
    }

    /// The vendor's fields of one record, by path; a path that occurs twice has both values, with a bar between.
    static func fields(_ record: String, text: String, product: String? = "example") throws -> [String: String] {
        let catalog = FieldCatalog()
        let (mappings, diagnostics) = try load(text, catalog)
        guard let mappings else { throw NormaliserFixture.Failure(text: diagnostics.joined(separator: "\n")) }
        let source = Source(id: 0, name: "test", product: product)
        return fields(Normaliser(mappings: mappings).normalise(NormaliserFixture.batch([record], source: source)), catalog)
    }

    /// The vendor's fields of one record by the shipped mappings.
    static func shippedFields(_ record: String, product: String? = nil) throws -> [String: String] {
        let source = Source(id: 0, name: "test", product: product)
        let normaliser = Normaliser(mappings: try NormaliserFixture.mappings())
        return fields(normaliser.normalise(NormaliserFixture.batch([record], source: source)), NormaliserFixture.catalog)
    }

    private static func fields(_ batch: EventBatch, _ catalog: FieldCatalog) -> [String: String] {
        var found: [String: String] = [:]
        for field in batch[0].vendorFields {
            let path = field.id == .overflow ? "overflow" : catalog.path(of: field.id)
            let text = String(decoding: batch.bytes(of: field), as: UTF8.self)
            found[path] = found[path].map { $0 + "|" + text } ?? text
        }
        return found
    }
}
