import Platform

/// The layout of a plan's values, and of what its kernels need in addition, in the processor's memory.
///
/// All buffers lie in one workspace; buffers that live at different times share space.
package struct CPUPlan: Sendable {
    /// The plan that is computed.
    package let plan: Plan

    /// The size of the workspace in floats.
    let workspaceCount: Int

    /// The size of the workspace in bytes.
    package let workspaceBytes: Int

    /// The bytes that the packed copies of weights take, unless an earlier plan has already packed them.
    ///
    /// 0 if they would not fit into the memory that the workspace leaves free.
    package let packedBytes: Int

    let steps: [Step]
    /// The places of the picture and of its gradient.
    let input: Place
    let inputGradient: Place?
    /// The wanted layers' outputs and seeds, in the plan's order.
    let outputs: [Output]

    /// A buffer's offset and size in the workspace, in floats.
    struct Place: Hashable, Sendable {
        let offset: Int
        let count: Int
    }

    /// The places of a wanted layer's output and of its gradient.
    struct Output: Sendable {
        let value: Place
        let gradient: Place?
    }

    /// One operation and the offsets of its buffers.
    struct Step: Sendable {
        let kernel: any CPUKernel
        let shapes: [Shape]
        let inputs: [Int]
        let output: Int
        let saved: Int?
        let scratch: Int
        let gradient: Gradient?
    }

    /// The offsets of the buffers of an operation's input gradient.
    struct Gradient: Sendable {
        let scratch: Int
        let output: Int
        let inputs: [(offset: Int, accumulates: Bool)]
    }

    /// Lays out the plan's buffers.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` if the workspace takes more than
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
