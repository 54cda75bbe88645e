import Engine

/// An executor that says how long its last passes took.
final class TimedExecutor: Executor {
    private let executor: any Executor
    private(set) var forwardSeconds = 0.0
    private(set) var gradientSeconds = 0.0

    init(_ executor: any Executor) { self.executor = executor }

    var plan: Plan { executor.plan }
    var input: UnsafeMutableBufferPointer<Float> { executor.input }
    var inputGradient: UnsafeBufferPointer<Float> { executor.inputGradient }
    func output(_ address: String) -> UnsafeBufferPointer<Float> { executor.output(address) }
    func outputGradient(_ address: String) -> UnsafeMutableBufferPointer<Float> {
        executor.outputGradient(address)
    }

    func forward(cancellation: Cancellation?) throws(EngineError) {
        let clock = Clock()
        try executor.forward(cancellation: cancellation)
        forwardSeconds = clock.elapsed
    }

    func backward(cancellation: Cancellation?) throws(EngineError) {
        let clock = Clock()
        try executor.backward(cancellation: cancellation)
        gradientSeconds = clock.elapsed
    }
}
