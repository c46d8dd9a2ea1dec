package import Alerting
import Collectors
import EventModel

/// Which sources' doors a drill's records go through, and the sending.
package struct DrillDoors: Sendable {
    /// The records for one door, in order of their times.
    struct Load: Sendable {
        var source: SourceConfiguration
        var records: [String]
    }

    let loads: [Load]
    private let http: HTTPConfiguration

    /// - Parameters:
    ///   - records: of the drill.
    ///   - source: the name of the source that all go through; nil: each goes through the one that takes its product's records,
    ///     else through one that tells products by their shape. Files are written to only if they are named: they are others'.
    /// - Throws: what no source takes, or that there is no such source.
    package init(_ records: [Drill.Record], through source: String?, _ installation: Configuration) throws(DrillError) {
        http = installation.http
        var loads: [Load] = []
        for record in records {
            let door = try Self.source(for: record.product, named: source, installation)
            if let place = loads.firstIndex(where: { $0.source.name == door.name }) {
                loads[place].records.append(record.json)
            } else {
                loads.append(Load(source: door, records: [record.json]))
            }
        }
        self.loads = loads
    }

    /// For people, and for the store.
    package var names: String { loads.map(\.source.name).joined(separator: ", ") }

    private static func source(
        for product: String, named name: String?, _ installation: Configuration
    ) throws(DrillError) -> SourceConfiguration {
        let sources = installation.sources
        if let name {
            guard let source = sources.first(where: { $0.name == name }) else {
                throw DrillError("no source is called \"\(name)\"; known are \(sources.map(\.name).joined(separator: ", "))")
            }
            if let own = source.product, own != product {
                throw DrillError("the source \(name) takes records of \(own), and the scenario has some of \(product)")
            }
            return source
        }
        let open = sources.filter(takesDrills)
        if let own = open.first(where: { $0.product == product }) ?? open.first(where: { $0.product == nil }) { return own }
        throw DrillError(
            "no source takes records of \(product) from a drill; add one of syslog or JSON over HTTP, for example on 127.0.0.1")
    }

    /// Whether records may be sent there without being asked to.
    private static func takesDrills(_ source: SourceConfiguration) -> Bool {
        switch source.door {
        case .syslog(let syslog): syslog.transport != .relp && syslog.tls?.clientAuthoritiesFile == nil
        case .http(let http): http.kind == .json
        case .file, .poll: false
        }
    }

    func send() async throws(DoorError) {
        for load in loads {
            switch load.source.door {
            case .syslog(let syslog): try await DoorSender.send(load.records, to: syslog)
            case .http(let source): try await DoorSender.send(load.records, to: http, source: load.source.name, source)
            case .file(let file): try DoorSender.send(load.records, to: file)
            case .poll: throw DoorError("\(load.source.name) is polled: a drill cannot put records into \(load.source.door.text)")
            }
        }
    }
}

/// Why a drill cannot be made.
public struct DrillError: Error, Sendable, Equatable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
