import Downloads
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

/// The table of weights that are known by name.
@Suite(.timeLimit(.minutes(10))) struct KnownWeightsTests {
    private struct Fixture: Decodable {
        struct Row: Decodable {
            let model: String
            let weights: String
            let isDefault: Bool
            let url: String
            let parameters: Int
            let mebibytes: Double
            let license: String
            let size: Int
            let resize: Int
            let interpolation: String
            let mean: [Float]
            let std: [Float]
        }

        let rows: [Row]
    }

    @Test func torchvisionsTableIsTorchvisions() throws {
        let path = Reference.root.appendingPathComponent("Tests/Fixtures/torchvision-weights.json")
        let rows = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: path)).rows
        #expect(rows.count == 33)
        #expect(KnownWeights.all.count { $0.project == "torchvision" } == rows.count)
        for row in rows {
            let known = try #require(try KnownWeights.named(row.model, weights: row.weights))
            #expect(known.model == row.model && known.weights == row.weights && known.url == row.url)
            #expect(known.parameters == row.parameters)
            #expect(abs(Double(known.bytes ?? 0) / 1_048_576 - row.mebibytes) < 0.001)
            let isFree = row.license.contains("pytorch/vision")
            #expect(known.license == (isFree ? "BSD-3-Clause" : "CC-BY-NC-4.0"))
            #expect(
                known.preprocessing
                    == Preprocessing(
                        mean: row.mean, std: row.std, size: PixelSize(side: row.size),
                        resize: PixelSize(side: row.resize),
                        interpolation: try #require(Interpolation(rawValue: row.interpolation))))
            let chosen = try KnownWeights.named(row.model, weights: nil)
            #expect((chosen == known) == row.isDefault)
            #expect(try KnownWeights.named(row.model, weights: "DEFAULT") == chosen)
        }
    }

    @Test func everyRowMakesSense() {
        let all = KnownWeights.all
        #expect(Set(all.map { "\($0.model) \($0.weights)" }).count == all.count)
        #expect(Set(all.map(\.url)).count == all.count && Set(all.map(\.fileName)).count == all.count)
        for known in all {
            #expect(known.url.hasPrefix("https://") && !known.fileName.isEmpty && !known.fileName.contains("/"))
            #expect(known.bytes.map { $0 > 1_000_000 } ?? true)
            // A file's size is that of its float32 numbers, but for names and positions, batch norms' statistics, or the
            // indices of relative positions. One file has numbers of half the size, and one has heads that are not counted.
            if let bytes = known.bytes, let parameters = known.parameters {
                let halfSize = known.fileName.hasPrefix("wide_resnet50_2-95faca4d") ? 2.0 : 1
                let uncounted = known.model == "googlenet" ? 1.95 : 1
                let tolerance = ["res", "swin"].contains(where: known.model.contains) ? 0.007 : uncounted > 1 ? 0.02 : 0.001
                #expect(abs(Double(bytes) * halfSize / uncounted / Double(parameters * 4) - 1) < tolerance)
            }
        }
        // The rows of a model stand together: the first is its default.
        #expect(Set(KnownWeights.models).count == KnownWeights.models.count)
    }

    @Test func wrongWeightsListTheRightOnes() {
        #expect(
            throws: EngineError.unknownWeights(
                weights: "IMAGENET1K_V2", model: "vit_b_16",
                available: ["IMAGENET1K_V1", "IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1"])
        ) { try KnownWeights.named("vit_b_16", weights: "IMAGENET1K_V2") }
        #expect(
            throws: EngineError.unknownWeights(
                weights: "IMAGENET1K_SWAG_E2E_V1", model: "vit_b_32", available: ["IMAGENET1K_V1"])
        ) { try KnownWeights.named("vit_b_32", weights: "IMAGENET1K_SWAG_E2E_V1") }
        #expect(throws: EngineError.unknownWeights(weights: "x", model: "dino_vits16", available: [])) {
            try KnownWeights.named("dino_vits16", weights: "x")
        }
    }

    @Test func pythonsSpellingOfWeightsIsTaken() throws {
        let known = try KnownWeights.named("vit_b_16", weights: "ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1")
        #expect(known?.weights == "IMAGENET1K_SWAG_E2E_V1" && known?.preprocessing.size == 384)
    }

    @Test func addressesAreThoseOfTheirProjects() throws {
        for (model, weights, url) in [
            (
                "dinov2_vits14_reg", nil,
                "https://dl.fbaipublicfiles.com/dinov2/dinov2_vits14/dinov2_vits14_reg4_pretrain.pth"
            ),
            (
                "dino_vitb8", nil,
                "https://dl.fbaipublicfiles.com/dino/dino_vitbase8_pretrain/dino_vitbase8_pretrain.pth"
            ),
            ("deit_tiny_patch16_224", nil, "https://dl.fbaipublicfiles.com/deit/deit_tiny_patch16_224-a1311bcf.pth"),
            ("resmlpB_24", "22k", "https://dl.fbaipublicfiles.com/deit/resmlpB_24_22k.pth"),
            (
                "linear_tiny", nil,
                "https://github.com/lukemelas/do-you-even-need-attention/releases/download/v0.0.1/linear-tiny-checkpoint.pth"
            ),
            ("Mixer-B_16", "imagenet21k", "https://storage.googleapis.com/mixer_models/imagenet21k/Mixer-B_16.npz"),
            ("ViT-B_16", nil, "https://storage.googleapis.com/vit_models/imagenet21k%2Bimagenet2012/ViT-B_16.npz"),
        ] as [(String, String?, String)] {
            #expect(try KnownWeights.named(model, weights: weights)?.url == url)
        }
    }

    @Test func hashesAreReadOffNames() {
        #expect(ExpectedHash(fileName: "vit_b_32-d86f8d99.pth") == .sha256("d86f8d99"))
        #expect(ExpectedHash(fileName: "dinov2_vits14_pretrain.pth") == nil)
        #expect(ExpectedHash(fileName: "linear-tiny-checkpoint.pth") == nil)
        #expect(ExpectedHash(fileName: "ViT-B_16-imagenet21k.npz") == nil)
        #expect(ExpectedHash(fileName: "x-12ab.pth") == nil)
    }

    @Test func imageNetsClassesAreAThousand() {
        #expect(ImageNet.classes.count == 1000 && Set(ImageNet.classes).count == 1000)
        #expect(ImageNet.classes[0] == "tench" && ImageNet.classes[999] == "toilet tissue")
        #expect(ImageNet.classes[574] == "golf ball" && ImageNet.classes[248] == "Eskimo dog")
    }
}
