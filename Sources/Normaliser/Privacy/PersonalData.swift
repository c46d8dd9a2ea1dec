import EventModel

/// What of a person a value may say, by its form and by its field's name. A help for people who write privacy rules, not a proof.
public enum PersonalData: String, Sendable, CaseIterable, Comparable {
    case emailAddress = "e-mail address"
    case ipAddress = "IP address"
    case phoneNumber = "phone number"
    case name
    case account
    case location
    case device

    public static func < (left: PersonalData, right: PersonalData) -> Bool { left.rawValue < right.rawValue }

    /// By the end of a field's name, without `_` and `-`.
    private static let endings: [(PersonalData, [String])] = [
        (.name, [
            "firstname", "lastname", "fullname", "displayname", "realname", "givenname", "surname", "nickname", "familyname",
        ]),
        (.account, [
            "username", "login", "loginname", "accountname", "userprincipalname", "upn", "samaccountname", "alternateid",
        ]),
        (.phoneNumber, ["phone", "phonenumber", "mobile", "telephone"]),
        (.location, ["city", "postalcode", "zipcode", "latitude", "longitude", "lat", "lon", "lng", "street", "streetaddress"]),
        (.device, ["useragent", "rawuseragent", "serialnumber", "imei", "macaddress", "deviceid", "devicename", "hostname"]),
    ]

    /// What the value says; nil for what looks like nothing of a person.
    static func kind(of value: UnsafeRawBufferPointer, path: String) -> PersonalData? {
        if value.isEmpty { return nil }
        if EmailText.isValid(value) { return .emailAddress }
        if IPText.address(in: value) != nil { return .ipAddress }
        if isPhoneNumber(value) { return .phoneNumber }
        let name = String((path.split(separator: ".").last ?? "").filter { $0 != "_" && $0 != "-" })
        return endings.first { $0.1.contains { name.hasSuffix($0) } }?.0
    }

    /// A number of E.164 as people write it: a plus sign, 8 to 15 digits, and what they put between.
    private static func isPhoneNumber(_ value: UnsafeRawBufferPointer) -> Bool {
        guard value[0] == UInt8(ascii: "+"), value.count <= 24 else { return false }
        var digits = 0
        for byte in value.dropFirst() {
            if byte &- 0x30 < 10 {
                digits += 1
            } else if ![0x20, 0x28, 0x29, 0x2d, 0x2e, 0x2f].contains(byte) {
                return false
            }
        }
        return (8...15).contains(digits)
    }
}
