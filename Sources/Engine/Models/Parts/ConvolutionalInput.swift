import Compute
import Images
import Platform

/// The input of a convolutional model, which takes pictures of any size that its windows fit into.
struct ConvolutionalInput {
    /// The input size in pixels.
    let size: PixelSize
    private let configuration: Configuration

    /// Chooses the requested size, that of a configuration, or the one that nearly all are trained with.
    init(_ configuration: Configuration) {
        self.configuration = configuration
        size =
            configuration.requestedSize ?? configuration.inputSize ?? configuration.storedSize ?? PixelSize(side: 224)
    }

    /// Returns a builder with the picture alone.
    func graph(names: TensorNames) -> GraphBuilder {
        GraphBuilder(
            height: size.height, width: size.width, layout: TokenLayout(special: [], rows: 1, columns: 1), names: names)
    }

    /// Returns the blueprint of a graph.
    ///
    /// - Parameters:
    ///   - settings: the settings of the graph.
    ///   - open: the settings that other models with such tensors have differently.
    ///   - last: the map after the last block, whose positions are the coarsest.
    func blueprint(
        _ graph: Graph, input: InputDefaults, _ settings: ModelSettings, open: [ModelSettings.Part] = [],
        last: FeatureMap
    ) -> Blueprint {
        let patch = PixelSize(
            width: max(size.width / last.columns, 1), height: max(size.height / last.rows, 1))
        var blueprint = Blueprint(size: size, patch: patch, input: input, graph: graph)
        blueprint.settings = ModelSettings(
            activation: settings.activation, epsilon: settings.epsilon, pooling: settings.pooling)
        blueprint.assumed = configuration.isComplete ? [] : open.filter { !configuration.settings.specifies($0) }
        blueprint.width = last.channels
        return blueprint
    }
}
