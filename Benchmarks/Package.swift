// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what only measures is no part of the product. It sees what any other package sees.
let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "vitrine", path: "..")],
    targets: [
        .executableTarget(
            name: "benchmark", dependencies: [.product(name: "VitrineEngine", package: "vitrine")], path: "Sources",
            swiftSettings: [.swiftLanguageMode(.v6)])
    ])
