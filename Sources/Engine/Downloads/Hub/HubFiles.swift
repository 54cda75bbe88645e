import Foundation
import Platform

/// Which files of a repository make a model.
package enum HubFiles {
    /// What describes a model, of Hugging Face's and timm's repositories, its pictures, and of open_clip's.
    package static let configuration = "config.json"
    package static let preprocessor = "preprocessor_config.json"
    package static let openCLIP = "open_clip_config.json"

    /// The files that weights begin with, the preferred ones first.
    package static let weights = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "open_clip_model.safetensors", "open_clip_pytorch_model.bin",
    ]

    /// How the list of a model's parts ends.
    package static let indexSuffix = ".index.json"
    /// More bytes than the names of any model's tensors take.
    private static let longestIndex = 100_000_000

    private struct Index: Decodable {
        let weightMap: [String: String]

        enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }

    /// The files that an index names, in order.
    ///
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``; ``DownloadFailure/unsafeName(_:)`` in
    ///   ``EngineError/downloadFailed(name:url:reason:)`` for one that would lie elsewhere.
    package static func shards(ofIndexAt path: String) throws(EngineError) -> [String] {
        guard let bytes = try? OrdinaryFile.contents(of: path, limit: longestIndex),
            let index = try? JSONDecoder().decode(Index.self, from: Data(bytes))
        else {
            throw .notACheckpoint(path: path, reason: "it is not a list of a model's parts")
        }
        let files = Set(index.weightMap.values).sorted()
        for file in files where !isSafeRelativePath(file) {
            throw .downloadFailed(name: file, url: path, reason: .unsafeName(file))
        }
        return files
    }

    /// Whether a configuration is timm's, which says all about the pictures itself.
    static func isComplete(configurationAt path: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: path),
            let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return false }
        return values["pretrained_cfg"] != nil || values["architecture"] != nil
    }
}
