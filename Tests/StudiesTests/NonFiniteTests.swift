import Foundation
import Images
import Models
import Studies
import TestSupport
import Testing

/// Numbers that are none get an answer in words.
@Suite(.timeLimit(.minutes(10))) struct NonFiniteTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// The tiny vision transformer with the float at each of some places of a tensor replaced.
    private func model(_ tensor: String, _ values: [Int: Float]) throws -> Model {
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Reference.path("tiny_vit"))))
        let length = bytes.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
        let entry = try #require(header[tensor] as? [String: Any])
        let begin = try #require((entry["data_offsets"] as? [Int])?.first)
        for (place, value) in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { number in
                for (index, byte) in number.enumerated() { bytes[8 + length + begin + 4 * place + index] = byte }
            }
        }
        return try Model.load(folder.write(bytes, to: "\(UUID().uuidString).safetensors"))
    }

    private static let photo = Image(width: 40, height: 30, pixels: (0..<3600).map { UInt8($0 % 251) })

    @Test func classesOfNoNumbers() throws {
        let bias = "head.bias"
        for (values, count) in [([1: Float.nan], 1), ([0: .infinity, 3: .nan], 2), ([2: .infinity], 1)] {
            let model = try model(bias, values)
            #expect(
                message { _ = try Classification(of: Self.photo, by: model) }
                    == "\(count) of the 5 logits of \(model.name) are NaN or infinite, so no class is the most "
                    + "likely one. Its card says whether its weights are finite; `activations(x, at: …)` shows in which "
                    + "layer NaN or infinite values begin.")
        }
    }

    /// A class that is ruled out is the last one.
    @Test func aClassThatIsRuledOut() throws {
        let classification = try Classification(of: Self.photo, by: try model("head.bias", [1: -.infinity]))
        #expect(classification.candidates.last?.index == 1 && classification.candidates.last?.probability == 0)
        #expect(abs(classification.candidates.reduce(0) { $0 + $1.probability } - 1) < 1e-5)
    }

    /// Weights × 1e20 make infinite numbers of finite ones on the way.
    @Test func numbersThatOverflowOnTheWay() throws {
        let model = try model("blocks.0.mlp.fc2.bias", Dictionary(uniqueKeysWithValues: (0..<16).map { ($0, 1e38) }))
        for photo in [Self.photo, Image(width: 8, height: 8, pixels: [UInt8](repeating: 255, count: 192))] {
            guard let classification = try? Classification(of: photo, by: model) else { continue }
            #expect(classification.candidates.allSatisfy { $0.probability.isFinite })
        }
    }
}
