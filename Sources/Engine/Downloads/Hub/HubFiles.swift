import Foundation
import Platform

/// The names of the files of a repository that make up a model.
package enum HubFiles {
    /// The model's configuration in repositories of Hugging Face and timm.
    package static let configuration = "config.json"
    /// The preprocessing of pictures.
    package static let preprocessor = "preprocessor_config.json"
    /// The model's configuration in repositories of open_clip.
    static let openCLIP = "open_clip_config.json"

    /// The files of a text tower's tokenizer, in order of preference; those of one entry belong together.
    static let tokenizers = [["tokenizer.json"], ["vocab.json", "merges.txt"], ["spiece.model"]]

    /// The files of weights, or the indices of several, in order of preference.
    package static let weights = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        "open_clip_model.safetensors", "open_clip_pytorch_model.bin",
    ]

    /// The names that files of dictionaries of latents usually have, in order of preference.
    static let dictionaries = ["sae.pt", "sae.safetensors", "model.safetensors", "weights.pt", "model.pt", "ae.pt"]
    /// The files beside a dictionary that say how it is computed.
    static let dictionarySettings = ["config.json", "config.yaml", "config.yml"]

    /// The ending of an index's name.
    package static let indexSuffix = ".index.json"
    /// The largest size of an index in bytes, more than any model's takes.
    private static let longestIndex = 100_000_000

    private struct Index: Decodable {
        let weightMap: [String: String]

        enum CodingKeys: String, CodingKey { case weightMap = "weight_map" }
    }

    /// Returns the files that an index names, in order.
    ///
    /// - Throws: ``EngineError/notACheckpoint(path:reason:)``; ``DownloadFailure/unsafeName(_:)`` in
    ///   ``EngineError/downloadFailed(name:url:reason:)`` for one that would lie elsewhere.
    package static func shards(ofIndexAt path: String) throws(EngineError) -> [String] {
        guard let bytes = try? OrdinaryFile.contents(of: path, limit: longestIndex),
            let index = try? JSONDecoder().decode(Index.self, from: Data(bytes))
        else {
            throw .notACheckpoint(path: path, reason: "it is not an index of a model's parts")
        }
        let files = Set(index.weightMap.values).sorted()
        for file in files where !isSafeRelativePath(file) {
            throw .downloadFailed(name: file, url: path, reason: .unsafeName(file))
        }
        return files
    }

    /// Returns whether a configuration is timm's, which includes the preprocessing.
    static func isComplete(configurationAt path: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: path),
            let values = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return false }
        return values["pretrained_cfg"] != nil || values["architecture"] != nil
    }
}
