import Foundation
import Images
import Platform
import TestModels
import TestSupport
import Testing

/// A tiny model of every family, as its framework saves it, against what the framework computes with it.
///
/// `Fixtures/make_family_fixtures.py` made them. The names of the outputs are the framework's own module names.
@Suite(.timeLimit(.minutes(10))) struct FamilyTests {
    @Test func allAreThere() {
        #expect(FamilyReference.families.count == 55)
    }

    /// A relative error of 1e-5, against values computed in double precision.
    @Test(arguments: FamilyReference.families)
    func outputsAgree(_ family: String) throws {
        let reference = try Self.reference(family)
        let errors = try reference.outputErrors(reference.model())
        #expect(errors.count > 12)
        for (name, error) in errors { #expect(error < 1e-5, "\(name)") }
    }

    /// A relative error of 1e-4 in the picture's gradient.
    @Test(arguments: FamilyReference.families)
    func gradientsAgree(_ family: String) throws {
        let reference = try Self.reference(family)
        let errors = try reference.gradientErrors(reference.model())
        #expect(errors.count >= 2)
        for (name, error) in errors { #expect(error < 1e-4, "\(name)") }
    }

    /// The framework stretched the positions in float32, so its own rounding is in the difference.
    @Test(arguments: FamilyReference.families)
    func positionsAreStretchedAsInTheFramework(_ family: String) throws {
        let reference = try Self.reference(family)
        guard let expected = try? reference.expected("larger", "output") else {
            if family.hasPrefix("jax_vit") || family.hasSuffix("pre_logits") { return }
            // transformers does not stretch AIMv2's positions.
            if ["hf_aimv2", "hf_aimv2_tower"].contains(family) { return }
            // A mixer's weights are made for its number of patches.
            #expect(throws: EngineError.self) { try reference.model(size: 24) }
            return
        }
        let model = try reference.model(size: 24)
        #expect(model.imageSize == (24, 24))
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), expected.values) < 1e-5)
    }

    /// A picture of 16 × 24 pixels, on a model whose positions are those of a square.
    @Test(arguments: FamilyReference.families)
    func picturesNeedNotBeSquare(_ family: String) throws {
        let reference = try Self.reference(family)
        guard let expected = try? reference.expected("wide", "output") else { return }
        let model = try reference.model(size: PixelSize(width: 24, height: 16))
        #expect(model.imageSize == (16, 24))
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), expected.values) < 1e-5)
    }

    /// A picture of 16 × 48 pixels, on a model whose windows fit no smaller one.
    @Test(arguments: FamilyReference.families.filter { $0.contains("hiera") })
    func windowsFollowAPictureThatIsNotSquare(_ family: String) throws {
        let reference = try Self.reference(family)
        let expected = try reference.expected("long", "output")
        let model = try reference.model(size: PixelSize(width: 48, height: 16))
        let executor = try model.makeExecutor(layers: ["output"], gradient: false)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        #expect(Reference.distance(executor.output("output"), expected.values) < 1e-5)
    }

    @Test(arguments: FamilyReference.families)
    func everyAddressHasAShapeInWords(_ family: String) throws {
        let model = try Self.reference(family).model()
        // Hiera has stages of one, two and two blocks.
        #expect(model.blockCount == (family.contains("hiera") ? 5 : 2))
        let addresses = model.layers.map(\.address)
        #expect(Set(addresses).count == addresses.count)
        for layer in model.layers {
            #expect(layer.shape.words.contains("features") || layer.shape.words.contains("attended"))
        }
        #expect(model.graph.layer("embedding") != nil && model.graph.layer("output") != nil)
        #expect(model.graph.layer("blocks.1.before")?.shape == model.graph.layer("blocks.0")?.shape)
    }

    private static func reference(_ family: String) throws -> FamilyReference {
        try FamilyReference(FamilyReference.parent.appendingPathComponent(family))
    }
}
