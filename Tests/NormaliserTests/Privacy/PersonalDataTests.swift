import EventModel
import Foundation
import Normaliser
import Testing

struct PersonalDataTests {
    private static let records = [
        #"{"eventType":"user.session.start","published":"2026-11-20T08:00:00Z","uuid":"u1","displayMessage":"m","#
            + #""actor":{"id":"a1","alternateId":"ana@example.com","displayName":"Ana Silva"},"client":{"ipAddress":"203.0.113.77"},"#
            + #""target":[{"alternateId":"ben"},{"alternateId":"carl"}],"debugContext":{"debugData":{"tel":"+351 21 000 0000"}}}"#,
        #"{"eventType":"user.session.start","published":"2026-11-20T08:01:00Z","uuid":"u2","displayMessage":"m","#
            + #""actor":{"id":"a1","alternateId":"ana@example.com","displayName":""},"client":{"ipAddress":null}}"#,
    ]

    @Test func namesEveryFieldThatCarriesSomething() throws {
        let mappings = try NormaliserFixture.mappings()
        let rules = PrivacyRules([.init(path: "actor", treatment: .mask)])
        var report = PersonalDataReport(mappings: mappings, privacy: Privacy(["okta": rules], secret: Secret("")))
        let normaliser = Normaliser(mappings: mappings)
        report.add(normaliser.normalise(NormaliserFixture.batch(Self.records.map { Data($0.utf8) })))
        let rows = report.rows.map { row in
            "\(row.product) \(row.path) \(row.kinds.map(\.rawValue)) \(row.records) \(row.values) \(row.treatment?.rawValue ?? "-")"
        }
        #expect(report.records == 2)
        #expect(rows == [
            #"okta actor.alternateid ["e-mail address"] 2 1 mask"#,
            #"okta actor.displayname ["name"] 1 1 mask"#,
            #"okta client.ipaddress ["IP address"] 1 1 -"#,
            #"okta debugcontext.debugdata.tel ["phone number"] 1 1 -"#,
            #"okta target.alternateid ["account"] 1 2 -"#,
        ])
    }
}
