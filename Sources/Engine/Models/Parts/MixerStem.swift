import Compute
import Images
import Platform

/// What timm's mixers begin with: pictures cut into patches, without positions or special tokens.
struct MixerStem {
    /// How many features a token has.
    let width: Int
    /// A patch in pixels.
    let patch: PixelSize
    /// The picture in pixels.
    let size: PixelSize
    /// What was assumed of the patches.
    let note: String?
    /// The graph as far as the patches.
    let graph: GraphBuilder
    /// The patches.
    let patches: GraphBuilder.Result

    /// The stem of a model whose layers over the tokens take `tokens` of them.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` when they make no grid or another size is asked for.
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

    /// What timm's mixers have where nothing says otherwise.
    var usual: ModelSettings { ModelSettings(activation: .gelu, epsilon: 1e-6, pooling: .mean) }

    /// What a family makes of the graph that it has built on the stem.
    ///
    /// - Parameter settings: what it was made with.
    func blueprint(
        _ graph: Graph, input: InputDefaults, _ settings: ModelSettings, _ configuration: Configuration
    ) -> Blueprint {
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph)
        blueprint.settings = ModelSettings(
            activation: settings.activation, epsilon: settings.epsilon, pooling: settings.pooling)
        let open: [ModelSettings.Part] = [.activation, .epsilon, .pooling]
        blueprint.assumed = configuration.isComplete ? [] : open.filter { !configuration.settings.says($0) }
        blueprint.width = width
        blueprint.notes = [note].compactMap(\.self)
        return blueprint
    }
}
