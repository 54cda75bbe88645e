import Compute
import Images
import Models
import Platform

extension Model: RenderSubject {
    /// The size of the model's input in pixels.
    public var inputSize: PixelSize { PixelSize(width: imageSize.width, height: imageSize.height) }

    /// The mean and deviation of the model's preprocessing.
    public var normalization: Normalization {
        Normalization(mean: preprocessing.mean, deviation: preprocessing.std)
    }

    /// Whether the tokens are transposed for an MLP, and no attention mixes them.
    public var mixesTokensByMLPs: Bool { graph.mixesTokensByMLPs }

    /// Whether the record in its file says so.
    public var bearsNoise: Bool { record["noise"].flatMap(Float.init).map { $0 > 0 } ?? false }

    /// Returns the shape of the output of the layer at an address.
    public func layerShape(_ address: String) throws(EngineError) -> LayerShape { try layer(address).shape }

    /// Returns the model with gradients through its blocks' parts multiplied by `factor`.
    public func scalingBranchGradients(by factor: Float) -> any RenderSubject {
        factor == 1 ? self : withGraph(graph.scalingBranchGradients(by: factor))
    }

    /// Returns the layer before an activation function: `blocks.5.mlp.fc1` for `blocks.5.mlp.hidden`.
    public func layerBeforeActivation(_ address: String) -> String? { graph.layerBeforeActivation(address) }
}
