/// The steps during which each buffer of a plan is needed, which decide which buffers can share space.
///
/// Time is counted in steps: operation *i* of *n* runs forward at *i*, the caller seeds the gradients
/// at *n*, and operation *i* runs backward at *2n − i*.
struct Lifetimes {
    var buffers = BufferAssignment()
    /// Node → its output's buffer.
    private(set) var values: [Int: Int] = [:]
    /// Node → its gradient's buffer.
    ///
    /// Empty without gradient.
    private(set) var gradients: [Int: Int] = [:]

    private let graph: Graph
    private let order: [Int]
    private let wanted: Set<Int>
    private let batch: Int
    private let hasGradient: Bool
    private let position: [Int: Int]
    private let consumers: [Int: [Int]]
    private let kernels: [Int: any CPUKernel]
    /// Node → the buffers of what it saves, and of its scratch memory.
    private var saved: [Int: Int] = [:]
    private var scratch: [Int: Int] = [:]
    private var gradientScratch: [Int: Int] = [:]

    init(_ plan: Plan) {
        graph = plan.graph
        order = plan.operations.map(\.output)
        wanted = Set(plan.values)
        batch = plan.batch
        hasGradient = plan.hasGradient
        kernels = Dictionary(uniqueKeysWithValues: order.map { [graph] in ($0, graph.kernel($0)) })
        position = Dictionary(uniqueKeysWithValues: zip(order, 0...))
        var consumers: [Int: [Int]] = [:]
        for node in order {
            for input in graph.nodes[node].inputs { consumers[input, default: []].append(node) }
        }
        self.consumers = consumers
        for node in [0] + order {
            requestValue(node)
            if hasGradient { requestGradient(node) }
        }
        for node in order { requestExtras(node) }
    }

    private var seeding: Int { order.count }
    private var end: Int { 2 * order.count + 1 }
    private func backward(_ node: Int) -> Int { 2 * order.count - position[node]! }

    private mutating func requestValue(_ node: Int) {
        let start = position[node] ?? 0
        var last = node == 0 || wanted.contains(node) ? end : start
        for consumer in consumers[node] ?? [] {
            last = max(last, position[consumer]!)
            if hasGradient, kernels[consumer]!.gradientReads.contains(.inputs) {
                last = max(last, backward(consumer))
            }
        }
        if hasGradient, kernels[node]?.gradientReads.contains(.output) == true {
            last = max(last, backward(node))
        }
        values[node] = buffers.request(batch * graph.nodes[node].shape.count, start...last)
    }

    private mutating func requestGradient(_ node: Int) {
        let start = wanted.contains(node) ? seeding : (consumers[node] ?? []).map(backward).min() ?? seeding
        let last = node == 0 ? end : backward(node)
        gradients[node] = buffers.request(batch * graph.nodes[node].shape.count, start...last)
    }

    private mutating func requestExtras(_ node: Int) {
        let kernel = kernels[node]!
        let shapes = graph.inputShapes(node)
        let now = position[node]!
        scratch[node] = buffers.request(batch * kernel.scratchCount(shapes), now...now)
        guard hasGradient else { return }
        saved[node] = buffers.request(batch * kernel.savedCount(shapes), now...backward(node))
        gradientScratch[node] = buffers.request(
            batch * kernel.gradientScratchCount(shapes), backward(node)...backward(node))
    }

    /// Returns the plan's steps, given each buffer's offset.
    func steps(_ offsets: [Int]) -> [CPUPlan.Step] {
        // The first to write a gradient sets it, later ones add to it. The caller's seed comes first of all.
        var written = wanted
        var gradientSteps: [Int: CPUPlan.Gradient] = [:]
        for node in order.reversed() where hasGradient {
            var inputs: [(offset: Int, accumulates: Bool)] = []
            for input in graph.nodes[node].inputs {
                inputs.append((offsets[gradients[input]!], !written.insert(input).inserted))
            }
            gradientSteps[node] = CPUPlan.Gradient(
                scratch: offsets[gradientScratch[node]!], output: offsets[gradients[node]!], inputs: inputs)
        }
        return order.map { node in
            CPUPlan.Step(
                kernel: kernels[node]!, shapes: graph.inputShapes(node),
                inputs: graph.nodes[node].inputs.map { offsets[values[$0]!] },
                output: offsets[values[node]!], saved: saved[node].map { offsets[$0] },
                scratch: offsets[scratch[node]!], gradient: gradientSteps[node])
        }
    }
}

extension Graph {
    /// Returns the processor's kernel of a node.
    ///
    /// - Precondition: the node is an operation's result.
    fileprivate func kernel(_ node: Int) -> any CPUKernel {
        guard let kernel = nodes[node].operation as? any CPUKernel else {
            preconditionFailure("the processor has no kernel for node \(node)")
        }
        return kernel
    }
}
