import EventModel

/// OCSF's `observable.type_id` of a value.
struct ObservableType {
    var id: Int
    var name: String

    /// Told by the value where it is unmistakable, else by the field's name.
    init(value: String, field: String) {
        let last = field.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if IPAddress(value) != nil {
            self.init(2, "IP Address")
        } else if ObservableType.isEmail(value) {
            self.init(5, "Email Address")
        } else if field.lowercased().hasSuffix("user.name") {
            self.init(4, "User Name")
        } else if last == "hostname" {
            self.init(1, "Hostname")
        } else if last == "user_agent" {
            self.init(16, "HTTP User-Agent")
        } else if last == "uid" {
            self.init(10, "Resource UID")
        } else {
            self.init(99, "Other")
        }
    }

    private init(_ id: Int, _ name: String) {
        self.id = id
        self.name = name
    }

    private static func isEmail(_ value: String) -> Bool {
        let parts = value.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !value.contains(" ")
    }
}
