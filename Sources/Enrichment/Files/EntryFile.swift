import EventModel
import LocatedYAML

/// A file of many entries that the configuration names: reads it, and tells where what keeps it from being read stands.
struct EntryFile {
    let file: EnrichmentConfiguration.File
    /// For messages: `the table "assets"`.
    let what: String

    /// What keeps the file from being read, without a line.
    struct Flaw: Error, CustomStringConvertible { var description: String }

    /// What `body` makes of the file's bytes, or nil and why not.
    func read<Entries>(maximumBytes: Int, _ body: ([UInt8]) throws -> Entries) -> (Entries?, [Diagnostic]) {
        do {
            return (try body(try BoundedFile.read(file.path, maximumBytes: maximumBytes)), [])
        } catch let error as BoundedFile.ReadError {
            return (nil, [Diagnostic(.error, at: file.location, "\(what) (\(file.path)): \(error)")])
        } catch let error as CSVReader.Flaw {
            return (nil, [diagnostic(line: error.line, error.message)])
        } catch let error as JSONObjects.Flaw {
            return (nil, [diagnostic(line: error.line, error.message)])
        } catch {
            return (nil, [Diagnostic(.error, at: file.location, "\(error)")])
        }
    }

    private func diagnostic(line: Int, _ message: String) -> Diagnostic {
        Diagnostic(.error, at: SourceLocation(file: file.path, line: line, column: 1), message)
    }

    /// - Parameter shown: so many of the names that there are.
    func missing(_ column: String, among names: [String], shown: Int) -> Flaw {
        let known = names.prefix(shown).map { LineText.short($0) }.joined(separator: ", ")
        return Flaw(
            description: "\(file.path) has no column \"\(column)\"\(Suggestion.hint(for: column, among: names)); it has \(known)")
    }

    var isEmpty: Flaw { Flaw(description: "\(file.path): the file is empty") }
}
