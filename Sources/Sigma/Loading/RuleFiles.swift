#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import LocatedYAML

/// Which files rules are read from.
enum RuleFiles {
    /// Deeper folders are not entered: a link that leads back up would never end.
    private static let maximumDepth = 32

    /// The files themselves, and those named `*.yml` or `*.yaml` in the folders and below, `*.test.yml` left out; in the order
    /// of the arguments, and by name within a folder. What cannot be read is logged.
    static func find(_ paths: [String], log: DiagnosticLog) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        for path in paths {
            walk(path, depth: 0, isArgument: true, log: log) { if seen.insert($0).inserted { found.append($0) } }
        }
        return found
    }

    private static func walk(
        _ path: String, depth: Int, isArgument: Bool, log: DiagnosticLog, _ take: (String) -> Void
    ) {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            log.error(at: SourceLocation(file: path, line: 1, column: 1), "there is no such file or folder")
            return
        }
        guard isFolder else {
            if isArgument || isRule(path) { take(path) }
            return
        }
        guard depth < maximumDepth else {
            log.error(at: SourceLocation(file: path, line: 1, column: 1), "the folder lies more than \(maximumDepth) levels deep")
            return
        }
        do {
            for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where !name.hasPrefix(".") {
                let child = path.hasSuffix("/") ? path + name : path + "/" + name
                walk(child, depth: depth + 1, isArgument: false, log: log, take)
            }
        } catch {
            log.error(at: SourceLocation(file: path, line: 1, column: 1), "cannot read the folder: \(error)")
        }
    }

    private static func isRule(_ path: String) -> Bool {
        let isYAML = path.hasSuffix(".yml") || path.hasSuffix(".yaml")
        return isYAML && !path.hasSuffix(".test.yml") && !path.hasSuffix(".test.yaml")
    }
}
