import EventModel
import LocatedYAML

/// Reads the file of a list of indicators.
struct IndicatorLoader {
    static let maximumBytes = 512 << 20

    let configuration: IndicatorConfiguration
    let file: EntryFile
    let reader = IndicatorText()
    var builder = IndicatorList.Builder()
    var flaws: LineFlaws

    /// The list, or nil and why not. Entries that cannot be read are left out and told.
    static func load(_ configuration: IndicatorConfiguration) -> (IndicatorList?, [Diagnostic]) {
        let file = EntryFile(file: configuration.file, what: "the list \"\(configuration.name)\"")
        var loader = IndicatorLoader(
            configuration: configuration, file: file, flaws: LineFlaws(file: configuration.file.path))
        let (list, errors) = file.read(maximumBytes: maximumBytes) { bytes in
            switch configuration.format {
            case .text: loader.lines(bytes)
            case .csv: try loader.csv(bytes)
            case .stix: try loader.stix(bytes)
            }
            return IndicatorList(
                loader.builder, name: configuration.name, provider: configuration.provider ?? configuration.name,
                includesSubdomains: configuration.includesSubdomains)
        }
        return (list, list == nil ? errors : loader.flaws.finished("indicators"))
    }

    static let isFull = "the list has more than \(Builder.maximumCount) indicators, or is too long; this one is left out"
    private typealias Builder = IndicatorList.Builder

    // MARK: Text

    /// One indicator a line. `#` and `;` begin a comment where a line begins or after a blank; of a line of a hosts file, the
    /// name counts.
    private mutating func lines(_ bytes: [UInt8]) {
        var start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var number = 0
        while start < bytes.count {
            number += 1
            let end = bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
            line(number, bytes[start..<end])
            start = end + 1
        }
    }

    private mutating func line(_ number: Int, _ line: ArraySlice<UInt8>) {
        guard line.count <= CSVReader.maximumRecord else {
            return flaws.add(line: number, "the line is longer than \(CSVReader.maximumRecord) bytes")
        }
        var words: [ArraySlice<UInt8>] = []
        for word in line.split(whereSeparator: { $0 <= 0x20 }) {
            if word.first == UInt8(ascii: "#") || word.first == UInt8(ascii: ";") { break }
            words.append(word)
            if words.count > 2 { break }
        }
        guard var word = words.first else { return }
        if words.count == 2, word.elementsEqual("0.0.0.0".utf8) || word.elementsEqual("127.0.0.1".utf8) { word = words[1] }
        add(number, word, IndicatorDetail())
    }

    private mutating func add(_ line: Int, _ text: ArraySlice<UInt8>, _ detail: IndicatorDetail) {
        do throws(IndicatorText.Flaw) {
            let key = try reader.key(text, type: configuration.type)
            guard let place = builder.add(detail), builder.add(key, detail: place) else {
                return flaws.add(line: line, Self.isFull)
            }
        } catch {
            flaws.add(line: line, error.message)
        }
    }

    // MARK: CSV

    private mutating func csv(_ bytes: [UInt8]) throws {
        var records = CSVReader(bytes, delimiter: configuration.delimiter, hasComments: true)
        var columns = Columns(value: 0)
        if configuration.column != nil {
            guard let header = try records.next() else { throw file.isEmpty }
            columns = try self.columns(header.map { String(decoding: $0, as: UTF8.self) })
        }
        while let record = try records.next() {
            guard columns.value < record.count else {
                flaws.add(line: records.line, "the record has \(record.count) fields: none is where the indicator should be")
                continue
            }
            var detail = IndicatorDetail()
            if let id = columns.id, id < record.count { detail.id = String(decoding: record[id], as: UTF8.self) }
            if let labels = columns.labels, labels < record.count {
                detail.labels = Self.labels(record[labels])
            }
            if let confidence = columns.confidence, confidence < record.count {
                detail.confidence = Int(String(decoding: record[confidence], as: UTF8.self)).flatMap {
                    (0...100).contains($0) ? $0 : nil
                }
            }
            add(records.line, record[columns.value], detail)
        }
    }

    private struct Columns {
        var value: Int
        var id: Int?
        var labels: Int?
        var confidence: Int?
    }

    private func columns(_ names: [String]) throws(EntryFile.Flaw) -> Columns {
        func place(_ column: String) throws(EntryFile.Flaw) -> Int {
            guard let place = names.firstIndex(of: column) else { throw file.missing(column, among: names, shown: 32) }
            return place
        }
        var columns = Columns(value: try place(configuration.column ?? ""))
        if let id = configuration.idColumn { columns.id = try place(id) }
        if let labels = configuration.labelsColumn { columns.labels = try place(labels) }
        if let confidence = configuration.confidenceColumn { columns.confidence = try place(confidence) }
        return columns
    }

    /// Labels of one field, between commas, semicolons or bars.
    private static func labels(_ field: ArraySlice<UInt8>) -> [String] {
        field.split { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "|") }
            .map { String(decoding: IndicatorText.trimmed($0), as: UTF8.self) }.filter { !$0.isEmpty }
    }
}
