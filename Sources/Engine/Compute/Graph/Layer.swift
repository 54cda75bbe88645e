/// A result inside a model that has a name: the output of a block, of one of its parts, the logits.
public struct Layer: Hashable, Sendable {
    /// Its name in this library: "blocks.5.mlp".
    public let address: String

    /// Its names in the framework that the weights come from: "blocks.5.mlp.fc2".
    public let frameworkNames: [String]

    /// The shape of one picture's output.
    public let shape: LayerShape

    /// Whether the layer is one of those that a model lists; the others are found by name only.
    public let isListed: Bool

    /// Creates a layer with an address and a shape.
    public init(address: String, frameworkNames: [String] = [], shape: LayerShape, isListed: Bool = true) {
        self.address = address
        self.frameworkNames = frameworkNames
        self.shape = shape
        self.isListed = isListed
    }

    /// The address and the shape in words: "blocks.5.mlp: 65 tokens (CLS and 8 × 8 patches) × 128 features".
    public var summary: String { "\(address): \(shape.words)" }
}
