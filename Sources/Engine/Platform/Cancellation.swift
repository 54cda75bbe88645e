import Synchronization

/// A flag that asks long work to stop. The work checks it at each step and each block.
public final class Cancellation: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Creates a flag that is not set.
    public init() {}

    /// Whether the work should stop.
    public var isRequested: Bool { flag.load(ordering: .relaxed) }

    /// Asks the work to stop. Safe from any thread and from a signal handler.
    public func request() { flag.store(true, ordering: .relaxed) }

    /// Throws ``EngineError/cancelled`` when the work should stop.
    public func check() throws(EngineError) {
        if isRequested { throw .cancelled }
    }
}
