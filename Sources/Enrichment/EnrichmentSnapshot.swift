/// All data that events are enriched with, at one time. A change makes a new one; what did not change is shared.
final class EnrichmentSnapshot: Sendable {
    let databases: [GeoDatabase]
    let tables: [LookupTable]
    let indicators: IndicatorSet

    init(databases: [GeoDatabase], tables: [LookupTable], indicators: IndicatorSet) {
        self.databases = databases
        self.tables = tables
        self.indicators = indicators
    }
}
