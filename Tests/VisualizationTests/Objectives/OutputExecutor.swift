import Compute
import Platform
import Visualization

/// An executor whose outputs are what a test writes into them; its passes compute nothing.
final class OutputExecutor: Executor {
    private var outputs: [FloatBuffer] = []
    private var gradients: [FloatBuffer] = []
    private let layers: WantedLayers
    let shapes: [String: LayerShape]

    /// Layers of these shapes, for `batch` pictures.
    init(_ shapes: [String: LayerShape], batch: Int = 1) {
        self.shapes = shapes
        layers = WantedLayers(shapes.keys.sorted())
        for layer in layers.addresses {
            outputs.append(FloatBuffer(count: batch * shapes[layer]!.extents.count))
            gradients.append(FloatBuffer(count: batch * shapes[layer]!.extents.count))
        }
    }

    /// One layer "layer" of tokens without special ones, holding `values`.
    convenience init(tokens rows: Int, features: Int, batch: Int = 1, _ values: [Float]) {
        self.init(
            ["layer": .tokens(TokenLayout(special: [], rows: rows, columns: 1), features: features)], batch: batch)
        self["layer"].fill(values)
    }

    /// The output of a layer, to be written and read.
    subscript(layer: String) -> FloatBuffer { outputs[layers.addresses.firstIndex(of: layer)!] }

    /// The gradient that was seeded in a layer.
    func seeds(_ layer: String) -> [Float] { gradients[layers.addresses.firstIndex(of: layer)!].values }

    func clearSeeds() {
        for gradient in gradients { gradient.fill([Float](repeating: 0, count: gradient.count)) }
    }

    /// The objectives of a sheet over these layers, a picture each.
    func sheet(
        _ objectives: [Objective], references: ReferenceActivations = ReferenceActivations()
    ) throws -> SheetObjectives {
        var layers = layers
        var evaluations: [ObjectiveEvaluation] = []
        for objective in objectives {
            evaluations.append(
                try ObjectiveEvaluation(
                    objective, model: "fake", pictures: objectives.count, references: references,
                    layers: &layers,
                    shape: { address throws(EngineError) in
                        guard let shape = self.shapes[address] else {
                            throw .unknownLayer(address: address, model: "fake", near: [])
                        }
                        return shape
                    }))
        }
        return try SheetObjectives(evaluations, layers: layers)
    }

    /// The value of one objective on one picture, and the gradient that it seeds in "layer".
    func evaluate(
        _ objective: Objective, references: ReferenceActivations = ReferenceActivations()
    ) throws -> (value: Float, seeds: [Float]) {
        clearSeeds()
        let value = try sheet([objective], references: references)
            .evaluate(0, on: self, index: 0, seedsGradient: true)
        return (value, shapes["layer"] == nil ? [] : seeds("layer"))
    }

    var plan: Plan { fatalError("an objective needs no plan") }

    func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        fatalError("there is no model")
    }
    func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        fatalError("there is no model")
    }

    func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        let buffer = outputs[layer.place]
        return body(.init(start: buffer.pointer, count: buffer.count))
    }

    func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result {
        let buffer = gradients[layer.place]
        return body(.init(start: buffer.pointer, count: buffer.count))
    }

    func forward(cancellation: Cancellation?) throws(EngineError) {}
    func backward(cancellation: Cancellation?) throws(EngineError) {}
}
