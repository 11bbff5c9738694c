// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

// Listed from the bottom up: a target imports only targets that stand above it.
let package = Package(
    name: "roomcast",
    products: [
        .executable(name: "roomcast", targets: ["roomcast"]),
        .library(name: "MicroHTTPD", targets: ["MicroHTTPD"]),
        .library(name: "ServerSentEvents", targets: ["ServerSentEvents"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CLinux"),
        .systemLibrary(
            name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(
            name: "MicroHTTPD",
            dependencies: [
                "CLinux", "CMicroHTTPD", .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(name: "ServerSentEvents", swiftSettings: strict),
        .target(name: "Chat", swiftSettings: strict),
        .target(
            name: "ChatStreams",
            dependencies: [
                "Chat", "ServerSentEvents", .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "ChatStorage",
            dependencies: [
                "Chat", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "ChatCluster",
            dependencies: [
                "CNATS", "Chat", "ChatStreams", "ChatStorage",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // UTS #39 is in the ICU that Foundation brings along, and importing it does not link it.
        .target(
            name: "ChatIdentity",
            dependencies: [
                "Chat", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
            ],
            swiftSettings: strict, linkerSettings: [.linkedLibrary("_FoundationICU")]),
        .target(
            name: "ChatHTTP",
            dependencies: [
                "CZlib", "MicroHTTPD", "Chat", "ChatIdentity", "ChatStreams",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "roomcast",
            dependencies: [
                "MicroHTTPD", "Chat", "ChatIdentity", "ChatStreams", "ChatStorage", "ChatCluster", "ChatHTTP",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "roomcast-bench",
            dependencies: [
                "CLinux", "ServerSentEvents", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MicroHTTPDTests",
            dependencies: ["MicroHTTPD", "CMicroHTTPD", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict),
        .testTarget(name: "ServerSentEventsTests", dependencies: ["ServerSentEvents"], swiftSettings: strict),
        .testTarget(name: "roomcast-benchTests", dependencies: ["roomcast-bench"], swiftSettings: strict),
        .testTarget(name: "ChatTests", dependencies: ["Chat"], swiftSettings: strict),
        .testTarget(name: "ChatStreamsTests", dependencies: ["Chat", "ChatStreams"], swiftSettings: strict),
        .testTarget(
            name: "ChatStorageTests",
            dependencies: [
                "Chat", "ChatStorage", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ChatClusterTests",
            dependencies: [
                "Chat", "ChatStreams", "ChatStorage", "ChatCluster", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ChatIdentityTests",
            dependencies: [
                "Chat", "ChatIdentity", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ChatHTTPTests",
            dependencies: [
                "MicroHTTPD", "ServerSentEvents", "Chat", "ChatIdentity", "ChatStreams", "ChatStorage", "ChatCluster",
                "ChatHTTP", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "RoomcastTests",
            dependencies: [
                "roomcast", "Chat", "ChatIdentity", "ChatCluster", "ChatHTTP", "ChatStorage",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
    ]
)
