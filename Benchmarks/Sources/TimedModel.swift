import VitrineEngine

/// A model that knows how long its passes took.
final class TimedModel: RenderSubject {
    private let model: any RenderSubject
    private let stopwatch: Stopwatch

    convenience init(_ model: Model) { self.init(model, Stopwatch()) }

    private init(_ model: any RenderSubject, _ stopwatch: Stopwatch) {
        self.model = model
        self.stopwatch = stopwatch
    }

    /// The seconds of all passes since the last call.
    func takeSeconds() -> Double {
        defer { stopwatch.seconds = 0 }
        return stopwatch.seconds
    }

    var name: String { model.name }
    var weightsHash: String { "" }
    var inputSize: PixelSize { model.inputSize }
    var requestedSize: PixelSize? { model.requestedSize }
    var settings: ModelSettings { model.settings }
    var normalization: Normalization { model.normalization }
    var classes: [String] { model.classes }
    var mixesTokensByMLPs: Bool { model.mixesTokensByMLPs }
    func layerShape(_ address: String) throws(EngineError) -> LayerShape { try model.layerShape(address) }

    func scalingBranchGradients(by factor: Float) -> any RenderSubject {
        TimedModel(model.scalingBranchGradients(by: factor), stopwatch)
    }

    func makeExecutor(layers: [String], batch: Int, gradient: Bool) throws(EngineError) -> any Executor {
        TimedExecutor(try model.makeExecutor(layers: layers, batch: batch, gradient: gradient), stopwatch)
    }
}

/// Seconds that add up.
///
/// Used by the one thread that renders.
private final class Stopwatch: @unchecked Sendable {
    var seconds = 0.0
}

/// An executor whose passes are timed.
private final class TimedExecutor: Executor {
    private let executor: any Executor
    private let stopwatch: Stopwatch

    init(_ executor: any Executor, _ stopwatch: Stopwatch) {
        self.executor = executor
        self.stopwatch = stopwatch
    }

    var plan: Plan { executor.plan }

    func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        executor.writeInput(body)
    }

    func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        executor.readInputGradient(body)
    }

    func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        executor.readOutput(of: layer, body)
    }

    func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result {
        executor.writeOutputGradient(of: layer, body)
    }

    func forward(cancellation: Cancellation?) throws(EngineError) {
        let clock = Clock()
        defer { stopwatch.seconds += clock.elapsed }
        try executor.forward(cancellation: cancellation)
    }

    func backward(cancellation: Cancellation?) throws(EngineError) {
        let clock = Clock()
        defer { stopwatch.seconds += clock.elapsed }
        try executor.backward(cancellation: cancellation)
    }
}
