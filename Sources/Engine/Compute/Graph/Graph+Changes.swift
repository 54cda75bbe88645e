import Platform

// Changed graphs, and graphs that start in the middle of another.
extension Graph {
    /// The addressable results with their nodes, as a graph is created from them.
    private var entries: [(layer: Layer, node: Int)] {
        layers.compactMap { layer in node(layer.address).map { (layer, $0) } }
    }

    /// Returns the graph with an operation on a node's result, which replaces the result everywhere, under all its names.
    ///
    /// - Precondition: the operation has one input, and its output has the input's shape.
    package func inserting(_ operation: any TensorOperation, after node: Int) -> Graph {
        func moved(_ old: Int) -> Int { old < node ? old : old + 1 }
        var changed: [Node] = []
        for (index, old) in nodes.enumerated() {
            changed.append(
                Node(operation: old.operation, inputs: old.inputs.map(moved), shape: old.shape))
            guard index == node else { continue }
            changed.append(Node(operation: operation, inputs: [node], shape: old.shape))
        }
        return Graph(nodes: changed, layers: entries.map { ($0.layer, moved($0.node)) })
    }

    /// Returns the graph with further nodes behind one.
    ///
    /// - Parameters:
    ///   - added: they read nodes up to `anchor`, and one another: the first of them gets the index after it.
    ///   - named: further layers, with their nodes in the new graph.
    ///   - replacing: nodes up to `anchor`, with those of the new graph that take their place in what follows, under all
    ///     their names.
    package func inserting(
        _ added: [Node], after anchor: Int, named: [(layer: Layer, node: Int)] = [], replacing: [Int: Int] = [:]
    ) -> Graph {
        func moved(_ old: Int) -> Int { replacing[old] ?? (old <= anchor ? old : old + added.count) }
        let following = nodes[(anchor + 1)...].map {
            Node(operation: $0.operation, inputs: $0.inputs.map(moved), shape: $0.shape)
        }
        return Graph(
            nodes: Array(nodes[...anchor]) + added + following,
            layers: entries.map { (layer: $0.layer, node: moved($0.node)) } + named)
    }

    /// Returns the graph in which an earlier node's result takes the place of a node's, under all its names.
    ///
    /// - Precondition: both have the same shape.
    package func bypassing(_ node: Int, with earlier: Int) -> Graph {
        precondition(earlier < node && nodes[earlier].shape == nodes[node].shape, "an earlier result of the same shape")
        func replaced(_ old: Int) -> Int { old == node ? earlier : old }
        return Graph(
            nodes: nodes.map { Node(operation: $0.operation, inputs: $0.inputs.map(replaced), shape: $0.shape) },
            layers: entries.map { ($0.layer, replaced($0.node)) })
    }

    /// Returns the graph in which gradients through the branches of residual connections are multiplied by `factor`, so that
    /// more of what reaches the input has gone past them.
    ///
    /// It computes the same. A gradient of what a branch has made, asked for by its name, begins whole.
    ///
    /// Source: Wu et al. 2020, arXiv:2002.05990, eq. 5, the skip gradient method.
    package func scalingBranchGradients(by factor: Float) -> Graph {
        let branches = branches
        var place: [Int] = []
        var scaled: [Node] = []
        for (index, node) in nodes.enumerated() {
            var inputs = node.inputs.map { place[$0] }
            if let term = branches[index] {
                scaled.append(Node(operation: ScaleGradient(factor), inputs: [inputs[term]], shape: node.shape))
                inputs[term] = scaled.count - 1
            }
            place.append(scaled.count)
            scaled.append(Node(operation: node.operation, inputs: inputs, shape: node.shape))
        }
        return Graph(nodes: scaled, layers: entries.map { ($0.layer, place[$0.node]) })
    }

    /// The sums that are residual connections, with which of their two terms is the branch.
    ///
    /// It is the one that is computed from the other, or from what the other was before earlier branches were added to it.
    private var branches: [Int: Int] {
        var branches: [Int: Int] = [:]
        // Sums, with what they were before their branches, the latest first.
        var trunks: [Int: [Int]] = [:]
        for (node, sum) in nodes.enumerated() {
            guard case .add = sum.operation?.descriptor else { continue }
            func isBranch(_ term: Int) -> Bool {
                let other = sum.inputs[1 - term]
                return ([other] + trunks[other, default: []]).contains { depends(sum.inputs[term], on: $0) }
            }
            guard let branch = [1, 0].first(where: isBranch) else { continue }
            let trunk = sum.inputs[1 - branch]
            branches[node] = branch
            trunks[node] = [trunk] + trunks[trunk, default: []]
        }
        return branches
    }

    /// Returns the graph in which these nodes can be asked for by ``nodeAddress(_:)`` too.
    package func addressing(_ wanted: some Sequence<Int>) -> Graph {
        let added = Set(wanted).sorted().map { node in
            (
                layer: Layer(
                    address: Self.nodeAddress(node), shape: .vector(features: nodes[node].shape.count), isListed: false),
                node: node
            )
        }
        return Graph(nodes: nodes, layers: entries + added)
    }

    /// Returns the address of a node in a graph made by ``addressing(_:)``.
    package static func nodeAddress(_ node: Int) -> String { "node \(node)" }

    /// Returns whether each node depends on a node, itself included.
    private func dependents(on node: Int) -> [Bool] {
        var depends = [Bool](repeating: false, count: nodes.count)
        depends[node] = true
        for index in nodes.indices.dropFirst(node + 1) {
            depends[index] = nodes[index].inputs.contains { depends[$0] }
        }
        return depends
    }

    /// Returns whether a node's result depends on an earlier one's, or is that result.
    package func depends(_ node: Int, on earlier: Int) -> Bool { dependents(on: earlier)[node] }

    /// Returns the nodes that do not depend on `node`, and whose results the computation from it to `wanted` reads; those of
    /// `wanted` that do not depend on it are among them.
    package func frontier(from node: Int, to wanted: [Int]) -> [Int] {
        let depends = dependents(on: node)
        var frontier = Set(wanted.filter { !depends[$0] })
        for index in ancestors(of: wanted) where depends[index] && index != node {
            frontier.formUnion(nodes[index].inputs.filter { !depends[$0] })
        }
        return frontier.sorted()
    }

    /// Returns the computation that follows a node: its input is the node's result, and everything that does not depend on
    /// it is constant.
    ///
    /// All of its results keep their names, the node's own and the constant ones among them.
    ///
    /// - Parameters:
    ///   - wanted: the nodes that are computed.
    ///   - constants: the results of the ``frontier(from:to:)``.
    /// - Precondition: all of the frontier is given.
    package func following(_ node: Int, to wanted: [Int], constants: [Int: Parameter]) -> Graph {
        let depends = dependents(on: node)
        var place: [Int: Int] = [node: 0]
        var following = [Node(operation: nil, inputs: [], shape: nodes[node].shape)]
        for index in frontier(from: node, to: wanted) {
            guard let values = constants[index] else { preconditionFailure("node \(index) is not given") }
            place[index] = following.count
            following.append(
                Node(operation: Constant(values.reshaped(nodes[index].shape)), inputs: [], shape: nodes[index].shape))
        }
        for index in ancestors(of: wanted) where depends[index] && index != node {
            let inputs = nodes[index].inputs.compactMap { place[$0] }
            place[index] = following.count
            following.append(Node(operation: nodes[index].operation, inputs: inputs, shape: nodes[index].shape))
        }
        let named = entries.compactMap { entry in place[entry.node].map { (layer: entry.layer, node: $0) } }
        return Graph(nodes: following, layers: named)
    }
}
