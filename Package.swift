// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

// In a debug build a step takes a hundred times as long, unless the arithmetic is optimized (`make run`, `make sanitize`).
// Only when asked for: who uses this package as a library may not use one whose targets have flags of their own.
let optimizesArithmetic = Context.environment["VITRINE_OPTIMIZE_ARITHMETIC"] != nil
let arithmeticSettings =
    settings
    + (optimizesArithmetic
        ? [
            .unsafeFlags(
                ["-O", "-disable-batch-mode", "-whole-module-optimization", "-num-threads", "2"],
                .when(configuration: .debug))
        ] : [])

// Swift's own libraries become part of the executable: the kernel needs no toolchain where it runs, and holds less memory,
// since what it does not use of them is left out. The linker is the toolchain's own: the usual one warns of a function in
// Foundation that nothing here calls. No other program looks up names in the executable; without them it is 6 MB smaller.
let withoutToolchain = LinkerSetting.unsafeFlags(
    [
        "-use-ld=lld", "-static-stdlib", "-Xlinker", "--no-export-dynamic",
        "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
    ], .when(platforms: [.linux]))

// What each room stands on. All of it is named, not the next one alone: a target is compiled anew only when one that it
// names has changed, and one that was not would take values of others for what they are no longer.
let platform: [Target.Dependency] = ["Platform"]
let compute = platform + ["Compute"]
let images = compute + ["Images"]
let checkpoints = images + ["Checkpoints"]
let models = checkpoints + ["Downloads", "Resources", "Models"]
let visualization = models + ["Visualization"]
let studies = visualization + ["Studies"]
let atlas = studies + ["Atlas"]
let engine = atlas + ["VitrineEngine"]
let commands = engine + ["Cells", "Jupyter", "Commands"]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "vitrine",
    products: [
        // All of them, for the same reason.
        .library(
            name: "VitrineEngine",
            targets: [
                "Platform", "Compute", "Images", "Checkpoints", "Downloads", "Resources", "Models", "Visualization",
                "Studies", "Atlas", "VitrineEngine",
            ]),
        .executable(name: "vitrine", targets: ["vitrine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/swiftlang/swift-syntax", from: "603.0.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    ],
    targets: [
        // Without pkg-config: Debian's libzmq.pc names header folders of Kerberos, which SwiftPM refuses.
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(
            name: "CTurboJPEG", pkgConfig: "libturbojpeg",
            providers: [.apt(["libturbojpeg0-dev"])]),
        // Headers only: libcurl is opened when a download begins.
        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        // What the processor has, asked before anything uses it.
        .systemLibrary(name: "CProcessor"),

        // What matrix products need of the compiler that Swift does not offer.
        .systemLibrary(name: "CProducts"),

        // How the C library's heap is set up.
        .systemLibrary(name: "CHeap"),

        // What every room needs once: files, errors, words.
        .target(
            name: "Platform", dependencies: [crypto],
            path: "Sources/Engine/Platform", swiftSettings: settings),

        // Tensors, products, operations, graph, plan, executor, threads: one module, for the optimizer.
        .target(
            name: "Compute", dependencies: platform + ["CProcessor", "CProducts"],
            path: "Sources/Engine/Compute", swiftSettings: arithmeticSettings),

        // Pictures, codecs, plots, lettering.
        .target(
            name: "Images", dependencies: compute + ["CPNG", "CTurboJPEG", "CZlib"],
            path: "Sources/Engine/Images", swiftSettings: settings),

        // Formats of weights and their readers.
        .target(
            name: "Checkpoints", dependencies: images + ["CZlib"],
            path: "Sources/Engine/Checkpoints", swiftSettings: settings),

        // Files that come with the program, and where they are.
        .target(
            name: "Resources", path: "Sources/Engine/Resources",
            resources: [
                .copy("atlas"), .copy("ffmixer.safetensors"), .copy("help.png"), .copy("imagenet_classes.txt"),
                .copy("mixer.safetensors"), .copy("NOTICE.md"), .copy("vit.safetensors"),
            ],
            swiftSettings: settings),

        // HTTP, the hub and its caches.
        .target(
            name: "Downloads",
            dependencies: platform + ["CCurl", crypto],
            path: "Sources/Engine/Downloads", swiftSettings: settings),

        // Families, the catalog, preprocessing, known weights.
        .target(
            name: "Models", dependencies: checkpoints + ["Downloads", "Resources"],
            path: "Sources/Engine/Models", swiftSettings: settings),

        // Objectives, parameterizations, transforms, recipes, rendering, kept pictures.
        .target(
            name: "Visualization", dependencies: models,
            path: "Sources/Engine/Visualization", swiftSettings: settings),

        // What is found out about a model, in pictures and in numbers.
        .target(
            name: "Studies", dependencies: visualization,
            path: "Sources/Engine/Studies", swiftSettings: settings),

        // Every neuron of a model in a folder of pages.
        .target(
            name: "Atlas",
            dependencies: studies,
            path: "Sources/Engine/Atlas", swiftSettings: settings),

        // The library: all of the above under one name.
        .target(
            name: "VitrineEngine",
            dependencies: atlas,
            path: "Sources/Engine/VitrineEngine", swiftSettings: settings),

        // The cell language. A module of its own, so that the compiler keeps it apart from both
        // the engine and the wire.
        .target(
            name: "Cells",
            dependencies: [
                "Platform",
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                .product(name: "SwiftOperators", package: "swift-syntax"),
                .product(name: "SwiftParserDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
            ],
            path: "Sources/Kernel/Cells",
            swiftSettings: settings),

        // Wire, messages, channels, comms, widgets, bundles of forms. Knows neither the cell language nor a model.
        .target(
            name: "Jupyter",
            dependencies: platform + ["CZeroMQ", "CSQLite", crypto, logging],
            path: "Sources/Kernel/Jupyter", swiftSettings: settings),

        // What cells call, values, displays, notebooks.
        .target(
            name: "Commands",
            dependencies: engine + ["Cells", "Jupyter", logging],
            path: "Sources/Kernel/Commands", swiftSettings: settings),

        .executableTarget(
            name: "vitrine",
            dependencies: commands + [
                "CProcessor", "CHeap", .product(name: "ArgumentParser", package: "swift-argument-parser"), logging,
            ],
            exclude: ["kernelspec/papermill"],
            resources: [
                .embedInCode("kernelspec/kernel.json"),
                .embedInCode("kernelspec/launch.sh"),
                .embedInCode("kernelspec/logo-32x32.png"),
                .embedInCode("kernelspec/logo-64x64.png"),
                .embedInCode("kernelspec/logo-svg.svg"),
            ],
            swiftSettings: settings, linkerSettings: [withoutToolchain]),

        // The example of docs/library.md, which the tests run. It sees what any other package sees.
        .executableTarget(
            name: "neurons", dependencies: engine, path: "Examples/Neurons/Sources/neurons",
            packageAccess: false, swiftSettings: settings),

        // Counts allocations, so that a test can say that a step makes none.
        .target(name: "CAllocationCounter", path: "Tests/CAllocationCounter"),
        // What tests share: folders and files; models; subjects of renders; what they need and wait for; a language to
        // speak Jupyter with.
        .target(
            name: "TestSupport",
            dependencies: checkpoints, path: "Tests/TestSupport",
            swiftSettings: settings),
        .target(
            name: "TestModels",
            dependencies: models + ["TestSupport"],
            path: "Tests/TestModels",
            swiftSettings: settings),
        .target(
            name: "TestSubjects",
            dependencies: visualization + ["TestSupport"], path: "Tests/TestSubjects",
            swiftSettings: settings),
        .target(name: "TestConditions", path: "Tests/TestConditions", swiftSettings: settings),
        .target(
            name: "TestKernel", dependencies: platform + ["Jupyter"], path: "Tests/TestKernel", swiftSettings: settings),

        .testTarget(name: "PlatformTests", dependencies: checkpoints + ["TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ComputeTests",
            dependencies: checkpoints + ["TestSupport", "CProcessor", "CProducts"],
            swiftSettings: settings),
        .testTarget(name: "ImagesTests", dependencies: checkpoints + ["TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "CheckpointsTests",
            dependencies: checkpoints + ["TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "DownloadsTests",
            dependencies: models + ["TestSupport", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "ModelsTests",
            dependencies: models + ["TestSupport", "TestModels", "CAllocationCounter"],
            swiftSettings: settings),
        .testTarget(
            name: "VisualizationTests",
            dependencies: visualization + ["TestSupport", "TestModels", "TestSubjects", "CAllocationCounter", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "StudiesTests",
            dependencies: studies + ["TestSupport", "TestModels", "TestSubjects"],
            swiftSettings: settings),
        .testTarget(
            name: "AtlasTests",
            dependencies: atlas + ["TestSupport", "TestModels"],
            swiftSettings: settings),
        // They see what any other package sees, and add a device as one would.
        .testTarget(name: "LibraryTests", dependencies: engine, packageAccess: false, swiftSettings: settings),
        .testTarget(
            name: "CellsTests", dependencies: platform + ["Cells"], exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "JupyterTests",
            dependencies: platform + ["Jupyter", "TestKernel", logging],
            swiftSettings: settings),
        .testTarget(
            name: "CommandsTests",
            dependencies: commands + ["TestKernel", "TestModels"],
            swiftSettings: settings),
    ]
)

// Tests that hardly compute are compiled without optimization, which takes longer than they do.
let computing: Set = ["ComputeTests", "ImagesTests", "ModelsTests", "VisualizationTests", "LibraryTests"]
for target in package.targets where target.type == .test && !computing.contains(target.name) {
    target.swiftSettings = settings + [.unsafeFlags(["-Onone"], .when(configuration: .release))]
}

// Every test can say what it needs and wait no longer than it has to.
for target in package.targets where target.type == .test { target.dependencies.append("TestConditions") }

// The test targets that the tests consist of, separated by commas, when not all: what they do not need is not built.
if let chosen = Context.environment["VITRINE_TESTS"]?.split(separator: ",").map(String.init) {
    package.targets.removeAll { $0.type == .test && !chosen.contains($0.name) }
}
