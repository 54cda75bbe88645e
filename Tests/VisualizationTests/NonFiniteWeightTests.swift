import Foundation
import Models
import Platform
import TestSupport
import Testing
import Visualization

/// Weights in which a training that failed left NaN.
@Suite(.timeLimit(.minutes(10))) struct NonFiniteWeightTests {
    /// The tiny model with NaN in one tensor.
    private static func model(with number: Float, in tensor: String, _ folder: TemporaryFolder) throws -> Model {
        var bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Reference.path("tiny_vit"))))
        let length = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
        let entry = try #require(header[tensor] as? [String: Any])
        let start = 8 + length + (try #require((entry["data_offsets"] as? [Int])?.first))
        for byte in 0..<4 { bytes[start + byte] = UInt8(truncatingIfNeeded: number.bitPattern >> (8 * byte)) }
        return try Model.load(folder.write(bytes, to: "failed.safetensors"))
    }

    @Test(arguments: [Float.nan, .infinity])
    func aRenderNamesTheTensorAndNotTheRate(_ number: Float) throws {
        let folder = try TemporaryFolder()
        let model = try Self.model(with: number, in: "blocks.0.norm1.weight", folder)
        #expect(model.nonFiniteTensors == ["blocks.0.norm1.weight"])
        let target = Target(model: model.name, layer: "blocks.0", features: .indices([1]))
        let recipe = RealModelTests.recipe(model, [.mean(target)], steps: 2)
        let error = EngineError.notFinite(model: "failed", tensors: ["blocks.0.norm1.weight"])
        #expect(throws: error) { try Renderer(subject: model, recipe: recipe).run() }
        #expect(
            error.message
                == "The weights of failed contain NaN or infinite values in “blocks.0.norm1.weight”, so nothing can be computed "
                + "with them. Use weights from before the training failed.")
    }
}
