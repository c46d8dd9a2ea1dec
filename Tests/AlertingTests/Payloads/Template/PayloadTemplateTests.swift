import EventModel
import Foundation
import Testing

import Alerting

@Suite struct PayloadTemplateTests {
    @Test(arguments: [
        (#"{"a":"{{title}}"}"#, #"{"a":"High: Many failed sign-ins (eve@example.com), and 1 more"}"#),
        (#"{"n":{{count}},"d":{{drill}}}"#, #"{"n":2,"d":false}"#),
        (#"{"n":{"m":{{ severity_id }}}}"#, #"{"n":{"m":4}}"#),
        (#"[{{#findings}}"{{uid}}"{{/findings}}]"#, #"["f-0","f-1"]"#),
        (#""{{#findings}}{{uid}} {{level}};{{/findings}}""#, #""f-0 high;f-1 high;""#),
        (#"{"k":"\u00e4 {{kind}} \"{{receiver}}\"","x":[1,-2.5e3,null,true]}"#, #"{"k":"\u00e4 firing \"soc\"","x":[1,-2.5e3,null,true]}"#),
        (#"[{{#findings}}{"u":"{{uid}}","of":{{count}},"e":{{events}}}{{/findings}}]"#,
         #"[{"u":"f-0","of":2,"e":12},{"u":"f-1","of":2,"e":12}]"#),
    ])
    func fillsPlaces(template: String, expected: String) throws {
        let options = PayloadOptions(template: try PayloadTemplate(template))
        let payload = PayloadFormat.template.payload(for: PayloadSamples.notification(findings: 2), options: options)
        #expect(payload?.body == expected)
    }

    @Test(arguments: [
        ("{\"a\":\n  \"{{titel}}\"}", 2, 4, "did you mean {{title}}?"),
        (#"{"a":{{title}}}"#, 1, 6, "needs quotes"),
        (#"{"a":"{{uid}}"}"#, 1, 7, "outside of {{#findings}}"),
        (#"{"a":"{{title"}"#, 1, 7, "no }}"),
        (#"{"a":"{{#findings}}x"}"#, 1, 7, "no {{/findings}}"),
        (#"{"a":"x{{/findings}}"}"#, 1, 8, "ends no"),
        (#"[{{#findings}}{{#findings}}1{{/findings}}{{/findings}}]"#, 1, 15, "within {{#findings}}"),
        (#"[{{#findings}}"a{{/findings}}"]"#, 1, 17, "same string"),
        (#"{"a":"\{{title}}"}"#, 1, 8, "within an escape"),
        (#"{"a":"\u00{{count}}"}"#, 1, 11, "within an escape"),
        (#"{"a":"ä{{title}}",}"#, 1, 19, "name of a member"),
        (#"[{{count}}{{omitted}}]"#, 1, 2, "begins with 0"),
        (#"[{{#findings}}{{events}},{{/findings}}]"#, 1, 39, "value is expected"),
        (#"{"a":1"#, 1, 7, "'}' is expected"),
        ("", 1, 1, "missing"),
        ("{} {}", 1, 4, "more after"),
    ])
    func saysWhereItIsWrong(template: String, line: Int, column: Int, message: String) {
        #expect {
            try PayloadTemplate(template)
        } throws: { error in
            guard let error = error as? TemplateError else { return false }
            #expect(error.line == line)
            #expect(error.column == column)
            #expect(error.message.contains(message), "\(error)")
            return true
        }
    }

    @Test(arguments: [String(repeating: " ", count: 8_193), "[" + String(repeating: #""{{id}}","#, count: 65) + "1]"])
    func isBounded(template: String) {
        #expect(throws: TemplateError.self) { try PayloadTemplate(template) }
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func whatIsFilledInIsNoTemplateAndNoJSON(text: String) throws {
        let places = PayloadTemplate.names.finding.map { $0 == "events" || $0 == "severity_id" ? "{{\($0)}}" : "\"{{\($0)}}\"" }
        let template = try PayloadTemplate("[{{#findings}}[" + places.joined(separator: ",") + "]{{/findings}}]")
        let payload = PayloadFormat.template.payload(for: PayloadSamples.hostile(text), options: PayloadOptions(template: template))
        let body = try #require(payload?.body)
        let rows = try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [[Any]])
        #expect(rows.allSatisfy { $0.count == places.count })
    }

    @Test(arguments: PayloadSamples.hostileTexts)
    func textsThatAreRepeatedKeepWithinTheSize(text: String) throws {
        let template = try PayloadTemplate("[" + Array(repeating: #""{{text}}""#, count: 64).joined(separator: ",") + "]")
        let payload = PayloadFormat.template.payload(for: PayloadSamples.hostile(text), options: PayloadOptions(template: template))
        #expect(try #require(payload).body.utf8.count <= Payload.maximumBytes)
    }

    @Test(arguments: NotificationField.allCases.map(\.rawValue))
    func everyNameOfANotificationIsKnown(name: String) throws {
        let isText = try #require(NotificationField(rawValue: name)).isText
        _ = try PayloadTemplate(isText ? "\"{{\(name)}}\"" : "{{\(name)}}")
    }
}
