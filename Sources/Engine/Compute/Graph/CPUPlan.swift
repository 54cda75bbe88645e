import Platform

/// Where a plan's values lie in the processor's memory, and what its operations' kernels need beside them.
///
/// All buffers lie in one workspace; those that live at different times share a place.
package struct CPUPlan: Sendable {
    /// What is computed.
    package let plan: Plan

    /// How many floats the workspace holds.
    package let workspaceCount: Int

    /// How many bytes the workspace takes.
    package let workspaceBytes: Int

    /// How many bytes the weights take that are packed once more for speed, unless an earlier plan had them packed.
    ///
    /// 0 where they would not fit into the memory that is free beside the workspace.
    package let packedBytes: Int

    let steps: [Step]
    /// Where the picture lies in the workspace, and its gradient.
    let input: Place
    let inputGradient: Place?
    /// The wanted layers' outputs and seeds, in the plan's order.
    let outputs: [Output]

    /// A buffer in the workspace, in floats.
    struct Place: Hashable, Sendable {
        let offset: Int
        let count: Int
    }

    /// Where a wanted layer's output is read and its gradient written.
    struct Output: Sendable {
        let value: Place
        let gradient: Place?
    }

    /// One operation and where its buffers lie.
    struct Step: Sendable {
        let kernel: any CPUKernel
        let shapes: [Shape]
        let inputs: [Int]
        let output: Int
        let saved: Int?
        let scratch: Int
        let gradient: Gradient?
    }

    /// Where the buffers of an operation's input gradient lie.
    struct Gradient: Sendable {
        let scratch: Int
        let output: Int
        let inputs: [(offset: Int, accumulates: Bool)]
    }

    /// The plan's buffers with their places.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` where the workspace takes more than
    ///   `availableBytes`.
    package init(_ plan: Plan, availableBytes: Int = Workspace.availableBytes) throws(EngineError) {
        var lifetimes = Lifetimes(plan)
        let (offsets, count) = lifetimes.buffers.assign()
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        try plan.checkRoom(neededBytes: overflow ? .max : bytes, availableBytes: availableBytes)
        self.plan = plan
        workspaceCount = count
        workspaceBytes = overflow ? .max : bytes
        steps = lifetimes.steps(offsets)
        func place(_ node: Int, _ buffer: Int) -> Place {
            Place(offset: offsets[buffer], count: plan.batch * plan.graph.nodes[node].shape.count)
        }
        input = place(0, lifetimes.values[0]!)
        inputGradient = lifetimes.gradients[0].map { place(0, $0) }
        outputs = plan.values.map { node in
            Output(
                value: place(node, lifetimes.values[node]!), gradient: lifetimes.gradients[node].map { place(node, $0) }
            )
        }
        let packing = steps.reduce(0) { $0 + $1.kernel.packedCount($1.shapes, batch: plan.batch) }
        let packingBytes = packing * MemoryLayout<Float>.stride
        packedBytes = packingBytes <= availableBytes - workspaceBytes ? packingBytes : 0
    }
}
