import Compute
import Images
import Platform

/// The beginning of timm's mixers: patches without positions or special tokens.
struct MixerStem {
    /// The number of features of a token.
    let width: Int
    /// The patch size in pixels.
    let patch: PixelSize
    /// The input size in pixels.
    let size: PixelSize
    /// A note about what was assumed of the patches.
    let note: String?
    /// The graph up to the patches.
    let graph: GraphBuilder
    /// The patches.
    let patches: GraphBuilder.Result

    /// Creates the stem of a model whose layers over the tokens take `tokens` of them.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when they do not form a grid, or another size is
    ///   requested.
    init(_ weights: WeightReader, _ configuration: Configuration, tokens: Int?) throws(EngineError) {
        let embedding = weights["stem"]["proj"]
        (width, patch) = try embedding.patchSizes()
        let grid = try PatchGrid([tokens ?? 0], configuration, patch: patch)
        size = try grid.fixedSize(configuration, patch: patch)
        note = grid.note
        var graph = GraphBuilder(
            height: size.height, width: size.width,
            layout: TokenLayout(special: [], rows: grid.rows, columns: grid.columns), names: weights.names)
        patches = try graph.patches(of: graph.picture, embedding, size: patch, features: width)
        graph.name(patches, "patch_embed", also: ["stem", "stem.proj"])
        self.graph = graph
    }

    /// The default settings of timm's mixers.
    var defaults: ModelSettings { ModelSettings(activation: .gelu, epsilon: 1e-6, pooling: .mean) }

    /// Returns the blueprint of a graph that was built on the stem.
    ///
    /// - Parameter settings: the settings of the graph.
    func blueprint(
        _ graph: Graph, input: InputDefaults, _ settings: ModelSettings, _ configuration: Configuration
    ) -> Blueprint {
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph)
        blueprint.settings = ModelSettings(
            activation: settings.activation, epsilon: settings.epsilon, pooling: settings.pooling)
        blueprint.assumed = configuration.open([.activation, .epsilon, .pooling])
        blueprint.width = width
        blueprint.notes = [note].compactMap(\.self)
        return blueprint
    }
}
