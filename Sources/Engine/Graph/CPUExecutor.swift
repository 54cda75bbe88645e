import Synchronization

/// Runs a plan on the processor's cores.
///
/// All memory is allocated here; ``forward(cancellation:)`` and ``backward(cancellation:)`` allocate
/// nothing. The team of threads goes through the steps together and meets after each, where it also
/// looks whether it should stop.
public final class CPUExecutor: Executor {
    /// What is run.
    public let plan: Plan

    private let workspace: Workspace
    private let steps: StepList
    private let team: ThreadTeam
    /// The weights' files, which are asked whether they still are what they were; nil where there are none.
    private let weights: (any Checkpoint)?
    private let forwardBody: @Sendable (TeamMember) -> Void
    private let backwardBody: @Sendable (TeamMember) -> Void

    /// An executor for `plan`, its workspace allocated.
    package init(_ plan: Plan, weights: (any Checkpoint)? = nil, team: ThreadTeam = .shared) {
        self.plan = plan
        self.weights = weights
        self.team = team
        let workspace = Workspace(count: plan.workspaceCount)
        let steps = StepList(plan, workspace)
        self.workspace = workspace
        self.steps = steps
        forwardBody = { member in steps.forward(member) }
        backwardBody = { member in steps.backward(member) }
        if plan.packedBytes > 0 { team.run { member in steps.pack(member) } }
    }

    /// `[batch, 3, height, width]`.
    public var input: UnsafeMutableBufferPointer<Float> { buffer(plan.input) }

    /// `[batch, 3, height, width]`.
    ///
    /// - Precondition: the plan has a gradient.
    public var inputGradient: UnsafeBufferPointer<Float> {
        guard let place = plan.inputGradient else { preconditionFailure("the plan has no gradient") }
        return UnsafeBufferPointer(buffer(place))
    }

    /// `[batch, tokens, features]` or `[batch, features]`.
    ///
    /// - Precondition: the plan was asked for this layer.
    public func output(_ address: String) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(buffer(wanted(address).value))
    }

    /// `[batch, tokens, features]` or `[batch, features]`.
    ///
    /// - Precondition: the plan was asked for this layer, with a gradient.
    public func outputGradient(_ address: String) -> UnsafeMutableBufferPointer<Float> {
        guard let place = wanted(address).gradient else { preconditionFailure("the plan has no gradient") }
        return buffer(place)
    }

    /// Computes the outputs from the input and zeroes the output gradients.
    ///
    /// - Throws: ``EngineError/cancelled``, at the latest after the operation that is running;
    ///   ``EngineError/fileChanged(path:whileReading:)`` where the weights are no longer those that were loaded.
    public func forward(cancellation: Cancellation?) throws(EngineError) {
        try run(forwardBody, cancellation)
        for output in plan.outputs.values {
            if let place = output.gradient { buffer(place).update(repeating: 0) }
        }
    }

    /// Computes the input gradient from the output gradients.
    ///
    /// Uses up the output gradients: call ``forward(cancellation:)`` before seeding again.
    ///
    /// - Precondition: the plan has a gradient.
    /// - Throws: ``EngineError/cancelled``, at the latest after the operation that is running;
    ///   ``EngineError/fileChanged(path:whileReading:)`` where the weights are no longer those that were loaded.
    public func backward(cancellation: Cancellation?) throws(EngineError) {
        precondition(plan.hasGradient, "the plan has no gradient")
        try run(backwardBody, cancellation)
    }

    private func run(
        _ body: @escaping @Sendable (TeamMember) -> Void, _ cancellation: Cancellation?
    ) throws(EngineError) {
        steps.cancellation = cancellation
        steps.stop.store(.max, ordering: .relaxed)
        team.run(body)
        steps.cancellation = nil
        if steps.stop.load(ordering: .relaxed) != .max { throw .cancelled }
        // What was computed with other weights than those that were loaded is shown to nobody.
        try weights?.check()
    }

    private func wanted(_ address: String) -> Plan.Output {
        guard let output = plan.outputs[address] else {
            preconditionFailure("the plan was not asked for \(address)")
        }
        return output
    }

    private func buffer(_ place: Plan.Place) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: workspace.start + place.offset, count: place.count)
    }
}

/// The plan's operations with the pointers they work on.
///
/// Shared by the team's threads during a run.
private final class StepList: @unchecked Sendable {
    private struct Step {
        let operation: any TensorOperation
        let forward: ForwardFrame
        let gradient: GradientFrame?
    }

    private let steps: [Step]
    /// The step after which the team stops.
    let stop = Atomic<Int>(.max)
    /// Set and read by the calling thread only.
    var cancellation: Cancellation?

    init(_ plan: Plan, _ workspace: Workspace) {
        let start = workspace.start
        steps = plan.steps.map { step in
            let shapes = plan.graph.inputShapes(step.node)
            let inputs = step.inputs.map { UnsafePointer(start + $0) }
            let forward = ForwardFrame(
                batch: plan.batch, shapes: shapes, inputs: inputs, output: start + step.output,
                saved: step.saved.map { start + $0 }, scratch: start + step.scratch)
            let gradient = step.gradient.map { gradient in
                GradientFrame(
                    batch: plan.batch, shapes: shapes, inputs: inputs,
                    output: UnsafePointer(start + step.output),
                    saved: UnsafePointer(start + (step.saved ?? 0)),
                    scratch: start + gradient.scratch, outputGradient: UnsafePointer(start + gradient.output),
                    inputGradients: gradient.inputs.map {
                        InputGradient(values: start + $0.offset, accumulates: $0.accumulates)
                    })
            }
            return Step(
                operation: plan.graph.nodes[step.node].operation!, forward: forward, gradient: gradient)
        }
    }

    /// Packs the weights that are quicker so.
    func pack(_ member: TeamMember) {
        for step in steps where step.operation.packedCount(step.forward.shapes, batch: step.forward.batch) > 0 {
            step.operation.pack(member)
        }
    }

    func forward(_ member: TeamMember) {
        for index in steps.indices {
            steps[index].operation.forward(steps[index].forward, member)
            guard goesOn(after: index, member) else { return }
        }
    }

    func backward(_ member: TeamMember) {
        for index in steps.indices.reversed() {
            guard let gradient = steps[index].gradient else { continue }
            steps[index].operation.inputGradient(gradient, member)
            guard goesOn(after: steps.count - 1 - index, member) else { return }
        }
    }

    /// Lets the team meet; false when the work should stop.
    ///
    /// All members get the same answer for the same step: the first may be a step ahead, but then what
    /// it has stored is a later step.
    private func goesOn(after step: Int, _ member: TeamMember) -> Bool {
        if member.index == 0, stop.load(ordering: .relaxed) == .max, cancellation?.isRequested == true {
            stop.store(step, ordering: .relaxed)
        }
        member.meet()
        return stop.load(ordering: .relaxed) > step
    }
}
