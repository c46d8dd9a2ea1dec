import EventModel

/// MITRE ATT&CK as Sigma's tags name it (`attack.t1110.003`, `attack.credential_access`), and as OCSF's `attack` objects.
enum AttackTag: Equatable {
    /// For example `T1110` or `T1110.003`.
    case technique(String)
    case tactic(uid: String, name: String)

    /// Nil for tags of other name spaces, and for groups and software (`attack.g…`, `attack.s…`), which OCSF keeps elsewhere.
    init?(_ tag: String) {
        // Long ones are not even read: whole documents are made of hostile tags.
        guard tag.utf8.count <= 64 else { return nil }
        let tag = tag.lowercased()
        guard tag.hasPrefix("attack.") else { return nil }
        let name = String(tag.dropFirst(7))
        if let tactic = AttackTag.tactics[name.replacing("-", with: "_")] {
            self = .tactic(uid: tactic.uid, name: tactic.name)
        } else if AttackTag.isTechnique(name) {
            self = .technique(name.uppercased())
        } else {
            return nil
        }
    }

    /// Writes the member `attacks`, if any tag can be expressed. At most 16.
    static func write(_ tags: [String], to json: inout JSONWriter) {
        let attacks = tags.compactMap(AttackTag.init).prefix(16)
        guard !attacks.isEmpty else { return }
        json.key("attacks")
        json.beginArray()
        for attack in attacks {
            json.beginObject()
            switch attack {
            case .technique(let uid):
                if let dot = uid.firstIndex(of: ".") {
                    writeReference("technique", uid: String(uid[..<dot]), name: nil, to: &json)
                    writeReference("sub_technique", uid: uid, name: nil, to: &json)
                } else {
                    writeReference("technique", uid: uid, name: nil, to: &json)
                }
            case .tactic(let uid, let name): writeReference("tactic", uid: uid, name: name, to: &json)
            }
            json.endObject()
        }
        json.endArray()
    }

    private static func writeReference(_ key: String, uid: String, name: String?, to json: inout JSONWriter) {
        json.key(key)
        json.beginObject()
        json.member("uid", uid)
        json.member("name", ifPresent: name)
        json.endObject()
    }

    /// `t1110` or `t1110.003`
    private static func isTechnique(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let first = parts.first, first.utf8.count == 5, first.utf8.first == UInt8(ascii: "t"), parts.count <= 2 else {
            return false
        }
        return isDigits(first.dropFirst()) && (parts.count == 1 || (parts[1].utf8.count == 3 && isDigits(parts[1])))
    }

    private static func isDigits(_ text: Substring) -> Bool { text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

    /// The enterprise matrix's tactics by Sigma's names, old and new.
    private static let tactics: [String: (uid: String, name: String)] = [
        "reconnaissance": ("TA0043", "Reconnaissance"), "resource_development": ("TA0042", "Resource Development"),
        "initial_access": ("TA0001", "Initial Access"), "execution": ("TA0002", "Execution"),
        "persistence": ("TA0003", "Persistence"), "privilege_escalation": ("TA0004", "Privilege Escalation"),
        "defense_evasion": ("TA0005", "Defense Evasion"), "credential_access": ("TA0006", "Credential Access"),
        "discovery": ("TA0007", "Discovery"), "lateral_movement": ("TA0008", "Lateral Movement"),
        "collection": ("TA0009", "Collection"), "command_and_control": ("TA0011", "Command and Control"),
        "exfiltration": ("TA0010", "Exfiltration"), "impact": ("TA0040", "Impact"),
    ]
}
