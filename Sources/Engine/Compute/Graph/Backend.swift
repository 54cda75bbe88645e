import Platform

/// A device that computes models: what it is, how much it holds, and how a plan becomes something that runs there.
///
/// Of a render only the model runs on it: pictures are drawn, disturbed and moved by the processor, which lends the executor
/// its input and takes back the gradient.
public protocol Backend: Sendable {
    /// What it is, for people, with what computes its products: "CPU, tiles in registers of 64 bytes".
    var name: String { get }

    /// What makes its results differ in bits from those of the reference arithmetic, for the keys of kept pictures; nil where
    /// nothing does.
    ///
    /// The reference is ``CPUBackend`` where panels compute its products. Two backends whose pictures may differ must not give
    /// the same text.
    var arithmetic: String? { get }

    /// How many bytes it can still hold.
    var availableBytes: Int { get }

    /// How many bytes an executor of a plan takes there, without the weights; `Int.max` for more than can be counted.
    func requiredBytes(for plan: Plan) -> Int

    /// What runs a plan, with its memory allocated.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` where the memory does not suffice; what the device
    ///   throws.
    func compile(_ plan: Plan) throws(EngineError) -> any Executor
}

extension Backend {
    /// Its name: pictures of another device differ in their last bits.
    public var arithmetic: String? { name }

    /// The processor's threads that work beside it: itself where it is the processor.
    package var host: CPUBackend { self as? CPUBackend ?? .shared }
}

/// The processor's cores.
public final class CPUBackend: Backend {
    /// The backend of this process, with as many threads as `VITRINE_THREADS` or the machine allow.
    public static let shared = CPUBackend(team: ThreadTeam(count: ProcessorCount.usable))

    /// Who computes.
    package let team: ThreadTeam

    /// A backend with a team of its own of so many threads, the caller's included.
    ///
    /// Its threads stay as long as the process; the bits of results do not depend on how many there are.
    ///
    /// - Precondition: `threads` is above 0.
    public convenience init(threads: Int) { self.init(team: ThreadTeam(count: threads)) }

    /// A backend whose work a team does.
    package init(team: ThreadTeam) { self.team = team }

    /// How many threads compute, the caller's included.
    public var threadCount: Int { team.count }

    /// "CPU, " and what computes the products: tiles in registers of so many bytes, or OpenBLAS.
    public var name: String { "CPU, \(MatrixProduct.kernel)" }

    /// Nil where panels compute products, whose sums are the same whatever the width of the registers; else OpenBLAS, with the
    /// processor that its kernels are written for.
    public var arithmetic: String? { MatrixProduct.usesPanels ? nil : name }

    /// How many bytes this machine can still give without swapping; a guess where it does not say.
    public var availableBytes: Int { Workspace.availableBytes }

    /// The bytes of the workspace.
    public func requiredBytes(for plan: Plan) -> Int {
        // Room for anything, so that nothing is refused.
        (try? CPUPlan(plan, availableBytes: .max))?.workspaceBytes ?? .max
    }

    /// A ``CPUExecutor``.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    public func compile(_ plan: Plan) throws(EngineError) -> any Executor {
        CPUExecutor(try CPUPlan(plan, availableBytes: availableBytes), team: team)
    }
}
