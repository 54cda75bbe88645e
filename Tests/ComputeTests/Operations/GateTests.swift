import Compute
import TestSupport
import Testing

/// The gates of sparse autoencoders, by hand.
@Suite(.timeLimit(.minutes(10))) struct GateTests {
    private func run(
        _ operation: any CPUKernel, _ shape: Shape, _ input: [Float], slope: [Float]? = nil
    ) throws -> (output: [Float], gradients: [[Float]]) {
        let found = try OperationHarness(operation: operation, shapes: [shape])
            .run([input], outputGradient: slope ?? [])
        return (found.output, found.gradients)
    }

    @Test func theLargestOfEachRowAreKept() throws {
        let input: [Float] = [3, -1, 2, 5, 4, -4, -3, -2, -1, -5]
        let plain = try run(
            KeepLargest(count: 2, isRectified: false), [2, 5], input, slope: [Float](repeating: 7, count: 10))
        #expect(plain.output == [0, 0, 0, 5, 4, 0, 0, -2, -1, 0])
        #expect(plain.gradients == [[0, 0, 0, 7, 7, 0, 0, 7, 7, 0]])
        #expect(
            try run(KeepLargest(count: 2, isRectified: true), [2, 5], input).output == [0, 0, 0, 5, 4, 0, 0, 0, 0, 0])
    }

    @Test func ofEqualNumbersTheFirstAreKept() throws {
        let gate = KeepLargest(count: 2, isRectified: false)
        #expect(try run(gate, [5], [1, 2, 2, 2, 0]).output == [0, 2, 2, 0, 0])
        #expect(try run(gate, [2], [-1, 2]).output == [-1, 2])
        let found = try run(gate, [4], [.nan, 1, 3, 2]).output
        #expect(found[0].isNaN && found[1...] == [0, 3, 2])
    }

    /// Any place of the order is found, against sorting.
    @Test(arguments: 1...16) func asManyAsWantedAreKept(count: Int) throws {
        let input = Reference.pattern(16, seed: count)
        let threshold = input.sorted(by: >)[count - 1]
        #expect(
            try run(KeepLargest(count: count, isRectified: false), [16], input).output
                == input.map { $0 >= threshold ? $0 : 0 })
    }

    @Test func numbersAboveTheirThresholdAreKept() throws {
        let thresholds = Parameter(Tensor([0, 1, 2], shape: [3]))
        let input: [Float] = [-1, 1, 3, 0.5, 2, 2]
        let open = try run(
            KeepAbove(thresholds: thresholds, includesEqual: false), [2, 3], input, slope: [1, 2, 3, 4, 5, 6])
        #expect(open.output == [0, 0, 3, 0.5, 2, 0])
        #expect(open.gradients == [[0, 0, 3, 4, 5, 0]])
        #expect(
            try run(KeepAbove(thresholds: thresholds, includesEqual: true), [2, 3], input).output
                == [0, 1, 3, 0.5, 2, 2])
    }

    /// Mean 2 and, of three, a deviation of 1 by n − 1: (−1, 0, 1) / (1 + 1).
    @Test func rowsAreStandardizedWithTheDeviationOfASample() throws {
        #expect(try run(StandardizeRows(epsilon: 1), [3], [1, 2, 3]).output == [-0.5, 0, 0.5])
    }

    @Test func theGradientOfStandardizedRowsIsThatOfDifferences() throws {
        let (input, slope) = (Reference.pattern(8, seed: 1), Reference.pattern(8, seed: 2))
        let operation = StandardizeRows(epsilon: 0.1)
        let found = try run(operation, [2, 4], input, slope: slope).gradients[0]
        for place in input.indices {
            func value(_ step: Float) throws -> Double {
                var moved = input
                moved[place] += step
                let output = try run(operation, [2, 4], moved).output
                return zip(output, slope).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            // The error of central differences with this step is about 10⁻⁴.
            #expect(abs((try value(1e-2) - value(-1e-2)) / 2e-2 - Double(found[place])) < 2e-3)
        }
    }
}
