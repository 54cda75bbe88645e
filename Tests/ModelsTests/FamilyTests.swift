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
        #expect(FamilyReference.families.count == 154)
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
            // transformers does not stretch the positions of AIMv2, ViTPose and SAM, and a ConvNeXt has none.
            let stays = ["hf_aimv2", "hf_aimv2_tower", "hf_vitpose", "hf_clip_classifier", "hf_sam", "facebook_sam"]
            if stays.contains(family) || family == "hf_dinov3_convnext" { return }
            // A mixer's weights are made for its number of patches; 24 pixels are too few for many stages.
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
        try Self.expectAgreement(family, "wide", PixelSize(width: 24, height: 16))
    }

    /// A picture of 8 × 24 pixels, whose last grid is lower than a window.
    @Test(arguments: FamilyReference.families)
    func gridsCanBeLowerThanWindows(_ family: String) throws {
        try Self.expectAgreement(family, "low", PixelSize(width: 24, height: 8))
    }

    /// The framework resampled in float32, so its own rounding is in the difference.
    private static func expectAgreement(_ family: String, _ prefix: String, _ size: PixelSize) throws {
        let reference = try Self.reference(family)
        guard let expected = try? reference.expected(prefix, "output") else { return }
        let model = try reference.model(size: size)
        #expect(model.imageSize == (size.height, size.width))
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
        // Two stages of two blocks each; Hiera's of one, two and two; or two blocks.
        let usual = family.contains("hiera") ? 5 : family.contains("swin") ? 4 : 2
        #expect(model.blockCount == Self.blockCounts[family] ?? usual)
        let addresses = model.layers.map(\.address)
        #expect(Set(addresses).count == addresses.count)
        for layer in model.layers {
            #expect(layer.shape.words.contains("features") || layer.shape.words.contains("attended"))
        }
        #expect(model.graph.layer("embedding") != nil && model.graph.layer("output") != nil)
        for block in 1..<model.blockCount {
            // What is between two blocks can be a step to a coarser grid.
            let (before, output) = (
                model.graph.layer("blocks.\(block).before"), model.graph.layer("blocks.\(block - 1)")
            )
            #expect(
                before != nil
                    && (before?.shape == output?.shape || model.graph.layer("stages.1") != nil
                        || family.contains("googlenet"))
            )
        }
    }

    /// The numbers of blocks of models that have not two.
    private static let blockCounts = [
        "torchvision_resnet": 5, "torchvision_resnext": 4, "timm_resnet": 5, "timm_resnet_d": 4,
        "torchvision_googlenet": 9, "torchvision_googlenet_untransformed": 9, "timm_convnext": 5, "timm_convnext_v2": 5,
        "hf_dinov3_convnext": 4, "hf_dinov3_convnext_backbone": 4, "hf_convnext_backbone": 4, "hf_sam2": 5,
        "facebook_sam2": 5, "timm_convnext_overlapping": 5, "hf_convnext": 3,
        "hf_convnextv2_model": 3, "facebook_convnextv2": 5,
    ]

    /// A picture that is not square, of a size that the windows of a convolutional model fit into.
    @Test(arguments: FamilyReference.families)
    func convolutionsTakeAnySize(_ family: String) throws {
        let reference = try Self.reference(family)
        guard let size = try? reference.expected("rectangle", "size").values else { return }
        try Self.expectAgreement(family, "rectangle", PixelSize(width: Int(size[1]), height: Int(size[0])))
    }

    private static func reference(_ family: String) throws -> FamilyReference {
        try FamilyReference(FamilyReference.parent.appendingPathComponent(family))
    }
}
