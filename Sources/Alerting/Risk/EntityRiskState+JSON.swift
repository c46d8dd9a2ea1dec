import FoundationEssentials

extension EntityRiskState {
    /// Nil if it is not what `json` writes.
    public init?(json: String) {
        guard let state = try? JSONDecoder().decode(EntityRiskState.self, from: Data(json.utf8)) else { return nil }
        self = state
    }

    /// As it is stored.
    public var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // JSON has no infinity; scores are sums of bounded points, and none.
        guard let data = try? encoder.encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
