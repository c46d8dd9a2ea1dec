public import EventModel

/// A group as it is stored: what is needed to go on after a restart and to tell nothing twice.
public struct NotificationGroupRow: Sendable, Codable, Equatable {
    public struct Member: Sendable, Codable, Equatable {
        public var uid: String
        public var status: FindingStatus
        public var level: Level
    }

    /// What the receiver was told last: Alertmanager's notification log.
    public struct Told: Sendable, Codable, Equatable {
        public var at: Timestamp
        /// The open findings that it knows of. A closed one leaves the group as soon as that is told, and needs no memory.
        public var firing: Set<String>
        /// All of them were acknowledged.
        public var isAcknowledged: Bool
        /// How many findings had been left out.
        public var omitted: Int

        /// In order of the ids: the same row for the same state.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(at, forKey: .at)
            try container.encode(firing.sorted(), forKey: .firing)
            try container.encode(isAcknowledged, forKey: .isAcknowledged)
            try container.encode(omitted, forKey: .omitted)
        }
    }

    /// Primary key, and `Notification.key`.
    public var key: String
    /// `Route.key`.
    public var route: String
    public var receiver: String
    public var labels: [Label]
    /// It holds what there was no room for as groups of their own.
    public var isOverflow: Bool
    public var createdAt: Timestamp
    /// By uid.
    public var members: [Member]
    /// How many findings are not among the members, for want of room.
    public var omitted: Int
    public var told: Told?
    /// When the group is looked at next.
    public var due: Timestamp
    /// How many notifications there were.
    public var number: Int
}

/// Which rows are to be written, in the same transaction as the notifications that came with them.
public struct NotificationGroupChanges: Sendable, Equatable {
    public var written: [NotificationGroupRow] = []
    /// Keys.
    public var removed: [String] = []

    public var isEmpty: Bool { written.isEmpty && removed.isEmpty }
}
