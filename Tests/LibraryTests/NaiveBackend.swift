import Synchronization
import VitrineEngine

/// A second device, as a package of somebody's own would add one: it reads a plan's descriptors, computes them with loops of
/// its own, and has a memory of its own, to and from which layers are transferred.
struct NaiveBackend: Backend {
    let name = "plain loops"
    var availableBytes = Int.max
    let transfers = Transfers()

    func requiredBytes(for plan: Plan) -> Int {
        let floats = plan.operations.reduce(plan.inputShape.count) { $0 + $1.outputShape.count }
        return 4 * plan.batch * (plan.hasGradient ? 2 : 1) * floats
    }

    func compile(_ plan: Plan) throws(EngineError) -> any Executor {
        let bytes = requiredBytes(for: plan)
        guard bytes <= availableBytes else {
            throw .tooLarge(what: "This plan", neededBytes: bytes, availableBytes: availableBytes)
        }
        var operations: [NaiveOperation] = []
        for operation in plan.operations { operations.append(try NaiveOperation(operation)) }
        return NaiveExecutor(plan, operations, transfers)
    }
}

/// How often something went between the host and the device.
final class Transfers: Sendable {
    private let number = Atomic<Int>(0)
    var count: Int { number.load(ordering: .relaxed) }
    func note() { number.add(1, ordering: .relaxed) }
}

private final class NaiveExecutor: Executor {
    let plan: Plan
    private let operations: [NaiveOperation]
    private let transfers: Transfers
    /// The device's memory: `[batch]` of each value, and of its gradient.
    private var values: [[[Float]]]
    private var gradients: [[[Float]]]
    /// The host's copies.
    private let input: Copy
    private let inputGradient: Copy
    private let outputs: [Copy]
    private let seeds: [Copy]

    init(_ plan: Plan, _ operations: [NaiveOperation], _ transfers: Transfers) {
        self.plan = plan
        self.operations = operations
        self.transfers = transfers
        let batch = plan.batch
        values = Array(repeating: Array(repeating: [], count: batch), count: plan.valueCount)
        gradients = values
        input = Copy(count: batch * plan.inputShape.count)
        inputGradient = Copy(count: batch * plan.inputShape.count)
        let layers = plan.layers.indices.map { LayerIndex($0) }
        outputs = layers.map { Copy(count: batch * plan.shape(of: $0).count) }
        seeds = layers.map { Copy(count: batch * plan.shape(of: $0).count) }
    }

    func writeInput<Result>(_ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
        input.isCurrent = false
        return body(input.floats)
    }

    func forward(cancellation: Cancellation?) throws(EngineError) {
        if !input.isCurrent {
            values[0] = input.pictures(plan.batch)
            input.isCurrent = true
            transfers.note()
        }
        for operation in operations {
            try cancellation?.check()
            let planned = operation.planned
            for picture in 0..<plan.batch {
                values[planned.output][picture] = operation.forward(planned.inputs.map { values[$0][picture] })
            }
        }
        for copy in outputs { copy.isCurrent = false }
        for copy in seeds {
            copy.floats.update(repeating: 0)
            copy.isCurrent = true
        }
        try plan.checkWeights()
    }

    func readOutput<Result>(of layer: LayerIndex, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        let copy = outputs[layer.place]
        if !copy.isCurrent { fetch(values[plan.value(of: layer)], copy) }
        return body(UnsafeBufferPointer(copy.floats))
    }

    func writeOutputGradient<Result>(
        of layer: LayerIndex, _ body: (UnsafeMutableBufferPointer<Float>) -> Result
    ) -> Result {
        seeds[layer.place].isCurrent = false
        return body(seeds[layer.place].floats)
    }

    func backward(cancellation: Cancellation?) throws(EngineError) {
        for value in gradients.indices { gradients[value] = values[value].map { $0.map { _ in 0 } } }
        for place in plan.layers.indices where !seeds[place].isCurrent {
            transfers.note()
            let value = plan.value(of: LayerIndex(place))
            for (picture, seed) in seeds[place].pictures(plan.batch).enumerated() { add(seed, to: value, picture) }
        }
        for operation in operations.reversed() {
            try cancellation?.check()
            let planned = operation.planned
            for picture in 0..<plan.batch {
                let slopes = operation.gradient(
                    planned.inputs.map { values[$0][picture] }, output: values[planned.output][picture],
                    gradients[planned.output][picture])
                for (input, slope) in zip(planned.inputs, slopes) { add(slope, to: input, picture) }
            }
        }
        inputGradient.isCurrent = false
        try plan.checkWeights()
    }

    func readInputGradient<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        if !inputGradient.isCurrent { fetch(gradients[0], inputGradient) }
        return body(UnsafeBufferPointer(inputGradient.floats))
    }

    private func fetch(_ pictures: [[Float]], _ copy: Copy) {
        _ = copy.floats.update(fromContentsOf: pictures.flatMap(\.self))
        copy.isCurrent = true
        transfers.note()
    }

    private func add(_ slope: [Float], to value: Int, _ picture: Int) {
        for place in slope.indices { gradients[value][picture][place] += slope[place] }
    }
}

/// What the host holds of a layer of all pictures.
private final class Copy {
    let floats: UnsafeMutableBufferPointer<Float>
    /// Whether the device holds the same.
    var isCurrent = false

    init(count: Int) {
        floats = .allocate(capacity: count)
        floats.initialize(repeating: 0)
    }

    deinit { floats.deallocate() }

    func pictures(_ batch: Int) -> [[Float]] {
        let count = floats.count / batch
        return (0..<batch).map { Array(floats[$0 * count..<($0 + 1) * count]) }
    }
}
