import Compute
import TestSupport
import Testing

/// Gradients past and through the branches of residual connections, by hand.
@Suite(.timeLimit(.minutes(10))) struct ScaleGradientTests {
    private static let shape: Shape = [3, 1, 1]
    private static let doubled = Scale(factor: Parameter(Tensor([2], shape: [1])))

    /// Makes a graph of operations on the nodes before them, of which the picture is 0; its last result is “y”.
    private func graph(
        _ operations: [(operation: any TensorOperation, inputs: [Int])], named: [String: Int] = [:]
    ) -> Graph {
        let nodes =
            [Graph.Node(operation: nil, inputs: [], shape: Self.shape)]
            + operations.map { .init(operation: $0.operation, inputs: $0.inputs, shape: Self.shape) }
        let names = named.merging(["y": operations.count]) { first, _ in first }
        return Graph(
            nodes: nodes,
            layers: names.map { (Layer(address: $0.key, shape: .vector(features: Self.shape.count)), $0.value) })
    }

    /// Returns y, and the gradient of a layer's sum, for the picture [3, 0, 1].
    private func run(_ graph: Graph, gradientOf layer: String = "y") throws -> (y: [Float], gradient: [Float]) {
        let executor = try CPUBackend(threads: 1).compile(
            Plan(graph, layers: graph.layers.map(\.address), batch: 1, gradient: true))
        executor.setInput([3, 0, 1])
        try executor.forward(cancellation: nil)
        let y = executor.output("y")
        executor.seed(layer) { _ in 1 }
        try executor.backward(cancellation: nil)
        return (y, executor.inputGradient)
    }

    /// y = c + c² with a = x, b = 2a and c = a + b: sums whose branches are b and the square.
    ///
    /// With x = 3: ∂y/∂x = 3 + 2 · 9 · 3 = 57 whole. At half the gradient through branches, ∂(a + b)/∂x = 1 + ½ · 2 = 2,
    /// and ∂y/∂x = (1 + ½ · 18) · 2 = 20.
    @Test func branchesOfResidualConnectionsGetLess() throws {
        let whole = graph(
            [(Self.doubled, [0]), (Add(), [0, 1]), (Multiply(), [2, 2]), (Add(), [3, 2])], named: ["square": 3])
        let scaled = whole.scalingBranchGradients(by: 0.5)
        #expect(try run(whole) == ([90, 0, 12], [57, 3, 21]))
        #expect(try run(scaled) == ([90, 0, 12], [20, 2, 8]), "values stay as they are")
        let square = try run(scaled, gradientOf: "square")
        #expect(square.gradient == [36, 0, 12], "what a branch has made begins whole: 18 · 2")
    }

    /// y = a · s with a = 2x and s = x + a: what a gives to the product is no branch, and keeps its whole gradient.
    ///
    /// ∂y/∂x = 2 · s + a · ∂s/∂x with ∂s/∂x = 1 + ½ · 2 = 2; for x = 3: 2 · 9 + 6 · 2 = 30.
    @Test func onlyTheSumOfABranchGetsLess() throws {
        let product = graph([(Self.doubled, [0]), (Add(), [0, 1]), (Multiply(), [1, 2])])
        #expect(try run(product.scalingBranchGradients(by: 0.5)).gradient == [30, 0, 10])
    }

    /// x + a(x) + b(x), as blocks with parallel parts add them: both are branches, though the second is not made of the first sum.
    @Test func partsSideBySideAreBranches() throws {
        let parallel = graph([(Self.doubled, [0]), (Self.doubled, [0]), (Add(), [0, 1]), (Add(), [3, 2])])
        #expect(try run(parallel.scalingBranchGradients(by: 0)).gradient == [1, 1, 1])
    }
}
