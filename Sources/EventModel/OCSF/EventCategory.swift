/// A category of OCSF event classes, of those in `EventClass.all`.
public struct EventCategory: Sendable, Equatable {
    /// `category_uid`.
    public let uid: Int
    /// As the schema names it, for example `iam`.
    public let name: String
    /// `category_name`.
    public let caption: String

    /// Its classes.
    public var classes: [EventClass] { EventClass.all.filter { $0.categoryUID == uid } }

    public static let all = [
        EventCategory(uid: 0, name: "other", caption: "Uncategorized"),
        EventCategory(uid: 2, name: "findings", caption: "Findings"),
        EventCategory(uid: 3, name: "iam", caption: "Identity & Access Management"),
        EventCategory(uid: 4, name: "network", caption: "Network Activity"),
        EventCategory(uid: 6, name: "application", caption: "Application Activity"),
    ]

    /// The category that a person calls by its number, name or caption, whatever the case.
    public static func called(_ text: String) -> EventCategory? {
        let name = EventClass.snakeCase(text)
        return all.first { "\($0.uid)" == name || $0.name == name || EventClass.snakeCase($0.caption) == name }
    }
}

extension EventClass {
    /// The class that a person calls by its number, name or caption, whatever the case.
    public static func called(_ text: String) -> EventClass? {
        let name = snakeCase(text)
        return all.first { "\($0.uid)" == name || $0.name == name || snakeCase($0.caption) == name }
    }
}
