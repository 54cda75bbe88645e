import Platform

/// Runs a plan: forward, then the gradient of whatever the caller seeded with respect to the input.
///
/// An executor belongs to one thread and allocates nothing after it is made. The batch is the first
/// axis of every buffer. A loop body is: fill ``input``; ``forward(cancellation:)``; read
/// ``output(_:)``; write ``outputGradient(_:)``; ``backward(cancellation:)``; read ``inputGradient``.
public protocol Executor: AnyObject {
    /// What is run, in which order, in how much memory.
    var plan: Plan { get }

    /// `[batch, 3, height, width]`, normalized as the model's preprocessing says. The caller fills it.
    var input: UnsafeMutableBufferPointer<Float> { get }

    /// ∂objective/∂``input``, `[batch, 3, height, width]`, after ``backward(cancellation:)``.
    var inputGradient: UnsafeBufferPointer<Float> { get }

    /// The output of one of the plan's layers, `[batch, tokens, features]` or `[batch, features]`.
    func output(_ address: String) -> UnsafeBufferPointer<Float>

    /// ∂objective/∂output of one of the plan's layers; ``forward(cancellation:)`` zeroes it, the caller fills it.
    func outputGradient(_ address: String) -> UnsafeMutableBufferPointer<Float>

    /// Computes the outputs from ``input``.
    func forward(cancellation: Cancellation?) throws(EngineError)

    /// Computes ``inputGradient`` from the output gradients.
    func backward(cancellation: Cancellation?) throws(EngineError)
}
