#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import LocatedYAML

/// Which files of a folder hold playbooks, or scenarios.
enum ResponseFiles {
    /// Paths of the files in a folder (not below it) with one of the endings, by name. A folder that cannot be read is logged.
    static func find(in folder: String, endings: [String], maximum: Int, log: DiagnosticLog) -> [String] {
        let place = SourceLocation(file: folder, line: 1, column: 1)
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { name in
                !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) }
            }
            if names.count > maximum { log.error(at: place, "the folder has more than \(maximum) files; others are left out") }
            return names.prefix(maximum).map { folder + "/" + $0 }
        } catch {
            log.error(at: place, "cannot read the folder: \(error)")
            return []
        }
    }

    /// A file's name without folder and ending.
    static func name(of path: String) -> String {
        let file = path.split(separator: "/").last ?? ""
        return file.lastIndex(of: ".").map { String(file[..<$0]) } ?? String(file)
    }
}
