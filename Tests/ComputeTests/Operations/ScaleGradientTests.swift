import Compute
import TestSupport
import Testing

/// Gradients past and through the branches of residual connections, by hand.
@Suite(.timeLimit(.minutes(10))) struct ScaleGradientTests {
    /// y = c + (a + b)² with a = x, b = 2a and c = a + b: sums whose branches are b and the square.
    ///
    /// With x = 3: ∂y/∂x = 3 + 2 · 9 · 3 = 57 whole. At half the gradient through branches, ∂(a + b)/∂x = 1 + ½ · 2 = 2,
    /// and ∂y/∂x = (1 + ½ · 18) · 2 = 20.
    @Test func branchesOfResidualConnectionsGetLess() throws {
        let shape: Shape = [3, 1, 1]
        let doubled = Scale(factor: Parameter(Tensor([2], shape: [1])))
        let graph = Graph(
            nodes: [
                .init(operation: nil, inputs: [], shape: shape), .init(operation: doubled, inputs: [0], shape: shape),
                .init(operation: Add(), inputs: [0, 1], shape: shape),
                .init(operation: Multiply(), inputs: [2, 2], shape: shape),
                .init(operation: Add(), inputs: [3, 2], shape: shape),
            ],
            layers: [
                (Layer(address: "y", shape: .vector(features: 3)), 4),
                (Layer(address: "square", shape: .vector(features: 3)), 3),
            ])
        func gradient(_ graph: Graph, of layer: String) throws -> [Float] {
            let executor = try CPUBackend(threads: 1).compile(
                Plan(graph, layers: ["y", "square"], batch: 1, gradient: true))
            executor.setInput([3, 0, 1])
            try executor.forward(cancellation: nil)
            #expect(executor.output("y") == [90, 0, 12], "values stay as they are")
            executor.seed(layer) { _ in 1 }
            try executor.backward(cancellation: nil)
            return executor.inputGradient
        }
        #expect(try gradient(graph, of: "y") == [57, 3, 21])
        let scaled = graph.scalingBranchGradients(by: 0.5)
        #expect(try gradient(scaled, of: "y") == [20, 2, 8])
        #expect(try gradient(scaled, of: "square") == [36, 0, 12], "what a branch has made begins whole: 18 · 2")
    }

    /// x + a(x) + b(x), as blocks with parallel parts add them: both are branches, though the second is not made of the first sum.
    @Test func partsSideBySideAreBranches() throws {
        let shape: Shape = [3, 1, 1]
        let doubled = Scale(factor: Parameter(Tensor([2], shape: [1])))
        let graph = Graph(
            nodes: [
                .init(operation: nil, inputs: [], shape: shape), .init(operation: doubled, inputs: [0], shape: shape),
                .init(operation: doubled, inputs: [0], shape: shape),
                .init(operation: Add(), inputs: [0, 1], shape: shape),
                .init(operation: Add(), inputs: [3, 2], shape: shape),
            ],
            layers: [(Layer(address: "y", shape: .vector(features: 3)), 4)]
        ).scalingBranchGradients(by: 0)
        let executor = try CPUBackend(threads: 1).compile(Plan(graph, layers: ["y"], batch: 1, gradient: true))
        executor.setInput([1, 2, 3])
        try executor.forward(cancellation: nil)
        executor.seed("y") { _ in 1 }
        try executor.backward(cancellation: nil)
        #expect(executor.inputGradient == [1, 1, 1])
    }
}
