import Compute
import Platform

extension Model {
    /// The part of an address that a dictionary's latents have: “blocks.10.sae”.
    package static let latents = "sae"

    /// Returns the graph with a dictionary behind a layer, whose latents are a layer of their own, “blocks.10.sae”.
    ///
    /// What follows the layer reads it as before. The input of the gate is “blocks.10.sae.before”, and what the latents make of
    /// the layer is “blocks.10.sae.reconstruction”, unless the dictionary normalizes its input.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``; ``EngineError/invalidValue(what:found:expected:)`` if the
    ///   dictionary does not fit the layer, or if there is one already.
    package func graph(coding address: String, by dictionary: LatentDictionary) throws(EngineError) -> Graph {
        try graph.coding(layer(address), by: dictionary, model: name, base: baseName)
    }
}

extension Graph {
    /// Returns the graph with a dictionary behind a layer of it, as ``Model/graph(coding:by:)`` does for a model.
    ///
    /// - Parameters:
    ///   - model: the model's name, for the errors.
    ///   - base: its name as it was loaded.
    package func coding(
        _ layer: Layer, by dictionary: LatentDictionary, model: String, base: String
    ) throws(EngineError) -> Graph {
        let codes = "\(layer.address).\(Model.latents)"
        guard let anchor = node(layer.address), self.layer(codes) == nil else {
            throw .invalidValue(
                what: "The layer of the dictionary “\(dictionary.reference.name)”",
                found: "\(layer.address) of \(model), which has a dictionary already",
                expected: "a layer of the model without it: `load(…, on: \(base)[\"\(layer.address)\"])`")
        }
        guard layer.shape.features == dictionary.width, !layer.shape.isPattern else {
            throw .invalidValue(
                what: "The width of the dictionary “\(dictionary.reference.name)”", found: "\(dictionary.width)",
                expected: "\(layer.shape.features), since \(layer.address) of \(model) has \(layer.shape.words). "
                    + "A dictionary fits the layer of the model that it was trained on")
        }
        var added = AddedNodes(after: anchor, nodes[anchor].shape)
        let normal = try added.normalized(by: dictionary.normalization, anchor)
        let size = try added.size(undoing: dictionary.normalization, anchor)
        let linear = try added.apply(Linear(weight: dictionary.encoder, bias: dictionary.bias), normal)
        var before = linear
        let gated: Int
        switch dictionary.gate {
        case .relu: gated = try added.apply(Elementwise<ReLU>(), before)
        case .tanhReLU:
            before = try added.apply(Elementwise<Tanh>(), linear)
            gated = try added.apply(Elementwise<ReLU>(), before)
        case .largest(let count, let isRectified):
            gated = try added.apply(KeepLargest(count: count, isRectified: isRectified), before)
        case .above(let thresholds, let includesEqual, _):
            gated = try added.apply(KeepAbove(thresholds: thresholds, includesEqual: includesEqual), before)
        case .open:
            // A node of its own: a layer's name belongs to one.
            guard let shape = added.shape(of: before) else { return self }
            gated = try added.apply(Reshape(shape), before)
        }
        let shape = layer.shape.withFeatures(dictionary.count)
        var named: [(layer: Layer, node: Int)] = [
            (Layer(address: "\(codes).before", shape: shape, isListed: false), before),
            (Layer(address: codes, shape: shape), gated),
        ]
        let decoded = try added.apply(
            Linear(weight: dictionary.decoder.transposed(), bias: dictionary.decoderBias), gated)
        let written = size == nil ? "reconstruction" : Self.written
        named.append((Layer(address: "\(codes).\(written)", shape: layer.shape, isListed: false), decoded))
        if let size {
            named.append((Layer(address: "\(codes).\(Self.size)", shape: layer.shape, isListed: false), size))
        }
        return inserting(added.nodes, after: anchor, named: named)
    }

    /// What latents write before it gets the size of the row, if the dictionary normalizes its input.
    fileprivate static let written = "written"
    /// The size of a row, by which what latents write is multiplied, likewise.
    fileprivate static let size = "size"
}

extension Model {
    /// Returns the graph in which a dictionary's latents are changed, and the layer that they describe with them.
    ///
    ///     x′ = x + s · Σ (f′ᵢ − fᵢ) · dᵢ
    ///
    /// where s is the size of the row, by which the dictionary's normalization divides it; 1 if there is none. What the
    /// dictionary does not explain of the layer stays as it is.
    ///
    /// - Returns: nil if the layer at `address` is no dictionary's.
    package func graph(
        alteringLatentsAt address: String, by operation: any TensorOperation
    ) throws(EngineError) -> Graph? {
        let suffix = ".\(Self.latents)"
        guard address.hasSuffix(suffix), let codes = graph.node(address), graph.node("\(address).before") != nil,
            let anchor = graph.node(String(address.dropLast(suffix.count)))
        else { return nil }
        let written = graph.node("\(address).reconstruction") ?? graph.node("\(address).\(Graph.written)")
        guard let written, case .linear(let weight, _) = graph.nodes[written].operation?.descriptor else { return nil }
        let size = graph.node("\(address).\(Graph.size)")
        let count = graph.nodes[codes].shape[-1]
        let last = max(codes, anchor)
        var added = AddedNodes(after: last, graph.nodes[last].shape)
        for node in [codes, anchor, size].compactMap(\.self) { added.know(node, graph.nodes[node].shape) }
        let altered = try added.apply(operation, codes)
        let minus = Parameter(Tensor([Float](repeating: -1, count: count), shape: [count]))
        let negative = try added.apply(Scale(factor: minus), codes)
        let difference = try added.apply(Add(), altered, negative)
        var change = try added.apply(Linear(weight: weight, bias: nil), difference)
        if let size { change = try added.apply(Multiply(), change, size) }
        let steered = try added.apply(Add(), anchor, change)
        return graph.inserting(added.nodes, after: last, replacing: [codes: altered, anchor: steered])
    }
}

/// Nodes that are added to a graph behind one of its nodes.
private struct AddedNodes {
    private(set) var nodes: [Graph.Node] = []
    private let anchor: Int
    private var shapes: [Int: Shape]

    init(after anchor: Int, _ shape: Shape) {
        self.anchor = anchor
        shapes = [anchor: shape]
    }

    /// Lets the added nodes read an earlier node too.
    mutating func know(_ node: Int, _ shape: Shape) { shapes[node] = shape }

    /// Returns the shape of a node that is added or known.
    func shape(of node: Int) -> Shape? { shapes[node] }

    /// Adds an operation and returns the index of its node.
    mutating func apply(_ operation: any TensorOperation, _ inputs: Int...) throws(EngineError) -> Int {
        let shape = try operation.outputShape(inputs.compactMap { shapes[$0] })
        nodes.append(Graph.Node(operation: operation, inputs: inputs, shape: shape))
        let index = anchor + nodes.count
        shapes[index] = shape
        return index
    }

    /// Adds the normalization of a node's rows.
    mutating func normalized(
        by normalization: DictionaryNormalization, _ node: Int
    ) throws(EngineError) -> Int {
        switch normalization {
        case .none: return node
        case .standardized: return try apply(StandardizeRows(epsilon: DictionaryNormalization.epsilon), node)
        case .rescaled:
            guard let shape = shapes[node] else { return node }
            let width = shape[-1]
            let rows = try apply(Reshape([shape.count / width, width]), node)
            let unit = try apply(UnitRows(), rows)
            let length = Parameter(Tensor([Float](repeating: Float(width).squareRoot(), count: width), shape: [width]))
            return try apply(Reshape(shape), try apply(Scale(factor: length), unit))
        }
    }

    /// Adds the size of a node's rows, which their normalization divides them by, for each feature the same.
    ///
    ///     ‖x‖ = Σ x · x / ‖x‖, over the features
    ///
    /// - Returns: nil if the rows are not normalized.
    mutating func size(undoing normalization: DictionaryNormalization, _ node: Int) throws(EngineError) -> Int? {
        if case .none = normalization { return nil }
        guard let shape = shapes[node] else { return nil }
        let width = shape[-1]
        var rows = try apply(Reshape([shape.count / width, width]), node)
        let divisor: Int
        switch normalization {
        case .none: return nil
        case .standardized:
            // The length of what is left without the mean is √(width − 1) sample deviations.
            let share = 1 / Float(width)
            let center = Parameter(shape: [width, width]) { values in
                for index in 0..<width * width { values[index] = (index % (width + 1) == 0 ? 1 : 0) - share }
            }
            rows = try apply(Linear(weight: center, bias: nil), rows)
            divisor = max(width - 1, 1)
        case .rescaled: divisor = width
        }
        let products = try apply(Multiply(), rows, try apply(UnitRows(), rows))
        let sum = Parameter(shape: [width, width]) { values in
            for index in 0..<width * width { values[index] = 1 / Float(divisor).squareRoot() }
        }
        return try apply(Reshape(shape), try apply(Linear(weight: sum, bias: nil), products))
    }
}

extension LayerShape {
    /// Returns the shape of as many rows with another number of features.
    fileprivate func withFeatures(_ features: Int) -> LayerShape {
        switch self {
        case .tokens(let layout, _): .tokens(layout, features: features)
        case .tokenMixing(let hidden, _): .tokenMixing(hidden: hidden, features: features)
        default: .vector(features: features)
        }
    }
}
