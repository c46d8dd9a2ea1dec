import EventModel
import TestSupport

/// Makes batches of audit events like those that the normaliser hands on, from a seed.
struct AuditEvents {
    let catalog: FieldCatalog
    let products: ProductCatalog
    private let scanner: JSONScanner
    private let renames: [FieldID: FieldID]
    private var generator: SeededGenerator
    private(set) var made = 0
    /// Seconds by which the events are later than they would be.
    var delay: Int64 = 0

    /// The kinds of record that take different ways through the store.
    enum Shape: CaseIterable {
        case json, jsonInSyslog, escaped, text, malformed, severalEvents
    }

    static let products = ProductCatalog(
        ["okta", "github", "slack"].map { Product(name: $0, logSources: [LogSource(product: $0)]) })

    init(seed: UInt64, catalog: FieldCatalog = FieldCatalog(), products: ProductCatalog = AuditEvents.products) {
        self.catalog = catalog
        self.products = products
        scanner = JSONScanner(catalog: catalog)
        renames = Self.renames(catalog)
        generator = SeededGenerator(seed: seed)
    }

    /// A batch of `count` records of the given shapes, mixed, one second of event time apart (and a little out of order).
    mutating func batch(
        _ count: Int, source: Source = AuditEvents.source, shapes: [Shape] = [.json], cursor: SourceCursor? = nil
    ) -> EventBatch {
        let bytes = Arena()
        var spans: [RecordSpan] = []
        var bodies: [(offset: Int, length: Int, shape: Shape)] = []
        for _ in 0..<count {
            let shape = shapes.randomElement(using: &generator) ?? .json
            let frame = shape == .jsonInSyslog ? "<13>1 2026-11-20T08:00:00Z okta.example audit - - - " : ""
            let text = frame + document(shape)
            let offset = bytes.append(text)
            spans.append(RecordSpan(offset: UInt32(offset), length: UInt32(text.utf8.count)))
            bodies.append((offset + frame.utf8.count, text.utf8.count - frame.utf8.count, shape))
        }
        let received = Timestamp(seconds: Self.start + delay + Int64(made))
        let builder = EventBuilder(
            RecordBatch(source: source, receivedAt: received, bytes: bytes, records: spans, progress: BatchProgress(cursor: cursor)))
        for (index, body) in bodies.enumerated() {
            var row = EventRow(record: index, raw: spans[index], receivedAt: received)
            row.bodyOffset = UInt32(body.offset)
            row.bodyLength = UInt32(body.length)
            made += 1
            row.time = Timestamp(seconds: Self.start + delay + Int64(made)) + Int64.random(in: -3_000_000...3_000_000, using: &generator)
            append(row, body.shape, to: builder)
        }
        return builder.finish()
    }

    static let source = Source(id: 0, name: "audit", product: "okta")
    /// 2026-11-20T08:00:00Z.
    static let start: Int64 = 1_795_161_600

    // MARK: - Documents

    private mutating func document(_ shape: Shape) -> String {
        switch shape {
        case .text: return "su: session opened for user root by ops(uid=\(Int.random(in: 0..<5_000, using: &generator)))"
        case .malformed: return "{\"eventType\":\"user.session.start\",\"actor\":"
        case .json, .jsonInSyslog, .severalEvents: return json(escape: "")
        case .escaped: return json(escape: "\\n\\u00e9\\\"")
        }
    }

    private mutating func json(escape: String) -> String {
        let user = Int.random(in: 0..<2_000, using: &generator)
        let address = "198.51.\(Int.random(in: 0..<8, using: &generator)).\(Int.random(in: 1..<255, using: &generator))"
        let operation = Self.operations.randomElement(using: &generator) ?? ""
        let agent = Self.agents.randomElement(using: &generator) ?? ""
        let uuid = hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12)
        var targets = ""
        for index in 0..<Int.random(in: 1...3, using: &generator) {
            let comma = index == 0 ? "" : ","
            targets += """
                \(comma){"id":"00u\(hex(14))","type":"User","alternateId":"user\(user + index)@example.com",\
                "displayName":"User \(user + index)\(escape)","detailEntry":null}
                """
        }
        return """
            {"actor":{"id":"00u\(hex(14))","type":"User","alternateId":"user\(user)@example.com",\
            "displayName":"User \(user)\(escape)","detailEntry":null},"client":{"userAgent":{"rawUserAgent":"\(agent)",\
            "os":"Mac OS X","browser":"CHROME"},"zone":"null","device":"Computer","id":null,"ipAddress":"\(address)",\
            "geographicalContext":{"city":"Lisbon","state":"Lisboa","country":"Portugal","postalCode":"1000-001",\
            "geolocation":{"lat":38.7223,"lon":-9.1393}}},"authenticationContext":{"authenticationProvider":null,\
            "credentialProvider":null,"authenticationStep":0,"externalSessionId":"102\(hex(20))"},\
            "displayMessage":"User performed \(operation)","eventType":"\(operation)","outcome":{"result":"SUCCESS",\
            "reason":null},"published":"2026-11-20T08:\(Int.random(in: 10..<60, using: &generator)):00.000Z",\
            "securityContext":{"asNumber":64500,"asOrg":"example networks","isp":"example","domain":"example.net",\
            "isProxy":false},"severity":"INFO","debugContext":{"debugData":{"requestId":"\(hex(24))",\
            "dtHash":"\(hex(64))","requestUri":"/api/v1/\(operation)","url":"/api/v1/\(operation)?"}},"legacyEventType":null,\
            "transaction":{"type":"WEB","id":"\(hex(24))","detail":{}},"uuid":"\(uuid)","version":"0",\
            "request":{"ipChain":[{"ip":"\(address)","version":"V4","source":null}]},"target":[\(targets)]}
            """
    }

    private mutating func hex(_ count: Int) -> String {
        var text = ""
        for _ in 0..<count { text.append(Self.digits[Int.random(in: 0..<16, using: &generator)]) }
        return text
    }

    private static let digits = Array("0123456789abcdef")
    private static let operations = [
        "user.session.start", "user.authentication.sso", "user.account.update_profile", "policy.evaluate_sign_on",
        "application.user_membership.add", "group.user_membership.add", "user.mfa.factor.activate", "system.api_token.create",
    ]
    private static let agents = [
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "okta-sdk/8.2 python/3.12",
    ]

    // MARK: - Fields

    private mutating func append(_ row: EventRow, _ shape: Shape, to builder: EventBuilder) {
        var row = row
        switch shape {
        case .text:
            row.ocsfStart = UInt32(builder.fieldCount)
            builder.append(
                Field(id: .message, offset: Int(row.bodyOffset), length: Int(row.bodyLength), kind: .string))
            row.ocsfEnd = UInt32(builder.fieldCount)
            builder.append(row)
        case .malformed:
            row.state = .quarantined
            row.ocsfStart = UInt32(builder.fieldCount)
            builder.append(.quarantineError, derived: "unexpected end")
            builder.append(.quarantineOffset, derived: "\(row.bodyLength)", kind: .integer)
            row.ocsfEnd = UInt32(builder.fieldCount)
            builder.append(row)
        case .json, .jsonInSyslog, .escaped, .severalEvents:
            row.vendorStart = UInt32(builder.fieldCount)
            do {
                try builder.scan(row, with: scanner)
            } catch {
                preconditionFailure("the test's own document is JSON: \(error)")
            }
            row.vendorEnd = UInt32(builder.fieldCount)
            row.key = EventKey(high: generator.next() | 1, low: generator.next())
            map(&row, to: builder)
            builder.append(row)
            if shape == .severalEvents {
                // The second event of the record: some of its vendor fields, and OCSF fields of its own.
                row.part = 1
                row.key.low ^= 1
                row.vendorEnd = row.vendorStart + 5
                map(&row, to: builder)
                builder.append(row)
            }
        }
    }

    /// What a mapping does: renames point at the vendor's bytes, the rest is computed.
    private func map(_ row: inout EventRow, to builder: EventBuilder) {
        row.product = 1
        row.classUID = 3_002
        row.ocsfStart = UInt32(builder.fieldCount)
        let computed: [(FieldID, String, FieldKind)] = [
            (.classUID, "3002", .integer), (.className, "Authentication", .string), (.categoryUID, "3", .integer),
            (.categoryName, "Identity & Access Management", .string), (.activityID, "1", .integer),
            (.activityName, "Logon", .string), (.typeUID, "300201", .integer), (.typeName, "Authentication: Logon", .string),
            (.severityID, "1", .integer), (.severity, "Informational", .string), (.statusID, "1", .integer),
            (.status, "Success", .string), (.productName, "Okta", .string), (.productVendor, "Okta", .string),
            (.logProvider, "audit", .string), (.time, "\(row.time.milliseconds)", .integer),
        ]
        for (id, text, kind) in computed { builder.append(id, derived: text, kind: kind) }
        for index in Int(row.vendorStart)..<Int(row.vendorEnd) {
            let field = builder.fields[index]
            guard let id = renames[field.id] else { continue }
            var renamed = field
            renamed.id = id
            builder.append(renamed)
            if id == .actorUserName {
                let text = String(decoding: builder.bytes(of: field), as: UTF8.self)
                builder.append(.identity, derived: text)
            }
        }
        row.ocsfEnd = UInt32(builder.fieldCount)
    }

    private static func renames(_ catalog: FieldCatalog) -> [FieldID: FieldID] {
        let paths = [
            "actor.alternateid": "actor.user.name", "actor.id": "actor.user.uid", "client.ipaddress": "src_endpoint.ip",
            "client.useragent.rawuseragent": "http_request.user_agent", "eventtype": "metadata.event_code",
            "uuid": "metadata.original_event_uid", "displaymessage": "message", "published": "metadata.original_time",
            "target": "resources", "target.alternateid": "resources.name", "target.displayname": "resources.owner.name",
            "transaction.id": "metadata.correlation_uid", "client.device": "device.type",
            "client.geographicalcontext.city": "src_endpoint.location.city",
            "client.geographicalcontext.country": "src_endpoint.location.country",
        ]
        return Dictionary(uniqueKeysWithValues: paths.map { (catalog.intern($0), catalog.intern($1)) })
    }
}

extension EventBuilder {
    fileprivate func scan(_ row: EventRow, with scanner: JSONScanner) throws {
        try scanner.scan(Int(row.bodyOffset), Int(row.bodyLength), into: self)
    }
}

