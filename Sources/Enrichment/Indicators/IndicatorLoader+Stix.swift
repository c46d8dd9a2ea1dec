import EventModel
import LocatedYAML

/// STIX 2.1: bundles, answers of TAXII 2.1 servers, and indicators one a line.
extension IndicatorLoader {
    private struct Paths {
        let type, id, name, pattern, patternType, labels, indicatorTypes, confidence, validFrom, validUntil, modified, revoked:
            FieldID

        init(_ catalog: FieldCatalog) {
            type = catalog.intern("type")
            id = catalog.intern("id")
            name = catalog.intern("name")
            pattern = catalog.intern("pattern")
            patternType = catalog.intern("pattern_type")
            labels = catalog.intern("labels")
            indicatorTypes = catalog.intern("indicator_types")
            confidence = catalog.intern("confidence")
            validFrom = catalog.intern("valid_from")
            validUntil = catalog.intern("valid_until")
            modified = catalog.intern("modified")
            revoked = catalog.intern("revoked")
        }
    }

    /// The version of an indicator that counts: the one modified last.
    private struct Version {
        var modified: Timestamp
        var detail: UInt32
    }

    mutating func stix(_ bytes: [UInt8]) throws {
        let objects = JSONObjects(bytes, listKey: "objects")
        let paths = Paths(objects.catalog)
        var versions: [String: Version] = [:]
        var count = 0
        try objects.forEach { result in
            switch result {
            case .success(let object):
                guard object.text(paths.type) == "indicator" else { return }
                count += 1
                indicator(object, paths, &versions)
            case .failure(let flaw): flaws.add(line: flaw.line, flaw.message)
            }
        }
        if count == 0, !bytes.isEmpty {
            flaws.add(line: 1, "there is no object of type \"indicator\" in the file")
        }
    }

    private mutating func indicator(_ object: JSONObjects.Element, _ paths: Paths, _ versions: inout [String: Version]) {
        let id = object.text(paths.id) ?? ""
        let what = id.isEmpty ? "an indicator without id" : LineText.short(id)
        var detail = IndicatorDetail()
        detail.id = id
        detail.name = object.text(paths.name) ?? ""
        let labels = object.texts(paths.labels, maximum: IndicatorDetail.maximumLabels)
        detail.labels = labels + object.texts(paths.indicatorTypes, maximum: IndicatorDetail.maximumLabels).filter {
            !labels.contains($0)
        }
        detail.confidence = object.text(paths.confidence).flatMap { Int($0) }.flatMap { (0...100).contains($0) ? $0 : nil }
        detail.validFrom = object.text(paths.validFrom).flatMap { RFC3339.parse($0) }
        detail.validUntil = object.text(paths.validUntil).flatMap { RFC3339.parse($0) }
        let modified = object.text(paths.modified).flatMap { RFC3339.parse($0) } ?? .distantPast
        let known = id.isEmpty ? nil : versions[id]
        if let known, known.modified > modified { return }
        if let known, known.detail > 0 { builder.revoke(known.detail) }
        versions[id] = Version(modified: modified, detail: 0)
        if object.text(paths.revoked) == "true" { return }
        let type = object.text(paths.patternType) ?? "stix"
        guard type == "stix" else {
            return flaws.add(line: object.line, "\(what): its pattern is of the type \(LineText.short(type)), not stix")
        }
        guard let pattern = object.text(paths.pattern) else { return flaws.add(line: object.line, "\(what) has no pattern") }
        do throws(StixPattern.Flaw) {
            let read = try StixPattern(pattern.utf8, reader: reader)
            guard let place = builder.add(detail) else { return flaws.add(line: object.line, Self.isFull) }
            versions[id] = Version(modified: modified, detail: place)
            for keys in read.alternatives where !builder.add(all: keys, detail: place) {
                return flaws.add(line: object.line, Self.isFull)
            }
        } catch {
            flaws.add(line: object.line, "\(what): \(error.message)")
        }
    }
}
