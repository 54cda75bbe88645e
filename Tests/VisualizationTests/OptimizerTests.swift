import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct OptimizerTests {
    private static let inPyTorch: [(Optimizer, VisualizationReference.TenSteps)] = [
        (.adam(rate: .constant(0.1), beta1: 0.9, beta2: 0.99, epsilon: 1e-8), VisualizationReference.shared.adam),
        (.nadam(rate: .constant(0.1), beta1: 0.9, beta2: 0.99, epsilon: 1e-8), VisualizationReference.shared.nadam),
        (
            .momentum(rate: .constant(0.1), decay: 0.7, normalization: .none), VisualizationReference.shared.momentum
        ),
    ]

    @Test(arguments: inPyTorch.indices) func agreesWithPyTorch(_ kind: Int) {
        let (optimizer, reference) = Self.inPyTorch[kind]
        let state = optimizer.makeState(pictures: 1, count: 3, .alone)
        let (parameters, gradient) = (FloatBuffer(count: 3), FloatBuffer(count: 3))
        parameters.fill(reference.start)
        for _ in 0..<10 {
            gradient.fill(zip(reference.center, parameters.values).map { $0 - $1 })
            state.step(parameters: parameters, gradient: gradient, progress: 0)
        }
        #expect(largestDifference(parameters.values, reference.end) < 1e-6)
    }

    /// The rate is ½.
    ///
    /// g = (3, 4): its length is 5, its deviation ½. g = (6, 2): its mean is 4, its deviation 2, its length √40.
    @Test(arguments: [
        (GradientNormalization.none, [Float(1.5), 2, 3, 1]),
        (.length, [0.3, 0.4, 0.474_341_65, 0.158_113_88]),
        (.deviation, [3, 4, 1.5, 0.5]),
    ])
    func ascentByHand(_ normalization: GradientNormalization, _ expected: [Float]) {
        let state = Optimizer.ascent(rate: Schedule(from: 1, to: 0), normalization: normalization)
            .makeState(pictures: 2, count: 2, .alone)
        let (parameters, gradient) = (FloatBuffer(count: 4), FloatBuffer(count: 4))
        gradient.fill([3, 4, 6, 2])
        state.step(parameters: parameters, gradient: gradient, progress: 0.5)
        #expect(largestDifference(parameters.values, expected) < 1e-6)
    }

    /// A flat place has no direction, and gives no number that is none.
    @Test func ascentStaysOnFlatGround() {
        let state = Optimizer.ascent(rate: .constant(1), normalization: .deviation)
            .makeState(pictures: 1, count: 2, .alone)
        let (parameters, gradient) = (FloatBuffer(count: 2), FloatBuffer(count: 2))
        state.step(parameters: parameters, gradient: gradient, progress: 0)
        #expect(parameters.values == [0, 0])
    }
}
