import Compute
import Platform

// Dictionaries of saev.
extension DictionaryFile {
    /// Reads the dictionary as saev loads it, for all of its schemas.
    ///
    /// The first schemas name the activation in several ways: a file without a schema has ReLU; schema 1 has it as “cls”, or like
    /// the later ones under “activation”.
    ///
    /// - Source: saev `nn/modeling.py`, `load`, `SparseAutoencoder.encode`.
    func saev() throws(EngineError) -> Parts {
        let encoder = try matrix("W_enc").transposed()
        let (count, width) = (encoder.shape[0], encoder.shape[1])
        return Parts(
            format: "saev", gate: try saevGate(count), encoder: encoder, bias: try numbers("b_enc", [count]),
            decoder: try numbers("W_dec", [count, width]), decoderBias: try numbers("b_dec", [width]))
    }

    private func saevGate(_ count: Int) throws(EngineError) -> DictionaryGate {
        guard let settings, settings["schema"] != nil else { return .relu }
        let newest = 5
        guard let schema = settings.integer("schema"), (1...newest).contains(schema) else {
            throw unsupported(
                "The schema", settings.integer("schema").map { "\($0)" } ?? "no number", "1 to \(newest)")
        }
        let configuration = settings.object("cfg")
        let own = configuration?.object("activation")
        let named = settings.string("cls").flatMap { Self.saevGates.contains($0) ? $0 : nil }
        let kind = (schema == 1 ? named : nil) ?? own?.string("cls") ?? "TopK"
        let kept = (schema == 1 && named != nil ? configuration : own?.object("params"))?.integer("top_k") ?? 32
        switch kind {
        case "Relu": return .relu
        case "TopK" where kept > 0: return .largest(count: min(kept, count), isRectified: false)
        case "BatchTopK":
            return Self.shared(
                try numbers("activation.threshold").tensor.values.first ?? 0, count, includesEqual: false)
        default: throw unsupported("The activation", "\(kind) of \(kept)", "Relu, TopK or BatchTopK")
        }
    }

    private static let saevGates: Set = ["Relu", "TopK", "BatchTopK"]
}
