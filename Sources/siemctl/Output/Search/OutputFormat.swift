import ArgumentParser

/// Results as people and programs want them.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// Columns for people, cut to the terminal's width; `timechart` draws bars on a terminal.
    case table
    /// More columns, and nothing cut.
    case wide
    /// One list.
    case json
    /// An object a line: an OCSF event with the columns that the query made, or a row.
    case jsonl
    case csv
    /// The records as received.
    case raw
    /// OCSF events, a line each, and nothing else in them.
    case ocsf

    var isForPeople: Bool {
        switch self {
        case .table, .wide: true
        case .json, .jsonl, .csv, .raw, .ocsf: false
        }
    }

    /// Whether events are printed as OCSF documents.
    var showsDocuments: Bool {
        switch self {
        case .json, .jsonl, .ocsf: true
        case .table, .wide, .csv, .raw: false
        }
    }

    /// Whether it can only be made of events.
    var needsEvents: Bool {
        switch self {
        case .raw, .ocsf: true
        case .table, .wide, .json, .jsonl, .csv: false
        }
    }
}
