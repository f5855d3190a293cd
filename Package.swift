// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

let package = Package(
    name: "archer-itsm",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ITSMCore", targets: ["ITSMCore"]),
        .library(name: "ITSMStore", targets: ["ITSMStore"]),
        .executable(name: "itsm-server", targets: ["ITSMServer"]),
        .executable(name: "itsmctl", targets: ["itsmctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: ["FullFoundation"]),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0", traits: ["CommandLineArguments", "YAML"]),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CCMark", pkgConfig: "libcmark-gfm", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CICal", pkgConfig: "libical", providers: [.apt(["libical-dev"])]),
        .target(name: "CShims"),
        .target(name: "ITSMCore", resources: [.embedInCode("People/common-passwords.txt")], swiftSettings: settings),
        .target(
            name: "ITSMStore",
            dependencies: [
                "ITSMCore", "CLibPQ", "CSodium", "CShims", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.embedInCode("Migrations")],
            swiftSettings: settings),
        .target(name: "ITSMTransport", dependencies: ["ITSMCore", "CCurl"], swiftSettings: settings),
        .executableTarget(
            name: "ITSMServer",
            dependencies: [
                "ITSMCore", "ITSMStore", "ITSMTransport", "CSodium", "CShims", "CZlib", "CCMark", "CQREncode", "CICal",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            resources: [.embedInCode("Web/Templates"), .embedInCode("Web/Assets")],
            swiftSettings: settings),
        .executableTarget(
            name: "itsmctl",
            dependencies: [
                "CShims", "ITSMCore", "ITSMStore", "ITSMTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),
        .target(
            name: "ITSMTestSupport", dependencies: ["ITSMCore", "ITSMStore", .product(name: "Logging", package: "swift-log")],
            path: "Tests/ITSMTestSupport", swiftSettings: settings),
        .executableTarget(name: "ClockBench", dependencies: ["ITSMCore"], path: "Tests/ClockBench", swiftSettings: settings),
        .executableTarget(name: "ExpressionBench", dependencies: ["ITSMCore"], path: "Tests/ExpressionBench", swiftSettings: settings),
        .testTarget(name: "ITSMCoreTests", dependencies: ["ITSMCore"], swiftSettings: settings),
        .executableTarget(
            name: "EmbeddedPostgresHost", dependencies: ["ITSMStore", .product(name: "Logging", package: "swift-log")],
            path: "Tests/EmbeddedPostgresHost", swiftSettings: settings),
        .testTarget(
            name: "ITSMStoreTests", dependencies: ["ITSMStore", "ITSMTestSupport", "EmbeddedPostgresHost", "CLibPQ", "CShims"],
            swiftSettings: settings),
        .testTarget(
            name: "ITSMServerTests",
            dependencies: [
                "ITSMServer", "ITSMTestSupport",
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .testTarget(name: "itsmctlTests", dependencies: ["itsmctl", "ITSMTestSupport", "ITSMTransport"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
