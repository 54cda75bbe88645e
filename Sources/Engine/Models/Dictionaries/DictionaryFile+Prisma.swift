import Compute
import Foundation
import Platform

// Dictionaries of ViT-Prisma.
extension DictionaryFile {
    /// Reads a standard autoencoder of Prisma, whose input is normalized and then moved by b_dec.
    ///
    ///     f = gate((normalized(x) − b_dec) · W_enc + b_enc)
    ///
    /// - Source: ViT-Prisma `sae/sae.py`, `StandardSparseAutoencoder`.
    func prisma() throws(EngineError) -> Parts {
        guard let settings else {
            throw missing("The settings", "“config.json” beside it, which Prisma saves with the weights")
        }
        if settings.flag("is_transcoder") == true || has("b_dec_out") {
            throw unsupported("The kind", "a transcoder", "an autoencoder, which reads and writes one layer")
        }
        let kind = settings.string("architecture") ?? "standard"
        guard kind == "standard", !has("b_gate") else {
            throw unsupported("The architecture", has("b_gate") ? "gated" : kind, "standard")
        }
        let encoder = try matrix("W_enc").transposed()
        let (count, width) = (encoder.shape[0], encoder.shape[1])
        let offset = try numbers("b_dec", [width])
        let record = record
        return Parts(
            format: record?.format ?? "Prisma", gate: try prismaGate(settings, count),
            normalization: try prismaNormalization(settings),
            encoder: encoder, bias: Self.bias(try numbers("b_enc", [count]), of: encoder, at: offset),
            decoder: try numbers("W_dec", [count, width]), decoderBias: offset, record: record)
    }

    /// What a file that was made here says of itself.
    private var record: DictionaryRecord? {
        checkpoint.metadata[DictionaryRecord.key].flatMap {
            try? JSONDecoder().decode(DictionaryRecord.self, from: Data($0.utf8))
        }
    }

    /// The activation of principal components, which Prisma does not have.
    static let signed = "none"

    private func prismaGate(_ settings: JSONObject, _ count: Int) throws(EngineError) -> DictionaryGate {
        switch settings.string("activation_fn_str") ?? "relu" {
        case "relu": return .relu
        case "tanh-relu": return .tanhReLU
        case Self.signed where record != nil: return .open
        case "topk":
            guard let kept = settings.object("activation_fn_kwargs")?.integer("k") ?? reference.topK, kept > 0 else {
                throw missing("The number of latents that are kept", "`load(…, on: …, topK: 64)`")
            }
            return .largest(count: min(kept, count), isRectified: true)
        case let other: throw unsupported("The activation", other, "relu, tanh-relu or topk")
        }
    }

    private func prismaNormalization(_ settings: JSONObject) throws(EngineError) -> DictionaryNormalization {
        switch settings.string("normalize_activations") {
        case "layer_norm": return .standardized
        case "constant_norm_rescale": return .rescaled
        // Prisma takes any other text for none.
        default: return .none
        }
    }

    /// Returns b − W · c: the bias of an encoder that reads x − c.
    private static func bias(_ bias: Parameter, of encoder: Parameter, at offset: Parameter) -> Parameter {
        let (count, width) = (encoder.shape[0], encoder.shape[1])
        return Parameter(shape: [count]) { values in
            for row in 0..<count {
                var sum = Double(bias.values[row])
                for column in 0..<width {
                    sum -= Double(encoder.values[row * width + column]) * Double(offset.values[column])
                }
                values[row] = Float(sum)
            }
        }
    }
}
