import Platform

/// The operations that the wanted layers need, in the order in which an executor runs them.
///
/// Operations that no wanted layer depends on are left out, so a neuron in block 0 does not pay for
/// block 11. A plan is the same for every device; the ``Backend`` that compiles it decides where its values lie.
///
/// Values are numbered: 0 is the input, and each operation computes one.
public struct Plan: Sendable {
    /// The number of pictures that are computed together.
    public let batch: Int

    /// The addresses whose outputs can be read, as they were asked for; see ``LayerIndex``.
    public let layers: [String]

    /// Whether the input gradient can be computed.
    public let hasGradient: Bool

    /// The operations, each after those whose results it reads.
    public let operations: [PlannedOperation]

    /// The shape of one picture's input: `[3, height, width]`.
    public let inputShape: Shape

    /// Every value's number is below this. Not every number below it is a value of the plan.
    public let valueCount: Int

    /// Floating-point operations of one forward pass over the whole batch.
    public let forwardOperationCount: Int

    /// Floating-point operations of one input gradient over the whole batch; 0 without gradient.
    public let gradientOperationCount: Int

    package let graph: Graph
    /// The value of each wanted layer, in the order of ``layers``.
    package let values: [Int]
    private let check: (@Sendable () throws(EngineError) -> Void)?

    /// Returns the number of the value that is a layer's output.
    public func value(of layer: LayerIndex) -> Int { values[layer.place] }

    /// Returns the shape of one picture's output of a layer.
    public func shape(of layer: LayerIndex) -> Shape { graph.nodes[values[layer.place]].shape }

    /// Returns the index of the layer that was asked for by this name; nil if none was.
    public func index(of layer: String) -> LayerIndex? { layers.firstIndex(of: layer).map { LayerIndex($0) } }

    /// Checks that the weights are still those that were loaded; an executor calls this after each pass.
    ///
    /// Allocates nothing.
    ///
    /// - Throws: ``EngineError/fileChanged(path:whileReading:)``.
    public func checkWeights() throws(EngineError) { try check?() }
}

/// An operation of a plan, with the values that it reads and the one that it computes.
public struct PlannedOperation: Sendable {
    /// The operation, with its weights and options.
    public let descriptor: OperationDescriptor
    /// The numbers of the values that it reads.
    public let inputs: [Int]
    /// Their shapes for one picture.
    public let inputShapes: [Shape]
    /// The number of the value that it computes.
    public let output: Int
    /// Its shape for one picture.
    public let outputShape: Shape
}

extension Plan {
    /// Plans the computation of `layers` and, if wanted, of a gradient from them to the picture.
    ///
    /// - Parameter check: throws if the weights are no longer those that were loaded; it must not allocate.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``;
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` for a batch whose sizes exceed an `Int`;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a batch below 1.
    package init(
        _ graph: Graph, layers: [String], batch: Int, gradient: Bool, model: String = "The model",
        check: (@Sendable () throws(EngineError) -> Void)? = nil
    ) throws(EngineError) {
        guard batch > 0 else {
            throw .invalidValue(what: "The number of pictures", found: "\(batch)", expected: "1 or more")
        }
        try Self.checkSize(graph, batch: batch)
        var wanted: [Int] = []
        for name in layers {
            guard let node = graph.node(name) else {
                throw .unknownLayer(address: name, model: model, near: nearestAddresses(to: name, among: graph.names))
            }
            wanted.append(node)
        }
        let order = graph.ancestors(of: wanted).filter { graph.nodes[$0].operation != nil }
        self.graph = graph
        self.batch = batch
        self.layers = layers
        self.check = check
        hasGradient = gradient
        values = wanted
        inputShape = graph.nodes[0].shape
        valueCount = graph.nodes.count
        var planned: [PlannedOperation] = []
        var counts = (forward: 0, gradient: 0)
        for node in order {
            guard let operation = graph.nodes[node].operation else { continue }
            let shapes = graph.inputShapes(node)
            planned.append(
                PlannedOperation(
                    descriptor: operation.descriptor, inputs: graph.nodes[node].inputs, inputShapes: shapes,
                    output: node,
                    outputShape: graph.nodes[node].shape))
            counts.forward += operation.operationCount(shapes)
            if gradient { counts.gradient += operation.gradientOperationCount(shapes) }
        }
        operations = planned
        forwardOperationCount = batch * counts.forward
        gradientOperationCount = batch * counts.gradient
    }

    /// Throws if the batch is so large that its sizes exceed an `Int`.
    private static func checkSize(_ graph: Graph, batch: Int) throws(EngineError) {
        let onePicture = graph.nodes.reduce(0) { $0 + $1.shape.count } * MemoryLayout<Float>.stride
        guard Double(onePicture) * Double(batch) < 1e15 else {
            let (bytes, overflow) = onePicture.multipliedReportingOverflow(by: batch)
            throw .tooLarge(
                what: "\(batch) pictures at once", neededBytes: overflow ? .max : bytes,
                availableBytes: Workspace.availableBytes)
        }
    }

    /// Throws if the needed bytes exceed the available ones.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    package func checkRoom(neededBytes: Int, availableBytes: Int) throws(EngineError) {
        guard neededBytes > availableBytes else { return }
        throw .tooLarge(
            what: batch == 1 ? "This picture" : "\(batch) pictures at once", neededBytes: neededBytes,
            availableBytes: availableBytes)
    }
}
