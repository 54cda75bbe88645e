import Compute
import Images
import Platform

/// The first layer of a transformer, which makes a row of features of each patch, and the norms around it.
///
/// It is stored as a convolution, `[features, 3, height, width]`, as one over the frames of a video too, `[features, 3, frames,
/// height, width]`, or as a linear layer on a patch's pixels in a row,
/// `[features, height · width · 3]`, in whose order a norm before it works, too.
struct TransformerPatches {
    /// The number of features of a token.
    let width: Int
    /// The patch size in pixels.
    let size: PixelSize

    private let isLinear: Bool

    /// Reads the sizes off the weight of `patch_embed.proj`.
    ///
    /// - Throws: ``EngineError/missingTensors(path:names:count:)``, or
    ///   ``EngineError/shapeMismatch(place:expected:found:)`` when it is neither kind of layer.
    init(_ weights: WeightReader) throws(EngineError) {
        let embedding = weights["patch_embed"]["proj"]
        if let shape = embedding.shape("weight"), shape.rank == 2, let side = Self.side(pixels: shape[1]) {
            isLinear = true
            width = shape[0]
            size = PixelSize(side: side)
        } else if let shape = embedding.shape("weight"), shape.rank == 5, shape[1] == 3 {
            isLinear = false
            width = shape[0]
            size = PixelSize(width: shape[4], height: shape[3])
        } else {
            isLinear = false
            (width, size) = try embedding.patchSizes()
        }
    }

    /// Appends the patches of the picture.
    ///
    /// - Parameter padding: the number of empty pixels around the picture.
    func append(
        to graph: inout GraphBuilder, _ weights: WeightReader, by normalization: Normalization, epsilon: Float,
        padding: Int = 0
    ) throws(EngineError) -> GraphBuilder.Result {
        let embedding = weights["proj"]
        var patches: GraphBuilder.Result
        if isLinear {
            patches = try graph.apply(FlattenPatches(height: size.height, width: size.width), graph.picture)
            graph.name(patches, "patch_embed.pixels", listed: false)
            if weights["norm_pixels"].has("weight") {
                patches = try graph.norm(patches, weights["norm_pixels"], by: normalization, epsilon: epsilon)
                graph.name(patches, "patch_embed.norm_pixels", listed: false)
            }
            patches = try graph.linear(patches, embedding, width, bias: embedding.has("bias"))
        } else {
            patches = try convolved(&graph, embedding, padding: padding)
        }
        guard weights["norm"].has("weight") else {
            graph.name(patches, "patch_embed", also: ["patch_embed.proj"])
            return patches
        }
        graph.name(patches, "patch_embed.proj", listed: false)
        let norm = try graph.norm(patches, weights["norm"], by: normalization, epsilon: epsilon)
        graph.name(norm, "patch_embed", also: ["patch_embed.norm"])
        return norm
    }

    /// Adds the convolution.
    private func convolved(
        _ graph: inout GraphBuilder, _ weights: WeightReader, padding: Int
    ) throws(EngineError) -> GraphBuilder.Result {
        let weight = try weight(weights)
        let bias = weights.has("bias") ? try weights.parameter("bias", [width]) : nil
        guard padding > 0 else {
            return try graph.apply(PatchEmbedding(weight: weight, bias: bias), graph.picture)
        }
        guard size.height > 2 * padding, size.width > 2 * padding, size.isSquare else {
            throw .invalidValue(
                what: "The patch size", found: size.words,
                expected: "square and above \(2 * padding) pixels: \(padding) empty ones surround the picture")
        }
        let shape = graph.picture.shape
        let window = SlidingWindow(
            rows: shape[1], columns: shape[2], height: size.height, width: size.width, stride: size.height,
            paddingRows: padding, paddingColumns: padding)
        return try graph.apply(
            Convolution(weight: weight, bias: bias, window: window), graph.apply(PixelTokens(), graph.picture))
    }

    /// Returns the convolution's weight, that of a video summed over the frames: a picture is a video that stands still.
    private func weight(_ weights: WeightReader) throws(EngineError) -> Parameter {
        let (height, width) = (size.height, size.width)
        guard let shape = weights.shape("weight"), shape.rank == 5 else {
            return try weights.parameter("weight", [self.width, 3, height, width])
        }
        let (frames, pixels) = (shape[2], height * width)
        let stored = try weights.parameter("weight", [self.width, 3, frames, height, width])
        return Parameter(shape: [self.width, 3, height, width]) { values in
            for index in values.indices {
                let first = stored.values + index / pixels * frames * pixels + index % pixels
                values[index] = (0..<frames).reduce(0) { $0 + first[$1 * pixels] }
            }
        }
    }

    /// Returns the side of a square patch of so many numbers, three for each pixel; nil if there is none.
    private static func side(pixels: Int) -> Int? {
        let side = Int((Double(pixels) / 3).squareRoot().rounded())
        return side > 0 && 3 * side * side == pixels ? side : nil
    }
}
