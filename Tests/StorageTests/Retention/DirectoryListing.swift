import Foundation

enum DirectoryListing {
    /// The names in a folder, sorted; none if there is no such folder.
    static func names(_ path: String) throws -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }
}
