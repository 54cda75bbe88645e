import Compute
import Images
import Platform

/// A builder with which a family's file writes its model as a graph.
///
/// Operations are added line by line as in the paper. Each returns a ``Result`` that later lines use. Names are given
/// along the way:
///
///     let hidden = try graph.activate(graph.linear(x, weights["fc1"], 512))
///     graph.name(hidden, "blocks.0.mlp.hidden", also: ["blocks.0.mlp.act"])
struct GraphBuilder {
    /// The result of a line, which later lines use.
    package struct Result: Sendable {
        fileprivate let node: Int
        /// The shape for one picture.
        package let shape: Shape
    }

    private var nodes: [Graph.Node]
    private var names: [(layer: Layer, node: Int)] = []

    /// The layout of the tokens, special ones included, which gives the results that are named next their shapes.
    ///
    /// A model whose grid changes by stage sets it where it does.
    package var layout: TokenLayout

    /// The names of the parts in the weights' framework.
    private let spelling: TensorNames

    /// The input, `[3, height, width]`.
    package let picture: Result

    init(height: Int, width: Int, layout: TokenLayout, names: TensorNames) {
        self.init(input: [3, height, width], layout: layout, names: names)
    }

    /// Creates a builder of a graph whose input is something else than a picture: the embeddings of a text's tokens.
    init(input shape: Shape, layout: TokenLayout, names: TensorNames) {
        self.layout = layout
        spelling = names
        nodes = [Graph.Node(operation: nil, inputs: [], shape: shape)]
        picture = Result(node: 0, shape: shape)
    }

    /// Adds an operation on earlier results.
    package mutating func apply(
        _ operation: any TensorOperation, _ inputs: Result...
    ) throws(EngineError) -> Result { try apply(operation, to: inputs) }

    /// Adds an operation on any number of earlier results.
    package mutating func apply(
        _ operation: any TensorOperation, to inputs: [Result]
    ) throws(EngineError) -> Result {
        let shape = try operation.outputShape(inputs.map(\.shape))
        nodes.append(Graph.Node(operation: operation, inputs: inputs.map(\.node), shape: shape))
        return Result(node: nodes.count - 1, shape: shape)
    }

    /// Gives a result an address, and its names in the weights' framework.
    ///
    /// - Parameters:
    ///   - modules: the modules whose output it is, in timm's spelling. Their names in the framework are looked up,
    ///     like that of the address.
    ///   - aliases: other addresses.
    ///   - listed: whether the model's list of layers shows it.
    ///   - shape: the result's shape, if its extents do not determine it.
    /// - Precondition: without `shape`, the result is tokens × features, patches × features, or one row of features.
    package mutating func name(
        _ result: Result, _ address: String, also modules: [String] = [], aliases: [String] = [],
        listed: Bool = true, as shape: LayerShape? = nil
    ) {
        var names: [String] = []
        for name in ([address] + modules).flatMap(spelling.spellings) + aliases
        where name != address && !names.contains(name) { names.append(name) }
        let layer = Layer(
            address: address, frameworkNames: names, shape: shape ?? layerShape(result, address),
            isListed: listed)
        self.names.append((layer, result.node))
    }

    private func layerShape(_ result: Result, _ address: String) -> LayerShape {
        switch result.shape.dimensions {
        case [layout.count, result.shape[-1]]:
            return .tokens(layout, features: result.shape[-1])
        case [layout.patchCount, result.shape[-1]]:
            let patches = TokenLayout(special: [], rows: layout.rows, columns: layout.columns)
            return .tokens(patches, features: result.shape[-1])
        default:
            precondition(result.shape.rank == 1, "\(address) is \(result.shape), which is not a layer's shape")
            return .vector(features: result.shape[0])
        }
    }

    /// Returns the graph so far.
    package func build() -> Graph {
        Graph(nodes: nodes, layers: names)
    }
}

// The operations that families use. `weights` is the scope of the layer's own tensors.
extension GraphBuilder {
    /// Adds a linear layer, x · Wᵀ + b, with `outputs` features.
    package mutating func linear(
        _ x: Result, _ weights: WeightReader, _ outputs: Int, bias: Bool = true
    ) throws(EngineError) -> Result {
        let weight = try weights.parameter("weight", [outputs, x.shape[-1]])
        return try apply(Linear(weight: weight, bias: bias ? weights.parameter("bias", [outputs]) : nil), x)
    }

    /// Adds a layer norm: each row gets zero mean and unit variance, then is scaled and shifted.
    package mutating func layerNorm(
        _ x: Result, _ weights: WeightReader, epsilon: Float = 1e-6
    ) throws(EngineError) -> Result {
        let features = x.shape[-1]
        return try apply(
            LayerNorm(
                scale: weights.parameter("weight", [features]), shift: weights.parameter("bias", [features]),
                epsilon: epsilon), x)
    }

    /// Adds the activation between the two layers of an MLP.
    mutating func activate(
        _ x: Result, by activation: Activation = .gelu
    ) throws(EngineError) -> Result {
        try apply(activation.operation, x)
    }

    /// Adds a sum, a + b.
    package mutating func add(_ a: Result, _ b: Result) throws(EngineError) -> Result {
        try apply(Add(), a, b)
    }

    /// Adds a transposition of tokens × features to features × tokens, or back.
    package mutating func transpose(_ x: Result) throws(EngineError) -> Result { try apply(Transpose(), x) }

    /// Adds the embedding of the picture's patches, with `features` each.
    package mutating func patches(
        of picture: Result, _ weights: WeightReader, size: PixelSize, features: Int, bias: Bool = true
    ) throws(EngineError) -> Result {
        let weight = try weights.parameter("weight", [features, 3, size.height, size.width])
        return try apply(
            PatchEmbedding(weight: weight, bias: bias ? weights.parameter("bias", [features]) : nil), picture)
    }
}
