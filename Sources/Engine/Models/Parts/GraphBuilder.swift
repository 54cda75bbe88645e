import Compute
import Images
import Platform

/// What a family's file writes its model with.
///
/// A builder is told what to compute, line by line as the paper has it, and hands back a ``Result``
/// for each line that later lines use. Names are given along the way:
///
///     let hidden = try graph.activate(graph.linear(x, weights["fc1"], 512))
///     graph.name(hidden, "blocks.0.mlp.hidden", also: ["blocks.0.mlp.act"])
package struct GraphBuilder {
    /// What a line computes; used by later lines.
    package struct Result: Sendable {
        fileprivate let node: Int
        /// One picture's shape.
        package let shape: Shape
    }

    private var nodes: [Graph.Node]
    private var names: [(layer: Layer, node: Int)] = []

    /// How the model's tokens are laid out, special ones included.
    ///
    /// Gives named results their shapes.
    package let layout: TokenLayout

    /// How the weights' framework spells the names of the parts.
    private let spelling: TensorNames

    /// The picture, `[3, height, width]`.
    package let picture: Result

    init(height: Int, width: Int, layout: TokenLayout, names: TensorNames) {
        let shape: Shape = [3, height, width]
        self.layout = layout
        spelling = names
        nodes = [Graph.Node(operation: nil, inputs: [], shape: shape)]
        picture = Result(node: 0, shape: shape)
    }

    /// Adds an operation on earlier results.
    package mutating func apply(
        _ operation: any TensorOperation, _ inputs: Result...
    ) throws(EngineError) -> Result {
        let shape = try operation.outputShape(inputs.map(\.shape))
        nodes.append(Graph.Node(operation: operation, inputs: inputs.map(\.node), shape: shape))
        return Result(node: nodes.count - 1, shape: shape)
    }

    /// Gives a result an address, and the names that the weights' framework has for it.
    ///
    /// - Parameters:
    ///   - modules: the modules whose output it is, in timm's spelling; the framework's is looked up, the
    ///     address's own too.
    ///   - aliases: other addresses.
    ///   - listed: whether the model's list of layers shows it.
    ///   - shape: what the result is, where its extents do not say it.
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
            precondition(result.shape.rank == 1, "\(address) is \(result.shape), which is no layer")
            return .vector(features: result.shape[0])
        }
    }

    /// The graph so far.
    package func build() -> Graph {
        Graph(nodes: nodes, layers: names)
    }
}

// The operations as a family's file writes them. `weights` is the scope of the layer's own tensors.
extension GraphBuilder {
    /// x · Wᵀ + b, with `outputs` features.
    package mutating func linear(
        _ x: Result, _ weights: WeightReader, _ outputs: Int, bias: Bool = true
    ) throws(EngineError) -> Result {
        let weight = try weights.parameter("weight", [outputs, x.shape[-1]])
        return try apply(Linear(weight: weight, bias: bias ? weights.parameter("bias", [outputs]) : nil), x)
    }

    /// Each row to zero mean and unit variance, scaled and shifted.
    package mutating func layerNorm(
        _ x: Result, _ weights: WeightReader, epsilon: Float = 1e-6
    ) throws(EngineError) -> Result {
        let features = x.shape[-1]
        return try apply(
            LayerNorm(
                scale: weights.parameter("weight", [features]), shift: weights.parameter("bias", [features]),
                epsilon: epsilon), x)
    }

    /// The function between the two layers of an MLP.
    mutating func activate(
        _ x: Result, by activation: Activation = .gelu
    ) throws(EngineError) -> Result {
        try apply(activation.operation, x)
    }

    /// a + b.
    package mutating func add(_ a: Result, _ b: Result) throws(EngineError) -> Result {
        try apply(Add(), a, b)
    }

    /// Tokens × features as features × tokens, or back.
    package mutating func transpose(_ x: Result) throws(EngineError) -> Result { try apply(Transpose(), x) }

    /// The picture's patches, each as `features`.
    package mutating func patches(
        of picture: Result, _ weights: WeightReader, size: PixelSize, features: Int, bias: Bool = true
    ) throws(EngineError) -> Result {
        let weight = try weights.parameter("weight", [features, 3, size.height, size.width])
        return try apply(
            PatchEmbedding(weight: weight, bias: bias ? weights.parameter("bias", [features]) : nil), picture)
    }
}
