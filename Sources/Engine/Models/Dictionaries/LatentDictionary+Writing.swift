import Checkpoints
import Compute
import Foundation
import Platform

extension LatentDictionary {
    /// Writes a dictionary that was made here, and reads it again.
    ///
    /// The file is a safetensors file with the names of Prisma, whose autoencoder is the same: `W_enc` `[width, count]`,
    /// `b_enc`, `W_dec` `[count, width]`, `b_dec`. Its metadata hold Prisma's settings as `cfg`, and the record as
    /// `vitrine-dictionary`.
    ///
    ///     f = gate((x − b_dec) · W_enc + b_enc)          x̂ = f · W_dec + b_dec
    ///
    /// - Parameters:
    ///   - active: how many latents of a row are kept; nil for a ReLU.
    ///   - isSigned: whether all latents are kept with their sign, as principal components are.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``.
    package static func write(
        _ parts: SparseAutoencoder, active: Int?, isSigned: Bool = false, record: DictionaryRecord, to path: String
    ) throws(EngineError) -> LatentDictionary {
        let (count, width) = (parts.count, parts.width)
        let encoder = Parameter(Tensor(parts.encoder, shape: [count, width])).transposed()
        var settings: [String: Any] = [
            "architecture": "standard", "d_in": width, "d_sae": count, "normalize_activations": "none",
            "activation_fn_str": isSigned ? DictionaryFile.signed : active == nil ? "relu" : "topk",
        ]
        if let active { settings["activation_fn_kwargs"] = ["k": active] }
        guard let cfg = try? JSONSerialization.data(withJSONObject: settings, options: [.sortedKeys]),
            let record = try? JSONEncoder.sorted.encode(record)
        else { throw .fileUnwritable(path: path, reason: "its numbers are not finite") }
        try Safetensors.write(
            [
                ("W_dec", Tensor(parts.decoder, shape: [count, width])), ("W_enc", encoder.tensor),
                ("b_dec", Tensor(parts.offset, shape: [width])), ("b_enc", Tensor(parts.bias, shape: [count])),
            ],
            metadata: [
                "cfg": String(decoding: cfg, as: UTF8.self),
                DictionaryRecord.key: String(decoding: record, as: UTF8.self),
            ], to: path)
        return try LatentDictionary(path: path)
    }
}
