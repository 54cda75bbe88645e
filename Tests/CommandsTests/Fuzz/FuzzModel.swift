import Foundation
import TestKernel

/// A tiny vision transformer of random weights, of any grid of patches, written as timm names its tensors.
enum FuzzModel {
    /// Writes `model.safetensors` into `folder`.
    ///
    /// - Parameters:
    ///   - grid: rows and columns of patches of 4 × 4 pixels.
    ///   - metadata: the header's own texts.
    static func write(to folder: URL, grid: (rows: Int, columns: Int), metadata: [String: String] = [:]) throws {
        var shapes: [(String, [Int])] = [
            ("cls_token", [1, 1, 16]), ("pos_embed", [1, 1 + grid.rows * grid.columns, 16]),
            ("patch_embed.proj.weight", [16, 3, 4, 4]), ("patch_embed.proj.bias", [16]), ("norm.weight", [16]),
            ("norm.bias", [16]), ("head.weight", [5, 16]), ("head.bias", [5]),
        ]
        for block in 0..<2 {
            shapes += [
                ("norm1.weight", [16]), ("norm1.bias", [16]), ("attn.qkv.weight", [48, 16]), ("attn.qkv.bias", [48]),
                ("attn.proj.weight", [16, 16]), ("attn.proj.bias", [16]), ("norm2.weight", [16]), ("norm2.bias", [16]),
                ("mlp.fc1.weight", [32, 16]), ("mlp.fc1.bias", [32]), ("mlp.fc2.weight", [16, 32]),
                ("mlp.fc2.bias", [16]),
            ].map { ("blocks.\(block).\($0.0)", $0.1) }
        }
        var chance = Chance(state: 1)
        var header: [String: Any] = metadata.isEmpty ? [:] : ["__metadata__": metadata]
        var numbers = Data()
        for (name, shape) in shapes {
            let start = numbers.count
            for _ in 0..<shape.reduce(1, *) {
                withUnsafeBytes(of: Float.random(in: -0.5...0.5, using: &chance)) { numbers.append(contentsOf: $0) }
            }
            header[name] = ["dtype": "F32", "shape": shape, "data_offsets": [start, numbers.count]]
        }
        let text = try JSONSerialization.data(withJSONObject: header)
        var file = withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) }
        file += text + numbers
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try file.write(to: folder.appendingPathComponent("model.safetensors"))
    }

    /// timm's configuration for it.
    static func configuration(grid: (rows: Int, columns: Int)) -> String {
        let (height, width) = (4 * grid.rows, 4 * grid.columns)
        return """
            {"architecture": "vit_tiny_patch16_224", "num_classes": 5, "num_features": 16, "global_pool": "token",
             "model_args": {"img_size": [\(height), \(width)], "patch_size": 4, "embed_dim": 16, "depth": 2, "num_heads": 2,
                            "mlp_ratio": 2, "act_layer": "gelu", "qkv_bias": true, "init_values": null},
             "pretrained_cfg": {"input_size": [3, \(height), \(width)], "fixed_input_size": true, "mean": [0.5, 0.5, 0.5],
                                "std": [0.25, 0.25, 0.25], "crop_pct": 0.9, "crop_mode": "center",
                                "interpolation": "bicubic", "num_classes": 5, "pool_size": null,
                                "label_names": ["a", "b", "c", "d", "e"], "first_conv": "patch_embed.proj"}}
            """
    }
}
