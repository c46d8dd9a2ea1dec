public import Foundation

/// A folder that goes away with the value.
public final class TemporaryFolder: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("perimeter-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }  // Nothing is left to tell if it is gone already.

    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// Writes a file and returns its place.
    @discardableResult
    public func file(_ name: String, _ contents: Data = Data()) throws -> URL {
        let place = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try contents.write(to: place)
        return place
    }
}
