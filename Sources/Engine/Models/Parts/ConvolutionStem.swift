import Compute
import Images
import Platform

/// The beginning of a model that makes patches by 3 × 3 convolutions with a stride of 2, each with a batch norm, and with an
/// activation between them.
///
/// Source: Xiao et al. 2021, arXiv:2106.14881; timm `xcit.py`, `ConvPatchEmbed`.
struct ConvolutionStem {
    /// The number of features of a patch.
    let width: Int
    /// The size of a patch in pixels.
    let patch: PixelSize
    /// The number of convolutions.
    private let count: Int

    /// Creates the stem of convolutions `0.0`, `2.0`, `4.0` and so on.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` if there is none.
    init(_ weights: WeightReader) throws(EngineError) {
        count = (0...).first { !weights[2 * $0]["0"].has("weight") } ?? 0
        guard count > 0, let width = weights[2 * (count - 1)]["0"].shape("weight")?.dimensions.first else {
            throw .missingTensors(
                path: weights.checkpoint.path, names: [weights["0"]["0"].spelling(of: "weight")], count: 1)
        }
        self.width = width
        patch = PixelSize(width: 1 << count, height: 1 << count)
    }

    /// Appends the convolutions, and returns the patches, `[rows · columns, width]`.
    ///
    /// - Parameter size: the input size in pixels, a multiple of the patch.
    func append(
        to graph: inout GraphBuilder, _ weights: WeightReader, size: PixelSize, activation: Activation
    ) throws(EngineError) -> GraphBuilder.Result {
        var (rows, columns) = (size.height, size.width)
        var x = try graph.apply(PixelTokens(), graph.picture)
        for index in 0..<count {
            let (place, module) = (weights[2 * index], "patch_embed.proj.\(2 * index)")
            let inputs = x.shape[-1]
            let outputs = place["0"].shape("weight")?.dimensions.first ?? width
            let window = SlidingWindow(
                rows: rows, columns: columns, height: 3, width: 3, stride: 2, paddingRows: 1, paddingColumns: 1)
            let fold = try FoldedBatchNorm(place["1"], features: outputs)
            x = try graph.apply(
                Convolution(
                    weight: place["0"].parameter("weight", [outputs, inputs, 3, 3]), factor: fold.factor,
                    bias: fold.shift, window: window), x)
            (rows, columns) = (window.outputRows, window.outputColumns)
            let shape = LayerShape.tokens(
                TokenLayout(special: [], rows: rows, columns: columns), features: outputs)
            graph.name(x, "\(module).1", also: [module], listed: false, as: shape)
            guard index + 1 < count else { break }
            x = try graph.activate(x, by: activation)
            graph.name(x, "patch_embed.proj.\(2 * index + 1)", listed: false, as: shape)
        }
        return x
    }
}

/// A batch norm as it is used after training: a factor and a shift for each feature.
///
///     y = (x − μ) / √(σ² + ε) · γ + β = x · factor + shift
///
/// Source: Ioffe and Szegedy 2015, arXiv:1502.03167, alg. 2; the ε is PyTorch's default.
struct FoldedBatchNorm {
    /// `[features]`.
    let factor: Parameter
    /// `[features]`.
    let shift: Parameter

    init(_ weights: WeightReader, features: Int, epsilon: Double = 1e-5) throws(EngineError) {
        let scale = try weights.parameter("weight", [features])
        let bias = try weights.parameter("bias", [features])
        let mean = try weights.parameter("running_mean", [features])
        let variance = try weights.parameter("running_var", [features])
        guard [scale, bias, mean, variance].allSatisfy({ $0.count > 0 }) else {
            (factor, shift) = (Parameter(missing: [features]), Parameter(missing: [features]))
            return
        }
        func ratio(_ index: Int) -> Double {
            Double(scale.values[index]) / (Double(variance.values[index]) + epsilon).squareRoot()
        }
        factor = Parameter(shape: [features]) { values in
            for index in 0..<features { values[index] = Float(ratio(index)) }
        }
        shift = Parameter(shape: [features]) { values in
            for index in 0..<features {
                values[index] = Float(Double(bias.values[index]) - Double(mean.values[index]) * ratio(index))
            }
        }
    }
}
