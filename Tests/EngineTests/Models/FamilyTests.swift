import Engine
import Foundation
import Testing

/// A tiny model of every family, as its framework saves it, against what the framework computes with it.
///
/// `Fixtures/make_family_fixtures.py` made them. The names of the outputs are the framework's own module names.
@Suite struct FamilyTests {
    static let folder = Reference.root.appendingPathComponent("Tests/EngineTests/Fixtures/families")
    static let families = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []

    @Test func allAreThere() {
        #expect(Self.families.count == 29)
    }

    /// A relative error of 1e-5, against values computed in double precision.
    @Test(arguments: families)
    func outputsAgree(_ family: String) throws {
        let model = try Self.model(family)
        let reference = try Self.reference(family)
        let names = reference.names.filter { $0.hasPrefix("output.") }.map { String($0.dropFirst(7)) }
        #expect(names.count > 12)
        let executor = try model.makeExecutor(layers: names, gradient: false)
        _ = executor.input.update(from: Reference.pattern(executor.input.count, seed: 1))
        try executor.forward(cancellation: nil)
        for name in names {
            let expected = try reference.parameter("output.\(name)").tensor
            let found = executor.output(name)
            #expect(found.count == expected.values.count, "\(name)")
            #expect(Reference.distance(found, expected.values) < 1e-5, "\(name)")
            #expect(try model.layer(name).shape.features == expected.shape[-1], "\(name)")
        }
    }

    /// A relative error of 1e-4 in the picture's gradient.
    @Test(arguments: families)
    func gradientsAgree(_ family: String) throws {
        let model = try Self.model(family)
        let reference = try Self.reference(family)
        let names = reference.names.filter { $0.hasPrefix("gradient.") }.map { String($0.dropFirst(9)) }
        #expect(names.count >= 2)
        for name in names {
            let expected = try reference.parameter("gradient.\(name)").tensor
            let executor = try model.makeExecutor(layers: [name], gradient: true)
            _ = executor.input.update(from: Reference.pattern(executor.input.count, seed: 1))
            try executor.forward(cancellation: nil)
            let seed = executor.outputGradient(name)
            _ = seed.update(from: Reference.pattern(seed.count, seed: 2))
            try executor.backward(cancellation: nil)
            #expect(Reference.distance(executor.inputGradient, expected.values) < 1e-4, "\(name)")
        }
    }

    /// The framework stretched the positions in float32, so its own rounding is in the difference.
    @Test(arguments: families)
    func positionsAreStretchedAsInTheFramework(_ family: String) throws {
        let reference = try Self.reference(family)
        guard let expected = try? reference.parameter("larger.output").tensor else {
            if family.hasPrefix("jax_vit") || family.hasSuffix("pre_logits") { return }
            // A mixer's weights are made for its number of patches.
            #expect(throws: EngineError.self) { try Self.model(family, size: 24) }
            return
        }
        let model = try Self.model(family, size: 24)
        #expect(model.imageSize == (24, 24))
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        _ = executor.input.update(from: Reference.pattern(executor.input.count, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), expected.values) < 1e-5)
    }

    @Test(arguments: families)
    func everyAddressHasAShapeInWords(_ family: String) throws {
        let model = try Self.model(family)
        #expect(model.blockCount == 2)
        let addresses = model.layers.map(\.address)
        #expect(Set(addresses).count == addresses.count)
        for layer in model.layers { #expect(layer.shape.words.contains("features") || layer.shape.words.contains("attended")) }
        #expect(model.graph.layer("embedding") != nil && model.graph.layer("output") != nil)
        #expect(model.graph.layer("blocks.1.before")?.shape == model.graph.layer("blocks.0")?.shape)
    }

    private static func model(_ family: String, size: Int? = nil) throws -> Model {
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(family).path)
        let file = try #require(files.first { $0.hasPrefix("model.") })
        return try Model.load(folder.appendingPathComponent("\(family)/\(file)").path, size: size)
    }

    private static func reference(_ family: String) throws -> Safetensors {
        try Safetensors(path: folder.appendingPathComponent("\(family)/reference.safetensors").path)
    }
}
