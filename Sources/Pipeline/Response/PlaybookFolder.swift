public import Alerting
public import LocatedYAML

/// Reads `rules/playbooks`.
public enum PlaybookFolder {
    /// Every playbook that is sound, and all that is wrong with the others.
    public static func read(_ folder: String, names: Set<String> = PlaybookValues.names) -> (PlaybookLibrary, [Diagnostic]) {
        let log = DiagnosticLog()
        let maximum = PlaybookLibrary.maximumPlaybooks
        let files = ResponseFiles.find(in: folder, endings: [".md"], maximum: maximum, log: log)
        return (PlaybookLibrary(files.compactMap { read($0, names, log) }), log.sorted)
    }

    private static func read(_ path: String, _ names: Set<String>, _ log: DiagnosticLog) -> Playbook? {
        do throws(BoundedFile.ReadError) {
            let bytes = try BoundedFile.read(path, maximumBytes: Playbook.maximumBytes)
            let (playbook, problems) = Playbook.read(bytes, name: ResponseFiles.name(of: path), names: names)
            for problem in problems {
                log.error(at: SourceLocation(file: path, line: problem.line, column: problem.column), problem.message)
            }
            return playbook
        } catch {
            log.error(at: SourceLocation(file: path, line: 1, column: 1), error.description)
            return nil
        }
    }
}
