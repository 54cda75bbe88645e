// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "neurons",
    dependencies: [.package(name: "vitrine", path: "../..")],
    targets: [
        .executableTarget(name: "neurons", dependencies: [.product(name: "VitrineEngine", package: "vitrine")])
    ]
)
