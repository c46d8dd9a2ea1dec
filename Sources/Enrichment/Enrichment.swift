public import EventModel
public import LocatedYAML
import Synchronization

/// What events are enriched with: read from files, watched for changes, and shared by all lanes.
public final class Enrichment: Sendable {
    private let configuration: EnrichmentConfiguration
    private let catalog: FieldCatalog
    private let classifier: Classifier
    private let state: Mutex<State>
    private let current: Mutex<EnrichmentSnapshot>

    /// A file's data and what the file was when it was read.
    private struct Loaded<Data: Sendable>: Sendable {
        var data: Data
        var stamp: FileStamp?
        /// What is there could not be read.
        var isBroken = false
    }

    private struct State: Sendable {
        var databases: [Loaded<GeoDatabase>] = []
        var tables: [Loaded<LookupTable>] = []
        var lists: [Loaded<IndicatorList>] = []
    }

    /// What became of a look at the files.
    public struct Refresh: Sendable {
        /// The files that were read again and taken over.
        public var changed: [String] = []
        /// Why others were not: for these the data from before stays.
        public var diagnostics: [Diagnostic] = []
    }

    /// Reads all that is configured. Nil with the reasons if anything cannot be read; warnings come along in either case.
    public static func load(
        _ configuration: EnrichmentConfiguration, catalog: FieldCatalog, products: ProductCatalog,
        productNumber: (String) -> UInt16?
    ) -> (Enrichment?, [Diagnostic]) {
        let log = DiagnosticLog()
        check(configuration, products, productNumber, log)
        var state = State()
        for file in configuration.databases {
            let stamp = FileStamp(file.path)
            if let database = database(file, log) { state.databases.append(Loaded(data: database, stamp: stamp)) }
        }
        for lookup in configuration.lookups {
            let stamp = FileStamp(lookup.file.path)
            let (table, diagnostics) = LookupLoader.load(lookup)
            log.add(diagnostics)
            if let table { state.tables.append(Loaded(data: table, stamp: stamp)) }
        }
        for indicators in configuration.indicators {
            let stamp = FileStamp(indicators.file.path)
            let (list, diagnostics) = IndicatorLoader.load(indicators)
            log.add(diagnostics)
            if let list { state.lists.append(Loaded(data: list, stamp: stamp)) }
        }
        guard !log.hasErrors else { return (nil, log.diagnostics) }
        let classifier = Classifier(
            labels: configuration.labels, patterns: configuration.patterns, catalog: catalog,
            product: { productNumber($0.path) })
        return (Enrichment(configuration, catalog, classifier, state), log.diagnostics)
    }

    private init(
        _ configuration: EnrichmentConfiguration, _ catalog: FieldCatalog, _ classifier: Classifier, _ state: State
    ) {
        self.configuration = configuration
        self.catalog = catalog
        self.classifier = classifier
        current = Mutex(Self.snapshot(state, before: nil))
        self.state = Mutex(state)
    }

    /// What enriches the events of one lane.
    public func enricher() -> any EventEnricher {
        LaneEnricher(configuration, classifier: classifier, catalog: catalog) { [self] in current.withLock { $0 } }
    }

    // MARK: Changes

    /// How often files are to be looked at, in microseconds; 0 for never.
    public var checkInterval: Int64 { configuration.hasFiles ? configuration.checkInterval : 0 }

    /// Reads again what has changed since it was read.
    ///
    /// - Parameter retries: also read again what could not be read and has not changed since. Without it, its error is told once.
    public func refresh(retries: Bool) -> Refresh {
        state.withLock { state in
            var refresh = Refresh()
            let log = DiagnosticLog()
            for (index, file) in configuration.databases.enumerated() {
                Self.reload(&state.databases[index], file.path, retries, &refresh) { Self.database(file, log) }
            }
            for (index, lookup) in configuration.lookups.enumerated() {
                Self.reload(&state.tables[index], lookup.file.path, retries, &refresh) {
                    let (table, diagnostics) = LookupLoader.load(lookup)
                    log.add(diagnostics)
                    return table
                }
            }
            for (index, indicators) in configuration.indicators.enumerated() {
                Self.reload(&state.lists[index], indicators.file.path, retries, &refresh) {
                    let (list, diagnostics) = IndicatorLoader.load(indicators)
                    log.add(diagnostics)
                    return list
                }
            }
            if !refresh.changed.isEmpty {
                let next = Self.snapshot(state, before: current.withLock { $0 })
                current.withLock { $0 = next }
            }
            refresh.diagnostics = log.diagnostics
            return refresh
        }
    }

    private static func reload<Data>(
        _ loaded: inout Loaded<Data>, _ path: String, _ retries: Bool, _ refresh: inout Refresh, _ load: () -> Data?
    ) {
        let stamp = FileStamp(path)
        guard stamp != loaded.stamp || loaded.isBroken && retries else { return }
        loaded.stamp = stamp
        let data = load()
        loaded.isBroken = data == nil
        guard let data else { return }
        loaded.data = data
        refresh.changed.append(path)
    }

    private static func snapshot(_ state: State, before: EnrichmentSnapshot?) -> EnrichmentSnapshot {
        let lists = state.lists.map(\.data)
        // The filter over all lists is made anew only where one of them is.
        let isSame = before.map { $0.indicators.lists.elementsEqual(lists) { $0 === $1 } } ?? false
        return EnrichmentSnapshot(
            databases: state.databases.map(\.data), tables: state.tables.map(\.data),
            indicators: isSame ? before?.indicators ?? IndicatorSet(lists) : IndicatorSet(lists))
    }

    private static func database(_ file: EnrichmentConfiguration.File, _ log: DiagnosticLog) -> GeoDatabase? {
        do throws(GeoDatabase.Flaw) {
            return try GeoDatabase(path: file.path)
        } catch {
            log.error(at: file.location, "the database \(file.path): \(error.message)")
            return nil
        }
    }

    // MARK: Figures

    /// One of the things that events are enriched with, for people.
    public struct Part: Sendable, Equatable {
        /// `database`, `lookup` or `indicators`.
        public var kind: String
        public var name: String
        /// Rows or indicators; 0 for databases.
        public var count: Int
        /// Bytes of memory; 0 for databases.
        public var footprint: Int
    }

    public var parts: [Part] {
        let snapshot = current.withLock { $0 }
        return snapshot.databases.map { Part(kind: "database", name: $0.type, count: 0, footprint: 0) }
            + snapshot.tables.map { Part(kind: "lookup", name: $0.name, count: $0.rowCount, footprint: $0.footprint) }
            + snapshot.indicators.lists.map {
                Part(kind: "indicators", name: $0.name, count: $0.table.count, footprint: $0.footprint)
            }
    }

    // MARK: Names

    /// Fields and products that there are not.
    private static func check(
        _ configuration: EnrichmentConfiguration, _ products: ProductCatalog, _ productNumber: (String) -> UInt16?,
        _ log: DiagnosticLog
    ) {
        for lookup in configuration.lookups {
            for field in lookup.match {
                let folded = FieldCatalog.fold(field.path)
                guard !OCSFPaths.contains(folded), !FieldID.isOwn(path: folded) else { continue }
                let hint = Suggestion.hint(for: field.path, among: OCSFPaths.common)
                log.error(at: field.location, "no event has the OCSF field \"\(field.path)\"\(hint)")
            }
        }
        let named = configuration.labels.compactMap(\.product) + configuration.patterns.compactMap(\.product)
        for product in named where productNumber(product.path) == nil {
            let names = products.products.dropFirst().map(\.name)
            let hint = Suggestion.hint(for: product.path, among: names)
            log.error(
                at: product.location,
                "no mapping knows the product \"\(product.path)\"\(hint); known are \(names.joined(separator: ", "))")
        }
    }
}
