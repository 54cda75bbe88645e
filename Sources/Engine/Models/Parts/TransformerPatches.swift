import Compute
import Images
import Platform

/// The first layer of a transformer, which makes a row of features of each patch, and the norms around it.
///
/// It is stored as a convolution, `[features, 3, height, width]`, or as a linear layer on a patch's pixels in a row,
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
        } else {
            isLinear = false
            (width, size) = try embedding.patchSizes()
        }
    }

    /// Appends the patches of the picture.
    func append(
        to graph: inout GraphBuilder, _ weights: WeightReader, by normalization: Normalization, epsilon: Float
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
            patches = try graph.patches(
                of: graph.picture, embedding, size: size, features: width, bias: embedding.has("bias"))
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

    /// Returns the side of a square patch of so many numbers, three for each pixel; nil if there is none.
    private static func side(pixels: Int) -> Int? {
        let side = Int((Double(pixels) / 3).squareRoot().rounded())
        return side > 0 && 3 * side * side == pixels ? side : nil
    }
}
