import Collectors
import Foundation
import TestSupport
import Testing

struct TLSIdentityTests {
    /// The files of a server in a folder where they can be replaced.
    private static func files(_ name: String, in folder: TemporaryFolder) throws -> TLSConfiguration {
        try replace(name, in: folder)
        return TLSConfiguration(
            certificateFile: folder.path("tls.pem"), privateKeyFile: folder.path("tls.key"),
            clientAuthoritiesFile: try TestCertificates.shared.get().certificate("ca"))
    }

    private static func replace(_ name: String, in folder: TemporaryFolder, keyOf other: String? = nil) throws {
        let certificates = try TestCertificates.shared.get()
        try folder.file("tls.pem", try Data(contentsOf: URL(fileURLWithPath: certificates.certificate(name))))
        try folder.file("tls.key", try Data(contentsOf: URL(fileURLWithPath: certificates.key(other ?? name))))
    }

    @Test func changedFilesAreReadOnce() throws {
        let folder = try TemporaryFolder()
        let identity = try TLSIdentity(try Self.files("server", in: folder), logger: .quiet)
        #expect(!identity.reloadIfChanged())
        try Self.replace("collector", in: folder)
        #expect(identity.reloadIfChanged())
        #expect(!identity.reloadIfChanged())
    }

    @Test func filesThatDoNotFitChangeNothing() throws {
        let folder = try TemporaryFolder()
        let identity = try TLSIdentity(try Self.files("server", in: folder), logger: .quiet)
        try Self.replace("server", in: folder, keyOf: "collector")
        #expect(!identity.reloadIfChanged())
        try folder.file("tls.pem", Data("half of a certifi".utf8))
        #expect(!identity.reloadIfChanged())
        try Self.replace("collector", in: folder)
        #expect(identity.reloadIfChanged())
    }

    @Test(arguments: ["tls.pem", "tls.key"])
    func aFileThatCannotBeUsedIsNamed(name: String) throws {
        let folder = try TemporaryFolder()
        let configuration = try Self.files("server", in: folder)
        try folder.file(name, Data("nothing in PEM form\n".utf8))
        let error = #expect(throws: TLSError.self) { try TLSIdentity(configuration, logger: .quiet) }
        #expect("\(try #require(error))".hasPrefix(folder.path(name)))
    }
}
