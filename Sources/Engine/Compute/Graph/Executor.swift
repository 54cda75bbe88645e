import Platform

/// Runs a plan: forward, then the gradient of whatever the caller seeded with respect to the input.
///
/// An executor belongs to one thread, and what it needs is allocated when it is made. The batch is the first axis of every
/// buffer. A loop body is: ``writeInput(_:)``; ``forward(cancellation:)``; ``readOutput(of:_:)``;
/// ``writeOutputGradient(of:_:)``; ``backward(cancellation:)``; ``readInputGradient(_:)``.
///
/// Memory is lent for the time of a call, which may stand within another's. On the processor that is the memory that is
/// computed on. A device with memory of its own keeps a copy of the layers on the host: it fetches one at the first reading
/// after a pass, sends the input before ``forward(cancellation:)`` and what was seeded before ``backward(cancellation:)``,
/// so that each goes over once in a step however often it is lent.
public protocol Executor: AnyObject {
    /// What is run, in which order.
    var plan: Plan { get }

    /// Lends the input: `[batch, 3, height, width]`, normalized as the model's preprocessing says.
    ///
    /// What is not written stays as it was.
    func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result

    /// Computes the outputs from the input, and zeroes the output gradients.
    ///
    /// - Throws: ``EngineError/cancelled``; what ``Plan/checkWeights()`` throws, which is called after the pass.
    func forward(cancellation: Cancellation?) throws(EngineError)

    /// Lends the output of one of the plan's layers after ``forward(cancellation:)``: `[batch]` + ``Plan/shape(of:)``.
    func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result

    /// Lends ∂objective/∂output of one of the plan's layers, which is 0 after ``forward(cancellation:)`` and keeps what is
    /// written: `[batch]` + ``Plan/shape(of:)``.
    ///
    /// - Precondition: the plan has a gradient.
    func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result

    /// Computes the input gradient from the output gradients, and may use these up.
    ///
    /// - Precondition: the plan has a gradient.
    /// - Throws: as ``forward(cancellation:)``.
    func backward(cancellation: Cancellation?) throws(EngineError)

    /// Lends ∂objective/∂input after ``backward(cancellation:)``: `[batch, 3, height, width]`.
    ///
    /// - Precondition: the plan has a gradient.
    func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result
}
