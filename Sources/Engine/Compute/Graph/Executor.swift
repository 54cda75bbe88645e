import Platform

/// The execution of a plan: the forward pass, then the gradient with respect to the input of what the caller has seeded.
///
/// An executor belongs to one thread, and its memory is allocated when it is created. The batch is the first axis of every
/// buffer. The body of a loop is: ``writeInput(_:)``; ``forward(cancellation:)``; ``readOutput(of:_:)``;
/// ``writeOutputGradient(of:_:)``; ``backward(cancellation:)``; ``readInputGradient(_:)``.
///
/// Memory is lent for the duration of a call; calls may be nested. On the processor it is the memory that is computed on. A
/// device with its own memory keeps a copy of the layers on the host: it downloads a layer when it is first read after a
/// pass, and uploads the input before ``forward(cancellation:)`` and the seeds before ``backward(cancellation:)``, so that
/// each is transferred once a step, no matter how often it is lent.
public protocol Executor: AnyObject {
    /// The plan that it runs.
    var plan: Plan { get }

    /// Lends the input: `[batch, 3, height, width]`, normalized as the model's preprocessing specifies.
    ///
    /// Values that are not written keep what they were.
    func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result

    /// Computes the outputs from the input, and zeroes the output gradients.
    ///
    /// - Throws: ``EngineError/cancelled``; the errors of ``Plan/checkWeights()``, which is called after the pass.
    func forward(cancellation: Cancellation?) throws(EngineError)

    /// Lends the output of one of the plan's layers after ``forward(cancellation:)``: `[batch]` + ``Plan/shape(of:)``.
    func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result

    /// Lends ∂objective/∂output of one of the plan's layers, which is 0 after ``forward(cancellation:)`` and keeps what is
    /// written to it: `[batch]` + ``Plan/shape(of:)``.
    ///
    /// - Precondition: the plan has a gradient.
    func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result

    /// Computes the input gradient from the output gradients, and may overwrite these.
    ///
    /// - Precondition: the plan has a gradient.
    /// - Throws: as ``forward(cancellation:)``.
    func backward(cancellation: Cancellation?) throws(EngineError)

    /// Lends ∂objective/∂input after ``backward(cancellation:)``: `[batch, 3, height, width]`.
    ///
    /// - Precondition: the plan has a gradient.
    func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result
}
