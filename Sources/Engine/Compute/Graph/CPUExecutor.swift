import Platform

/// Runs a plan on the processor's cores.
///
/// All memory is allocated on creation; ``forward(cancellation:)`` and ``backward(cancellation:)`` allocate
/// nothing. The parts of each step are dealt out to the team's threads, and cancellation is checked after
/// each step. The memory that it lends is the memory that it computes on.
public final class CPUExecutor: Executor {
    /// The plan that it runs.
    public var plan: Plan { memory.plan }

    private let memory: CPUPlan
    private let workspace: Workspace
    private let steps: StepList
    private let paces: (forward: RunPace, backward: RunPace)
    private let team: ThreadTeam

    /// Creates an executor and allocates its workspace.
    package init(_ memory: CPUPlan, team: ThreadTeam) {
        self.memory = memory
        self.team = team
        let workspace = Workspace(count: memory.workspaceCount)
        let steps = StepList(memory, workspace, threads: ProductTiles.threads(ofTeam: team.count))
        self.workspace = workspace
        self.steps = steps
        func pace(_ works: [TeamWork]) -> RunPace { RunPace(parts: works.reduce(0) { $0 + $1.count }) }
        paces = (pace(steps.forward), pace(steps.backward))
        if memory.packedBytes > 0 { steps.pack(team) }
    }

    /// Lends the input, `[batch, 3, height, width]`.
    public func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        body(buffer(memory.input))
    }

    /// Lends the input gradient, `[batch, 3, height, width]`.
    ///
    /// - Precondition: the plan has a gradient.
    public func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        guard let place = memory.inputGradient else { preconditionFailure("the plan has no gradient") }
        return body(UnsafeBufferPointer(buffer(place)))
    }

    /// Lends a layer's output, `[batch]` and its shape.
    public func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        body(UnsafeBufferPointer(buffer(memory.outputs[layer.place].value)))
    }

    /// Lends a layer's output gradient, `[batch]` and its shape.
    ///
    /// - Precondition: the plan has a gradient.
    public func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result {
        guard let place = memory.outputs[layer.place].gradient else {
            preconditionFailure("the plan has no gradient")
        }
        return body(buffer(place))
    }

    /// Computes the outputs from the input and zeroes the output gradients.
    ///
    /// - Throws: ``EngineError/cancelled``, at the latest after the operation that is running;
    ///   ``EngineError/fileChanged(path:whileReading:)`` if the weights are no longer those that were loaded.
    public func forward(cancellation: Cancellation?) throws(EngineError) {
        try run(steps.forward, cancellation, paces.forward)
        for output in memory.outputs {
            if let place = output.gradient { buffer(place).update(repeating: 0) }
        }
    }

    /// Computes the input gradient from the output gradients.
    ///
    /// Overwrites the output gradients: call ``forward(cancellation:)`` before seeding them again.
    ///
    /// - Precondition: the plan has a gradient.
    /// - Throws: ``EngineError/cancelled``, at the latest after the operation that is running;
    ///   ``EngineError/fileChanged(path:whileReading:)`` if the weights are no longer those that were loaded.
    public func backward(cancellation: Cancellation?) throws(EngineError) {
        precondition(memory.plan.hasGradient, "the plan has no gradient")
        try run(steps.backward, cancellation, paces.backward)
    }

    private func run(_ works: [TeamWork], _ cancellation: Cancellation?, _ pace: RunPace) throws(EngineError) {
        let isDone = works.withUnsafeBufferPointer { team.run($0, cancellation: cancellation, pace: pace) }
        if !isDone { throw .cancelled }
        // Results of other weights than those that were loaded are discarded.
        try memory.plan.checkWeights()
    }

    private func buffer(_ place: CPUPlan.Place) -> UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(start: workspace.start + place.offset, count: place.count)
    }
}

/// The plan's operations with the pointers they work on.
private struct StepList {
    /// The operations' work in order, and that of their gradients.
    let forward: [TeamWork]
    let backward: [TeamWork]
    private let packing: [any CPUKernel]

    init(_ memory: CPUPlan, _ workspace: Workspace, threads: Int) {
        let start = workspace.start
        let batch = memory.plan.batch
        var (forward, backward, packing): ([TeamWork], [[TeamWork]], [any CPUKernel]) = ([], [], [])
        for step in memory.steps {
            let (kernel, shapes) = (step.kernel, step.shapes)
            let inputs = step.inputs.map { UnsafePointer(start + $0) }
            if kernel.packedCount(shapes, batch: batch) > 0 { packing.append(kernel) }
            forward += kernel.forward(
                ForwardFrame(
                    batch: batch, shapes: shapes, inputs: inputs, output: start + step.output,
                    saved: step.saved.map { start + $0 }, scratch: start + step.scratch, threads: threads))
            guard let gradient = step.gradient else { continue }
            backward.append(
                kernel.inputGradient(
                    GradientFrame(
                        batch: batch, shapes: shapes, inputs: inputs,
                        output: UnsafePointer(start + step.output),
                        saved: UnsafePointer(start + (step.saved ?? 0)),
                        scratch: start + gradient.scratch, outputGradient: UnsafePointer(start + gradient.output),
                        inputGradients: gradient.inputs.map {
                            InputGradient(values: start + $0.offset, accumulates: $0.accumulates)
                        }, threads: threads)))
        }
        self.forward = forward
        self.backward = backward.reversed().flatMap { $0 }
        self.packing = packing
    }

    /// Packs the weights whose products are faster when packed.
    func pack(_ team: ThreadTeam) {
        for kernel in packing { kernel.pack(team) }
    }
}
