import Checkpoints
import Compute
import Foundation
import Models
import Platform
import TestSupport

/// Tiny models with text towers, as their projects saved them, and lines of text with the projects' tokens.
enum TextFixture {
    static let folder = Reference.root.appendingPathComponent("Tests/Fixtures/texts")

    /// A line of text, with its tokens in each project.
    struct Line: Decodable {
        let text: String
        let tokens: [String: [Int]]
    }

    static func lines(in folder: URL = folder) throws -> [Line] {
        let bytes = try OrdinaryFile.contents(of: folder.appendingPathComponent("lines.json.gz").path)
        let json = Gzip.contents(of: bytes, limit: 1 << 30) ?? []
        return try JSONDecoder().decode([Line].self, from: Data(json))
    }

    /// The path of a model's weights.
    static func path(_ name: String, in folder: URL = folder) -> String {
        let file = name == "open_clip" ? "open_clip_model" : "model"
        return folder.appendingPathComponent("\(name)/\(file).safetensors").path
    }

    static func tower(_ name: String, in folder: URL = folder) throws -> TextTower {
        guard let tower = try TextTower(in: CheckpointFile.open(path(name, in: folder)), name: name) else {
            throw EngineError.fileMissing(path: name)
        }
        return tower
    }

    /// The lines of the reference. The last is longer than the towers take.
    static let said = [
        "a red bicycle", "a photo of a cat", "the dog's bowl", "", "собака и велосипед",
        String(repeating: "x", count: 60) + " end",
    ]

    /// What the project made of ``said``: the tokens, and the features in float64.
    static func reference(
        _ name: String, in folder: URL = folder
    ) throws -> (tokens: [[Int]], features: [[Float]]) {
        let file = try Safetensors(path: folder.appendingPathComponent("\(name)/reference.safetensors").path)
        func rows(_ name: String) throws -> [[Float]] {
            let tensor = try file.parameter(name).tensor
            return stride(from: 0, to: tensor.values.count, by: tensor.shape[1]).map {
                Array(tensor.values[$0..<$0 + tensor.shape[1]])
            }
        }
        return (try rows("tokens").map { $0.filter { $0 >= 0 }.map { Int($0) } }, try rows("features"))
    }
}
