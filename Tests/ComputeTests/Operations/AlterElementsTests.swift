import Compute
import TestSupport
import Testing

/// What an intervention does to a layer's numbers, by hand.
@Suite(.timeLimit(.minutes(10))) struct AlterElementsTests {
    private func run(_ operation: AlterElements, _ shape: Shape, _ input: [Float], batch: Int = 1) throws -> [Float] {
        try OperationHarness(operation: operation, shapes: [shape], batch: batch).run([input]).output
    }

    @Test func chosenElementsAreMultipliedAndShifted() throws {
        // Rows 1 and 0, in this order, of features 2 and 0: 10 · 2 + 1, 8 · 2 + 2; 3 · 2 + 3, 1 · 2 + 4.
        let operation = AlterElements(
            rows: [1, 0], features: [2, 0], factor: 2, shift: Parameter(Tensor([1, 2, 3, 4], shape: [2, 2])))
        #expect(try run(operation, [2, 3], [1, 2, 3, 8, 9, 10]) == [6, 2, 9, 18, 9, 21])
    }

    @Test func aFactorOfZeroReplacesWhateverIsThere() throws {
        let zero = AlterElements(rows: [0], features: [1], factor: 0)
        #expect(try run(zero, [3], [5, .infinity, .nan]).prefix(2) == [5, 0])
        let constant = AlterElements(
            rows: [0], features: [0, 1], factor: 0, shift: Parameter(Tensor([7, 8], shape: [1, 2])))
        #expect(try run(constant, [2, 2], [1, 2, 3, 4, 5, 6, 7, 8], batch: 2) == [7, 8, 3, 4, 7, 8, 7, 8])
    }

    @Test func theGradientIsTheFactors() throws {
        let operation = AlterElements(rows: [1], features: [0], factor: 0)
        let found = try OperationHarness(operation: operation, shapes: [[2, 2]]).run(
            [[1, 2, 3, 4]], outputGradient: [5, 6, 7, 8])
        #expect(found.gradients == [[5, 6, 0, 8]])
    }

    @Test func whatALayerLacksIsRefused() {
        #expect(throws: (any Error).self) {
            try AlterElements(rows: [2], features: [0], factor: 0).outputShape([[2, 3]])
        }
        #expect(throws: (any Error).self) {
            try AlterElements(rows: [0], features: [3], factor: 0).outputShape([[2, 3]])
        }
    }

    /// A computation that starts in the middle: y = (a + b)², read from b = 3 with a = 2 held.
    @Test func whatFollowsANodeNeedsNoPicture() throws {
        let shape: Shape = [3, 1, 1]
        let doubled = Scale(factor: Parameter(Tensor([2], shape: [1])))
        let graph = Graph(
            nodes: [
                .init(operation: nil, inputs: [], shape: shape), .init(operation: doubled, inputs: [0], shape: shape),
                .init(operation: doubled, inputs: [1], shape: shape),
                .init(operation: Add(), inputs: [1, 2], shape: shape),
                .init(operation: Multiply(), inputs: [3, 3], shape: shape),
            ],
            layers: [
                (Layer(address: "y", shape: .vector(features: 3)), 4),
                (Layer(address: "a", shape: .vector(features: 3)), 1),
            ])
        #expect(graph.frontier(from: 2, to: [4]) == [1])
        let following = graph.following(2, to: [4], constants: [1: Parameter(Tensor([2, 2, 2], shape: shape))])
        let plan = try Plan(following, layers: ["y", "a"], batch: 2, gradient: true)
        let executor = try CPUBackend(threads: 1).compile(plan)
        executor.setInput([3, 4, 5, 0, 0, 0])
        try executor.forward(cancellation: nil)
        #expect(executor.output("y") == [25, 36, 49, 4, 4, 4])
        #expect(executor.output("a") == [2, 2, 2, 2, 2, 2], "a constant keeps its name")
        executor.seed("y") { _ in 1 }
        try executor.backward(cancellation: nil)
        #expect(executor.inputGradient == [10, 12, 14, 4, 4, 4], "2 (a + b)")
    }

    @Test func anOperationBehindANodeTakesItsNames() throws {
        let shape: Shape = [2]
        let doubled = Scale(factor: Parameter(Tensor([2, 2], shape: [2])))
        let graph = Graph(
            nodes: [
                .init(operation: nil, inputs: [], shape: shape), .init(operation: doubled, inputs: [0], shape: shape),
                .init(operation: Add(), inputs: [0, 1], shape: shape),
            ],
            layers: [
                (Layer(address: "doubled", frameworkNames: ["d"], shape: .vector(features: 2)), 1),
                (Layer(address: "sum", shape: .vector(features: 2)), 2),
            ])
        func outputs(_ graph: Graph) throws -> [[Float]] {
            let executor = try CPUBackend(threads: 1).compile(
                Plan(graph, layers: ["d", "sum"], batch: 1, gradient: false))
            executor.setInput([1, 3])
            try executor.forward(cancellation: nil)
            return [executor.output("d"), executor.output("sum")]
        }
        let changed = graph.inserting(AlterElements(rows: [0], features: [1], factor: 0), after: 1)
        #expect(try outputs(changed) == [[2, 0], [3, 3]])
        #expect(try outputs(graph) == [[2, 6], [3, 9]], "the graph itself stays as it was")
        #expect(try outputs(graph.bypassing(1, with: 0)) == [[1, 3], [2, 6]])
    }
}
