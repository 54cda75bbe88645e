import Compute
import Foundation
import Studies
import TestSupport
import Testing

/// Directions between two groups of features, by hand.
@Suite(.timeLimit(.minutes(10))) struct FolderDirectionTests {
    @Test func theDifferenceOfMeansIsTheMeansDifference() {
        let found = FolderDirection(from: [[1, 2], [3, 4]], against: [[0, 1], [0, 3]], by: .means)
        #expect(found.vector == Tensor([2, 1], shape: [2]))
        #expect(found.positiveCount == 2 && found.negativeCount == 2)
        // Fewer than five photographs hold none out.
        #expect(found.accuracy == nil)
    }

    /// The second feature tells the groups apart, and the first, which varies ten times as much, does not.
    @Test func aProbeFindsWhatTellsTheGroupsApart() {
        let noise = Reference.pattern(40, seed: 3)
        let positive = (0..<20).map { [noise[$0] * 10, 1 + noise[$0 + 20] / 4] }
        let negative = (0..<20).map { [noise[$0] * 10, -1 + noise[$0 + 20] / 4] }
        for method in FolderDirection.Method.allCases {
            let found = FolderDirection(from: positive, against: negative, by: method)
            #expect(found.accuracy == 1)
            #expect(found.vector.values[1] > 5 * abs(found.vector.values[0]))
        }
    }

    /// Groups that are the same cannot be told apart: of the held-out ones, half are sorted rightly.
    @Test func groupsThatAreTheSameAreSortedByChance() {
        let group = (0..<10).map { [Float($0 % 5), 1] }
        let found = FolderDirection(from: group, against: group, by: .probe)
        #expect(found.accuracy == 0.5)
        // A feature that never changes has no weight.
        #expect(found.vector.values[1] == 0)
    }

    /// The regression's optimum: of the standardized features ±1, w solves 2 · 1 / (1 + eʷ) = w.
    @Test func theProbeIsTheMinimum() {
        let probe = LinearProbe(separating: [[3]], from: [[1]])
        // z = ±1, σ = 1: the loss is 2 log(1 + e⁻ʷ) + w² / 2, whose derivative is w − 2 / (1 + eʷ).
        let weight = Double(probe.weights[0])
        #expect(abs(weight - 2 / (1 + exp(weight))) < 1e-5)
        #expect(abs(probe.score([2])) < 1e-6)
    }
}
