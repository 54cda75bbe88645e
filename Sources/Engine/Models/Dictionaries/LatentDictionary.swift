import Compute
import Platform

/// A sparse autoencoder: a dictionary of directions, called latents, in which a layer's features are written as a sum of few.
///
///     f = gate(W · normalized(x) + b)          x̂ = Σ fᵢ · dᵢ + c
///
/// It is read once, and its numbers are copied from the file. ``Model/changed(by:photographs:dictionaries:cancellation:)`` puts
/// it behind a layer.
///
/// - Source: Bricken et al. 2023, “Towards Monosemanticity”; Gao et al. 2024, arXiv:2406.04093.
public final class LatentDictionary: Sendable {
    /// What a recipe keeps of it.
    public let reference: DictionaryReference
    /// The project whose file it is: “saev”.
    public let format: String
    /// What makes the codes sparse.
    public let gate: DictionaryGate
    /// What is done to a row of features before it is read.
    public let normalization: DictionaryNormalization
    /// The number of latents.
    public let count: Int
    /// The number of features that it reads and reconstructs.
    public let width: Int
    /// How it was made, if it was made here.
    public let record: DictionaryRecord?

    /// W, `[count, width]`, with a batch norm folded in.
    package let encoder: Parameter
    /// b, `[count]`, with the offset of the input folded in.
    package let bias: Parameter
    /// d, a row for each latent, `[count, width]`.
    package let decoder: Parameter
    /// c, `[width]`; nil for none.
    package let decoderBias: Parameter?

    init(
        _ reference: DictionaryReference, format: String, gate: DictionaryGate,
        normalization: DictionaryNormalization = .none, encoder: Parameter, bias: Parameter, decoder: Parameter,
        decoderBias: Parameter?, record: DictionaryRecord? = nil
    ) {
        self.reference = reference
        self.record = record
        self.format = format
        self.gate = gate
        self.normalization = normalization
        self.encoder = encoder
        self.bias = bias
        self.decoder = decoder
        self.decoderBias = decoderBias
        count = encoder.shape[0]
        width = encoder.shape[1]
    }

    /// Returns the same dictionary, found at another path.
    public func named(_ reference: DictionaryReference) -> LatentDictionary {
        LatentDictionary(
            reference, format: format, gate: gate, normalization: normalization, encoder: encoder, bias: bias,
            decoder: decoder, decoderBias: decoderBias, record: record)
    }

    /// Returns the direction that a latent writes, `[width]`.
    ///
    /// - Precondition: there is a latent of this index.
    public func decoderRow(_ latent: Int) -> Tensor {
        decoder.rows(latent..<latent + 1).reshaped([width]).tensor
    }

    /// The dictionary in a line: “1024 latents of 128 features, TopK of 32, saev”.
    public var words: String {
        "\(count) latents of \(width) features, \(gate.words)"
            + (normalization == .none ? "" : ", input \(normalization.words)") + ", \(format)"
    }

    /// Returns what the dictionary makes of codes: x̂, `[rows, width]`.
    ///
    /// - Parameters:
    ///   - codes: `[rows, count]`.
    ///   - features: what the codes were computed from, `[rows, width]`, whose normalization is undone.
    public func reconstruction(of codes: [Float], from features: [Float]) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(features.count)
        for row in 0..<features.count / width {
            var sum = decoderBias?.tensor.values ?? [Float](repeating: 0, count: width)
            for latent in 0..<count where codes[row * count + latent] != 0 {
                let code = codes[row * count + latent]
                for feature in 0..<width { sum[feature] += code * decoder.values[latent * width + feature] }
            }
            result += normalization.undone(sum, as: features[row * width..<(row + 1) * width])
        }
        return result
    }
}

/// A dictionary as a recipe names it.
public struct DictionaryReference: Codable, Hashable, Sendable {
    /// The path of its file.
    public var path: String
    /// The SHA-256 of its file.
    public var sha256: String
    /// The number of latents that are kept, which the user gave because no file says it.
    public var topK: Int?
    /// The threshold of a BatchTopK, likewise.
    public var threshold: Double?

    /// Creates a reference.
    public init(path: String, sha256: String, topK: Int? = nil, threshold: Double? = nil) {
        self.path = path
        self.sha256 = sha256
        self.topK = topK
        self.threshold = threshold
    }

    /// The file's name: “sae.pt”.
    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }
}

/// What makes a dictionary's codes sparse.
public enum DictionaryGate: Sendable {
    /// Negative numbers are 0.
    case relu
    /// The hyperbolic tangent of positive numbers; others are 0.
    case tanhReLU
    /// All but the `count` largest are 0; rectified, negative ones too.
    case largest(count: Int, isRectified: Bool)
    /// Those below a threshold for each latent, `[count]`, are 0; `isShared` if all have the same.
    case above(thresholds: Parameter, includesEqual: Bool, isShared: Bool)
    /// All are kept, with their sign: the codes are not sparse.
    case open

    /// The gate in words.
    public var words: String {
        switch self {
        case .relu: "ReLU"
        case .tanhReLU: "ReLU and tanh"
        case .largest(let count, _): "TopK of \(count)"
        case .above(let thresholds, _, true): "BatchTopK with the threshold \(thresholds.tensor.values.first ?? 0)"
        case .above: "JumpReLU"
        case .open: "no gate"
        }
    }
}

/// What is done to a row of features before a dictionary reads it.
public enum DictionaryNormalization: Sendable {
    /// Nothing.
    case none
    /// Zero mean and unit deviation: (x − μ) / (s + 10⁻⁵), with the deviation s of a sample.
    case standardized
    /// The length √width.
    case rescaled

    static let epsilon: Float = 1e-5

    /// The normalization in words.
    var words: String {
        switch self {
        case .none: "as it is"
        case .standardized: "standardized"
        case .rescaled: "scaled to one length"
        }
    }

    /// Returns a reconstructed row with the mean and the size of the original.
    func undone(_ row: [Float], as original: ArraySlice<Float>) -> [Float] {
        switch self {
        case .none: return row
        case .standardized:
            let (mean, deviation) = original.withUnsafeBufferPointer {
                StandardizeRows.moments($0.baseAddress!, $0.count)
            }
            return row.map { $0 * deviation + mean }
        case .rescaled:
            let length = original.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            return row.map { $0 * Float(length / Double(original.count).squareRoot()) }
        }
    }
}
