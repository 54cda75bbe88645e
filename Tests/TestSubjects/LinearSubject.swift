import Compute
import Images
import Platform
import Synchronization
import TestSupport
import Visualization

/// A model whose every layer is a matrix, so that values and gradients can be derived by hand.
///
///     output = W · input     or, where it bends,     output = ½ (W · input)²
///
/// It has a layer "linear" of tokens, layers "bent" and "rectified", max(0, W · input − threshold), of the same shape, a vector "logits", and knobs that
/// make its executor fail as real ones can.
package struct LinearSubject: RenderSubject {
    /// What it is asked for where it does not matter what.
    package static let bent = Objective.mean(
        Target(model: "fake", layer: "bent", features: .indices([1, 2]), tokens: .all))

    package var name = "fake"
    package var weightsHash = "abc"
    package var inputSize = PixelSize(width: 6, height: 4)
    package var normalization = Normalization(mean: [0.5, 0.4, 0.3], deviation: [0.2, 0.25, 0.5])
    package var classes = ["tench", "golf ball"]
    package var layout = TokenLayout(special: ["CLS"], rows: 2, columns: 3)
    package var features = 5
    /// From where on "rectified" is above 0.
    package var threshold: Float = 0
    /// The most pictures that fit at once.
    package var largestBatch = Int.max
    /// The forward pass that gives no number, counted from 1.
    package var failsAt = Int.max
    /// The forward pass that is interrupted, counted from 1.
    package var cancelsAt = Int.max
    /// How many forward passes were done by all executors.
    package let forwards = Counter()

    package init() {}

    package func layerShape(_ address: String) throws(EngineError) -> LayerShape {
        switch address {
        case "linear", "bent", "rectified": return .tokens(layout, features: features)
        case "logits": return .vector(features: classes.count)
        default: throw .unknownLayer(address: address, model: name, near: ["linear", "logits"])
        }
    }

    package func layerBeforeActivation(_ address: String) -> String? { address == "rectified" ? "linear" : nil }

    /// The same subject: it has no residual connections.
    package func scalingBranchGradients(by factor: Float) -> any RenderSubject { self }

    package func makeExecutor(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> any Executor {
        guard batch <= largestBatch else {
            throw .tooLarge(what: "\(batch) pictures", neededBytes: batch, availableBytes: largestBatch)
        }
        var maps: [(layer: String, map: [Float])] = []
        for (index, layer) in layers.enumerated() {
            maps.append((layer, weights(of: layer, rows: try rows(layer), stream: UInt64(index))))
        }
        return LinearExecutor(subject: self, maps: maps, batch: batch)
    }

    /// `[outputs, inputs]`, the same for both layers of tokens.
    package func weights(of layer: String, rows: Int, stream: UInt64 = 0) -> [Float] {
        normals(rows * inputCount, seed: layer == "logits" ? 99 : 98).map { $0 / 8 }
    }

    package var inputCount: Int { 3 * inputSize.width * inputSize.height }

    private func rows(_ layer: String) throws(EngineError) -> Int {
        let shape = try layerShape(layer)
        return shape.extents.count
    }
}

/// A number that is counted up from several places.
package final class Counter: Sendable {
    private let number = Atomic<Int>(0)
    package var value: Int { number.load(ordering: .relaxed) }
    package func increment() -> Int { number.add(1, ordering: .relaxed).newValue }
}

/// Runs a ``LinearSubject`` with plain loops.
package final class LinearExecutor: Executor {
    private let subject: LinearSubject
    private let maps: [(layer: String, map: [Float])]
    /// Places in ``maps`` by address, so that gradients of several layers are always added up in one order.
    private let order: [Int]
    private let batch: Int
    private let inputBuffer: FloatBuffer
    private let gradientBuffer: FloatBuffer
    private let outputs: [FloatBuffer]
    private let outputGradients: [FloatBuffer]

    package init(subject: LinearSubject, maps: [(layer: String, map: [Float])], batch: Int) {
        self.subject = subject
        self.maps = maps
        order = maps.indices.sorted { maps[$0].layer < maps[$1].layer }
        self.batch = batch
        inputBuffer = FloatBuffer(count: batch * subject.inputCount)
        gradientBuffer = FloatBuffer(count: batch * subject.inputCount)
        outputs = maps.map { FloatBuffer(count: batch * $0.map.count / subject.inputCount) }
        outputGradients = maps.map { FloatBuffer(count: batch * $0.map.count / subject.inputCount) }
    }

    package var plan: Plan { fatalError("a renderer needs no plan") }

    package func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        body(.init(start: inputBuffer.pointer, count: inputBuffer.count))
    }

    package func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        body(.init(start: gradientBuffer.pointer, count: gradientBuffer.count))
    }

    package func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        body(.init(start: outputs[layer.place].pointer, count: outputs[layer.place].count))
    }

    package func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result {
        body(.init(start: outputGradients[layer.place].pointer, count: outputGradients[layer.place].count))
    }

    package func forward(cancellation: Cancellation?) throws(EngineError) {
        let number = subject.forwards.increment()
        if number == subject.cancelsAt { cancellation?.request() }
        try cancellation?.check()
        for place in order {
            let ((layer, map), output, gradient) = (maps[place], outputs[place], outputGradients[place])
            gradient.fill([Float](repeating: 0, count: gradient.count))
            forEachProduct(map) { picture, row, columns, place in
                var sum: Float = 0
                for (column, weight) in columns.enumerated() {
                    sum += weight * inputBuffer.pointer[picture * subject.inputCount + column]
                }
                output.pointer[place] =
                    layer == "bent" ? sum * sum / 2 : layer == "rectified" ? max(0, sum - subject.threshold) : sum
                if number == subject.failsAt { output.pointer[place] = .nan }
            }
        }
    }

    package func backward(cancellation: Cancellation?) throws(EngineError) {
        gradientBuffer.fill([Float](repeating: 0, count: gradientBuffer.count))
        for place in order {
            let ((layer, map), output, gradient) = (maps[place], outputs[place], outputGradients[place])
            forEachProduct(map) { picture, row, columns, place in
                // The sign of W · input is lost in its square; it is worked out anew.
                var seed = gradient.pointer[place]
                if layer == "bent" {
                    let size = (2 * output.pointer[place]).squareRoot()
                    let sum = columns.enumerated().reduce(Float(0)) {
                        $0 + $1.element * inputBuffer.pointer[picture * subject.inputCount + $1.offset]
                    }
                    seed *= sum < 0 ? -size : size
                }
                if layer == "rectified", output.pointer[place] <= 0 { seed = 0 }
                for (column, weight) in columns.enumerated() {
                    gradientBuffer.pointer[picture * subject.inputCount + column] += seed * weight
                }
            }
        }
    }

    private func forEachProduct(
        _ map: [Float],
        _ body: (_ picture: Int, _ row: Int, _ columns: ArraySlice<Float>, _ place: Int) -> Void
    ) {
        let count = subject.inputCount
        let rows = map.count / count
        for picture in 0..<batch {
            for row in 0..<rows {
                // A slice of its own, so that its places start at 0.
                let columns = ArraySlice(Array(map[row * count..<(row + 1) * count]))
                body(picture, row, columns, picture * rows + row)
            }
        }
    }
}
