/// A model as a list of operations, each on the results of earlier ones.
///
/// All facts about a model's layers (addresses, shapes, operation counts) are derived
/// from it. A graph is made by a ``GraphBuilder`` and never changes.
public struct Graph: Sendable {
    /// One result: the picture itself, or what an operation makes of earlier results.
    package struct Node: Sendable {
        /// The operation that computes it; nil for the picture.
        package let operation: (any TensorOperation)?
        /// The indices of the nodes that the operation reads.
        package let inputs: [Int]
        /// The shape of one picture's result.
        package let shape: Shape

        /// Creates the result of an operation on earlier nodes.
        package init(operation: (any TensorOperation)?, inputs: [Int], shape: Shape) {
            self.operation = operation
            self.inputs = inputs
            self.shape = shape
        }
    }

    /// The nodes, each after those it reads.
    ///
    /// The first is the picture, `[3, height, width]`.
    package let nodes: [Node]

    /// The addressable results in the order of computation.
    public let layers: [Layer]

    private let nodeOfName: [String: Int]
    private let layerOfName: [String: Int]

    package init(nodes: [Node], layers: [(layer: Layer, node: Int)]) {
        self.nodes = nodes
        self.layers = layers.map(\.layer)
        var nodeOfName: [String: Int] = [:]
        var layerOfName: [String: Int] = [:]
        for (index, entry) in layers.enumerated() {
            for name in [entry.layer.address] + entry.layer.frameworkNames {
                nodeOfName[name] = entry.node
                layerOfName[name] = index
            }
        }
        self.nodeOfName = nodeOfName
        self.layerOfName = layerOfName
    }

    /// Returns the layer with this address or framework name, if there is one.
    public func layer(_ name: String) -> Layer? {
        layerOfName[name].map { layers[$0] }
    }

    /// Every address and framework name.
    public var names: [String] {
        layers.flatMap { [$0.address] + $0.frameworkNames }
    }

    /// Returns the index of the node whose result is a layer's output, by address or framework name.
    package func node(_ name: String) -> Int? {
        nodeOfName[name]
    }

    /// Returns the address of the layer to which an activation function is applied to give the one at `name`; nil if none is.
    package func layerBeforeActivation(_ name: String) -> String? {
        guard let node = nodeOfName[name], let before = nodeBeforeActivation(node) else { return nil }
        return layers.first { nodeOfName[$0.address] == before }?.address
    }

    /// Returns the input of a node's activation function, also through a transposition: token mixing works on transposed
    /// values, and the named layers are transposed back.
    private func nodeBeforeActivation(_ node: Int) -> Int? {
        guard let operation = nodes[node].operation, let input = nodes[node].inputs.first else { return nil }
        if operation.descriptor.isActivation { return input }
        if case .alterElements = operation.descriptor { return nodeBeforeActivation(input) }
        guard case .transpose = operation.descriptor, let before = nodeBeforeActivation(input) else { return nil }
        return nodes.firstIndex { node in
            guard case .transpose = node.operation?.descriptor else { return false }
            return node.inputs == [before]
        }
    }

    /// Whether tokens are mixed by MLPs alone: by weights that are the same for every picture, after a transposition.
    package var mixesTokensByMLPs: Bool {
        var transposes = false
        for node in nodes {
            switch node.operation?.descriptor {
            case .attentionValues, .mixValues: return false
            case .transpose: transposes = true
            default: break
            }
        }
        return transposes
    }

    /// Returns the shapes that a node's operation reads.
    package func inputShapes(_ node: Int) -> [Shape] {
        nodes[node].inputs.map { nodes[$0].shape }
    }

    /// Returns the nodes that `wanted` depend on, themselves included, each after those it reads.
    func ancestors(of wanted: [Int]) -> [Int] {
        var needed = [Bool](repeating: false, count: nodes.count)
        for node in wanted { needed[node] = true }
        for node in nodes.indices.reversed() where needed[node] {
            for input in nodes[node].inputs { needed[input] = true }
        }
        return nodes.indices.filter { needed[$0] }
    }
}
