import Foundation
import Images
import Models
import TestSupport
import Testing

/// Photographs as the frameworks' own pipelines prepare them with Pillow, number by number.
///
/// The photographs lie beside the repository and are no part of it.
@Suite(.timeLimit(.minutes(10))) struct PhotographTests {
    private static let folders = ["photos", "samples"].map {
        Reference.root.deletingLastPathComponent().appendingPathComponent("shared/\($0)")
    }
    private static let hasPhotographs = FileManager.default.fileExists(atPath: folders[0].path)

    private static let pipelines = [
        "torchvision vit_b_16 V1": Preprocessing(size: 224, resize: 256, interpolation: .bilinear),
        "torchvision vit_l_16 V1": Preprocessing(size: 224, resize: 242, interpolation: .bilinear),
        "torchvision vit_b_16 SWAG E2E": Preprocessing(size: 384),
        "timm deit": Preprocessing(size: 224, resize: 256),
        "timm augreg": Preprocessing(mean: half, std: half, size: 224, resize: 248),
        "Hugging Face ViT": Preprocessing(
            mean: half, std: half, size: 224, interpolation: .bilinear, fitting: .stretch),
        "CLIP": Preprocessing(
            mean: [0.481_454_66, 0.457_827_5, 0.408_210_73], std: [0.268_629_54, 0.261_302_58, 0.275_777_11],
            size: 224, cropsTowardsCorner: true),
    ]
    private static let half: [Float] = [0.5, 0.5, 0.5]

    @Test(.enabled(if: hasPhotographs, "needs photographs in ../shared"), arguments: pipelines.keys.sorted())
    func equalsTheFrameworksPipeline(_ name: String) throws {
        let preprocessing = try #require(Self.pipelines[name])
        let reference = try Reference.open("photographs")
        let keys = reference.names.filter { $0.hasSuffix("|\(name)") }
        #expect(keys.count == 7)
        for key in keys {
            let file = String(key.prefix { $0 != "|" })
            let path = try #require(
                Self.folders.map { $0.appendingPathComponent(file).path }.first(
                    where: FileManager.default.fileExists(atPath:)))
            let tensor = preprocessing.tensor(of: try Image(contentsOf: path))
            let expected = try reference.parameter(key).tensor.values
            let found = stride(from: 0, to: tensor.values.count, by: 997).map { tensor.values[$0] }
            #expect(found.count == expected.count)
            // The same pixels: what is left is the rounding of (x − mean) / std.
            let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
            #expect(worst < 1e-5, "\(file)")
        }
    }
}
