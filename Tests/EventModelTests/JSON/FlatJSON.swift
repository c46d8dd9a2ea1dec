import EventModel

/// A document's fields in a form that tests can compare and print.
struct FlatField: Equatable, CustomStringConvertible {
    var path: String
    var kind: FieldKind
    var text: [UInt8]
    var inArray = false

    var description: String { "\(path)=\(kind):\(String(decoding: text, as: UTF8.self))\(inArray ? "*" : "")" }
}

/// One scanner and its catalog, fed with documents that stand between other bytes.
final class FlatScanner {
    let catalog: FieldCatalog
    private let scanner: JSONScanner

    init(limits: JSONLimits = JSONLimits(), catalogCapacity: Int = FieldCatalog.defaultCapacity) {
        catalog = FieldCatalog(capacity: catalogCapacity)
        scanner = JSONScanner(catalog: catalog, limits: limits)
    }

    struct Scan {
        var fields: [FlatField] = []
        var error: JSONError?
        /// What stands in the builder that was not there before.
        var fieldsLeft = 0
        var derivedLeft = 0
    }

    /// Scans `document` with `before` and `after` around it, in a builder that already holds a field and a derived byte.
    func scan(_ document: [UInt8], before: [UInt8] = [], after: [UInt8] = []) -> Scan {
        let arena = Arena(capacity: before.count + document.count + after.count)
        for part in [before, document, after] {
            _ = part.withUnsafeBytes { arena.append($0) }
        }
        let records = RecordBatch(
            source: Source(id: 0, name: "test"), receivedAt: Timestamp(seconds: 0), bytes: arena, records: [])
        let builder = EventBuilder(records)
        builder.append(FieldID.message, derived: "x")
        var result = Scan()
        do throws(JSONError) {
            try scanner.scan(before.count, document.count, into: builder)
        } catch {
            result.error = error
        }
        result.fieldsLeft = builder.fieldCount - 1
        result.derivedLeft = builder.derived.count - 1
        for field in UnsafeBufferPointer(start: builder.fields, count: builder.fieldCount).dropFirst() {
            result.fields.append(
                FlatField(
                    path: catalog.path(of: field.id), kind: field.kind, text: Array(builder.bytes(of: field)),
                    inArray: field.inArray))
        }
        return result
    }

    func scan(_ document: String) -> Scan { scan(Array(document.utf8)) }
}
