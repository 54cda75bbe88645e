/// What timm's mixers begin with: square pictures cut into patches, without positions or special tokens.
struct MixerStem {
    /// How many features a token has.
    let width: Int
    /// The side of a patch in pixels.
    let patch: Int
    /// The picture's side in pixels.
    let side: Int
    /// The graph as far as the patches.
    let graph: GraphBuilder
    /// The patches.
    let patches: GraphBuilder.Result

    /// The stem of a model whose layers over the tokens take `tokens` of them.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when they make no square or another size is asked for.
    init(_ weights: WeightReader, _ configuration: Configuration, tokens: Int?) throws(EngineError) {
        let embedding = weights["stem"]["proj"]
        (width, patch) = try embedding.patchSizes()
        let rows = try squareSide(tokens ?? 0)
        side = rows * patch
        try configuration.checkFixedSize(side)
        var graph = GraphBuilder(
            height: side, width: side, layout: TokenLayout(special: [], rows: rows, columns: rows), names: weights.names
        )
        patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["stem", "stem.proj"])
        self.graph = graph
    }
}
