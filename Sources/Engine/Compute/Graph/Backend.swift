import Platform

/// A device that computes models: what it is, how much it holds, and how a plan becomes something that runs there.
///
/// In a render only the model runs on it. The processor draws, transforms and optimizes the pictures; it writes the executor's
/// input and reads its gradient.
public protocol Backend: Sendable {
    /// Its name for display, with what computes its matrix products: "CPU, tiles in registers of 64 bytes".
    var name: String { get }

    /// The reason why its results differ in bits from those of the reference arithmetic, for the keys of stored pictures; nil if
    /// nothing does.
    ///
    /// The reference is ``CPUBackend`` with products computed by panels. Two backends whose pictures may differ must not return
    /// the same text.
    var arithmetic: String? { get }

    /// The number of bytes that it can still hold.
    var availableBytes: Int { get }

    /// Returns the bytes that an executor of a plan takes there, without the weights; `Int.max` if they exceed an `Int`.
    func requiredBytes(for plan: Plan) -> Int

    /// Creates an executor of a plan, with its memory allocated.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` if the memory does not suffice; errors of the
    ///   device.
    func compile(_ plan: Plan) throws(EngineError) -> any Executor
}

extension Backend {
    /// Its name, since the pictures of another device differ in their last bits.
    public var arithmetic: String? { name }

    /// The processor's threads that work alongside it: the backend itself if it is the processor.
    package var host: CPUBackend { self as? CPUBackend ?? .shared }
}

/// The processor's cores.
public final class CPUBackend: Backend {
    /// The backend of this process, with as many threads as `VITRINE_THREADS` or the machine allow.
    public static let shared = CPUBackend(team: ThreadTeam(count: ProcessorCount.usable))

    /// The threads that compute.
    package let team: ThreadTeam

    /// Creates a backend with its own team of `threads` threads, the caller's included.
    ///
    /// The threads live as long as the process; the bits of results do not depend on their number.
    ///
    /// - Precondition: `threads` is above 0.
    public convenience init(threads: Int) { self.init(team: ThreadTeam(count: threads)) }

    /// Creates a backend whose work is done by `team`.
    package init(team: ThreadTeam) { self.team = team }

    /// The number of threads that compute, the caller's included.
    public var threadCount: Int { team.count }

    /// "CPU, " and what computes the products: tiles in registers, with their size in bytes, or OpenBLAS.
    public var name: String { "CPU, \(MatrixProduct.kernel)" }

    /// Nil if panels compute the products, since their sums do not depend on the width of the registers; otherwise OpenBLAS, with
    /// the processor that its kernels are written for.
    public var arithmetic: String? { MatrixProduct.usesPanels ? nil : name }

    /// The number of bytes that this machine can still provide without swapping; an estimate if the system does not report it.
    public var availableBytes: Int { Workspace.availableBytes }

    /// Returns the bytes of the workspace.
    public func requiredBytes(for plan: Plan) -> Int {
        // Unlimited, so that no plan is refused.
        (try? CPUPlan(plan, availableBytes: .max))?.workspaceBytes ?? .max
    }

    /// Creates a ``CPUExecutor``.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public func compile(_ plan: Plan) throws(EngineError) -> any Executor {
        CPUExecutor(try CPUPlan(plan, availableBytes: availableBytes), team: team)
    }
}
