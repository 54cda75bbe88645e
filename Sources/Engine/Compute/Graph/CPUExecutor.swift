import Platform

/// Runs a plan on the processor's cores.
///
/// All memory is allocated here; ``forward(cancellation:)`` and ``backward(cancellation:)`` allocate
/// nothing. The parts of each step are dealt out to the team's threads, and after each step it is
/// looked whether to stop.
public final class CPUExecutor: Executor {
    /// What is run.
    public let plan: Plan

    private let workspace: Workspace
    private let steps: StepList
    private let paces: (forward: RunPace, backward: RunPace)
    private let team: ThreadTeam
    /// Finds out whether the weights' files still are what they were; nil where there are none.
    private let check: (@Sendable () throws(EngineError) -> Void)?

    /// An executor for `plan`, its workspace allocated.
    ///
    /// - Parameter check: throws where the weights are no longer those that were loaded; called after each pass, it must
    ///   not allocate.
    package init(
        _ plan: Plan, check: (@Sendable () throws(EngineError) -> Void)? = nil, team: ThreadTeam = .shared
    ) {
        self.plan = plan
        self.check = check
        self.team = team
        let workspace = Workspace(count: plan.workspaceCount)
        let steps = StepList(plan, workspace)
        self.workspace = workspace
        self.steps = steps
        func pace(_ works: [TeamWork]) -> RunPace { RunPace(parts: works.reduce(0) { $0 + $1.count }) }
        paces = (pace(steps.forward), pace(steps.backward))
        if plan.packedBytes > 0 { steps.pack(team) }
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
        try run(steps.forward, cancellation, paces.forward)
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
        try run(steps.backward, cancellation, paces.backward)
    }

    private func run(_ works: [TeamWork], _ cancellation: Cancellation?, _ pace: RunPace) throws(EngineError) {
        let isDone = works.withUnsafeBufferPointer { team.run($0, cancellation: cancellation, pace: pace) }
        if !isDone { throw .cancelled }
        // What was computed with other weights than those that were loaded is shown to nobody.
        try check?()
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
private struct StepList {
    /// The operations' work in order, and that of their gradients.
    let forward: [TeamWork]
    let backward: [TeamWork]
    private let packing: [any TensorOperation]

    init(_ plan: Plan, _ workspace: Workspace) {
        let start = workspace.start
        var (forward, backward, packing): ([TeamWork], [[TeamWork]], [any TensorOperation]) = ([], [], [])
        for step in plan.steps {
            let operation = plan.graph.nodes[step.node].operation!
            let shapes = plan.graph.inputShapes(step.node)
            let inputs = step.inputs.map { UnsafePointer(start + $0) }
            if operation.packedCount(shapes, batch: plan.batch) > 0 { packing.append(operation) }
            forward += operation.forward(
                ForwardFrame(
                    batch: plan.batch, shapes: shapes, inputs: inputs, output: start + step.output,
                    saved: step.saved.map { start + $0 }, scratch: start + step.scratch))
            guard let gradient = step.gradient else { continue }
            backward.append(
                operation.inputGradient(
                    GradientFrame(
                        batch: plan.batch, shapes: shapes, inputs: inputs,
                        output: UnsafePointer(start + step.output),
                        saved: UnsafePointer(start + (step.saved ?? 0)),
                        scratch: start + gradient.scratch, outputGradient: UnsafePointer(start + gradient.output),
                        inputGradients: gradient.inputs.map {
                            InputGradient(values: start + $0.offset, accumulates: $0.accumulates)
                        })))
        }
        self.forward = forward
        self.backward = backward.reversed().flatMap { $0 }
        self.packing = packing
    }

    /// Packs the weights that are quicker so.
    func pack(_ team: ThreadTeam) {
        for operation in packing { operation.pack(team) }
    }
}
