import Foundation

/// Where a person's own files are: `$XDG_CONFIG_HOME/perimeter`, or `~/.config/perimeter` (XDG Base Directory Specification).
enum UserFolder {
    static func path(_ name: String) -> String {
        let environment = ProcessInfo.processInfo.environment
        // The specification asks that relative paths be ignored.
        if let folder = environment["XDG_CONFIG_HOME"], folder.hasPrefix("/") { return "\(folder)/perimeter/\(name)" }
        return "\(environment["HOME"] ?? "")/.config/perimeter/\(name)"
    }
}
