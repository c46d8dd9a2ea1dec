// swift-tools-version: 6.2
import PackageDescription

// The house in rows: a target imports only from rows below its own (docs/architecture.md).
// `swift build --explicit-target-dependency-import-check error` enforces it.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // Exclusivity of class properties is checked in debug builds, where the tests of each module are written; in the hot loops
    // of a release build the checks cost a tenth of the time.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict)
}

let package = Package(
    name: "perimeter",
    products: [
        .executable(name: "siemd", targets: ["siemd"]),
        .executable(name: "siemctl", targets: ["siemctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Row 0: C libraries of the system, and the few lines of C that Swift cannot say.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CMaxMindDB", pkgConfig: "libmaxminddb", providers: [.apt(["libmaxminddb-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CMalloc"),
        .target(name: "CScan"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        // Row 1: words.
        module("EventModel", ["CScan"]),
        module("LocatedYAML", [.product(name: "Yams", package: "Yams")]),

        // Row 2: matching.
        module("Matching", ["EventModel", "CRE2"]),

        // Row 3: rules.
        module("Sigma", ["Matching", "EventModel", "LocatedYAML"]),
        // Row 3: searches, from their text to their rows.
        module("Searching", ["Matching", "EventModel"]),

        // Row 4: stages. None of them imports another.
        module("Collectors", [
            "EventModel", "LocatedYAML", "COpenSSL", "CZlib", "CZstd", lifecycle, logging, hummingbird,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "HTTPTypes", package: "swift-http-types"),
            .product(name: "HummingbirdCore", package: "hummingbird"),
            .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOTLS", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
            .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
            .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        ] + nio),
        module("Normaliser", ["EventModel", "LocatedYAML"]),
        module("Enrichment", ["EventModel", "LocatedYAML", "CMaxMindDB"]),
        module("Detection", ["Sigma", "Matching", "EventModel", "LocatedYAML"]),
        module("Storage", ["Matching", "EventModel", "CSQLite", "CLZ4", "CZstd", "CScan"]),
        module("Alerting", [
            "Matching", "EventModel", "COpenSSL", lifecycle, logging,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio),

        // Row 5: wiring.
        module("Pipeline", [
            "Collectors", "Normaliser", "Enrichment", "Detection", "Storage", "Alerting",
            "Sigma", "Searching", "Matching", "EventModel", "LocatedYAML", lifecycle, logging,
            .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        ]),

        // Row 6: the daemon's face.
        module(
            "Console",
            ["Pipeline", "Collectors", "Normaliser", "CMalloc", "Storage", "EventModel", lifecycle, logging, hummingbird] + nio),

        // Row 7: programs.
        program("siemd", ["Console", "Pipeline", "LocatedYAML", "CMalloc", lifecycle, logging, arguments]),
        program("siemctl", [
            "Pipeline", "Collectors", "Normaliser", "Enrichment", "Detection", "Storage", "Alerting", "Sigma", "Searching",
            "Matching", "EventModel", "LocatedYAML", arguments,
        ]),

        // Measures parts of the engine for scripts/bench; no product.
        program("benchmarks", [
            "Pipeline", "Normaliser", "Detection", "Storage", "Sigma", "Searching", "Matching", "EventModel", "LocatedYAML",
            "CMalloc", arguments,
        ]),

        .target(name: "TestSupport", dependencies: ["EventModel"], path: "Tests/TestSupport", swiftSettings: strict),
        tests("EventModelTests", ["EventModel"]),
        tests("LocatedYAMLTests", ["LocatedYAML"]),
        tests("MatchingTests", ["Matching", "EventModel"]),
        tests("SigmaTests", ["Sigma", "Matching", "EventModel", "LocatedYAML"]),
        tests("SearchingTests", ["Searching", "Matching", "EventModel"]),
        tests("CollectorsTests", [
            "Collectors", "EventModel", "LocatedYAML", "COpenSSL", "CZlib", "CZstd", lifecycle, logging,
            .product(name: "AsyncHTTPClient", package: "async-http-client"),
            .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio),
        tests("NormaliserTests", ["Normaliser", "LocatedYAML", "EventModel"]),
        tests("EnrichmentTests", ["Enrichment", "Normaliser", "EventModel", "LocatedYAML"]),
        tests("DetectionTests", ["Detection", "Sigma", "Matching", "EventModel", "LocatedYAML"]),
        tests("StorageTests", ["Storage", "Normaliser", "Matching", "EventModel", "CSQLite"]),
        tests("AlertingTests", [
            "Alerting", "EventModel", logging, .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOSSL", package: "swift-nio-ssl"),
        ] + nio),
        tests("PipelineTests", [
            "Pipeline", "Collectors", "Normaliser", "Enrichment", "Detection", "Storage", "Alerting", "Sigma", "Matching",
            "EventModel", "LocatedYAML", logging,
        ]),
        tests("ConsoleTests", ["Console", "Pipeline", "Normaliser", "Storage", "Collectors", "EventModel"]),
        tests("EndToEndTests", ["Storage", "EventModel"]),
    ],
    cxxLanguageStandard: .cxx17
)
