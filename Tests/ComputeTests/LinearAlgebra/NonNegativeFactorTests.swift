import Checkpoints
import Foundation
import Platform
import TestSupport
import Testing

import Compute

@Suite(.timeLimit(.minutes(10))) struct NonNegativeFactorTests {
    private let team = ThreadTeam(count: 1)

    private func reference() throws -> Safetensors {
        try Safetensors(
            path: Reference.root.appendingPathComponent("Tests/Fixtures/features/reference.safetensors").path)
    }

    @Test func oneStepByHand() throws {
        try MatrixProduct.prepare()
        // V = (1, 2), W = (1), H = (1, 1): W ← 1 · 3 / 2 = 1.5; then H ← (1, 1) ⊙ (1.5, 3) / (2.25, 2.25).
        var factors = NonNegativeFactors(weights: [1], parts: [1, 1], count: 1)
        try factors.improve([1, 2], rounds: 1)
        #expect(factors.weights == [1.5])
        #expect(abs(factors.parts[0] - 2 / 3) < 1e-6 && abs(factors.parts[1] - 4 / 3) < 1e-6)
        #expect(factors.error < 1e-6)
    }

    @Test func isScikitLearnsFromTheSameStart() throws {
        try MatrixProduct.prepare()
        let reference = try reference()
        func values(_ name: String) throws -> [Float] { try reference.parameter("factors.\(name)").tensor.values }
        var factors = try NonNegativeFactors(
            weights: values("start.weights"), parts: values("start.parts"), count: 3)
        try factors.improve(values("matrix"), rounds: 50)
        // Fifty rounds in float32 against double precision.
        #expect(try Reference.distance(factors.weights, values("weights")) < 1e-4)
        #expect(try Reference.distance(factors.parts, values("parts")) < 1e-4)
    }

    @Test func itsOwnStartComesAsNearAsScikitLearns() throws {
        let reference = try reference()
        let matrix = try reference.parameter("factors.matrix").tensor
        let found = try NonNegativeFactors(
            of: matrix.values, rows: 40, columns: 30, count: 3, rounds: 500, tolerance: 0, team: team)
        let best = try Double(reference.parameter("factors.best").tensor.values[0])
        #expect(found.error < best * 1.05)
        #expect(found.weights.allSatisfy { $0 >= 0 } && found.parts.allSatisfy { $0 >= 0 })
    }

    @Test func partsThatWerePutInAreFound() throws {
        // Two groups of rows that share no column.
        let matrix: [Float] = [1, 2, 0, 0, 2, 4, 0, 0, 0, 0, 3, 1, 0, 0, 6, 2]
        let found = try NonNegativeFactors(
            of: matrix, rows: 4, columns: 4, count: 2, rounds: 300, tolerance: 0, team: team)
        #expect(found.error < 1e-3)
        for row in 0..<4 {
            let own = found.weights[row * 2..<row * 2 + 2].map(\.self)
            #expect(min(own[0], own[1]) < 1e-2 * max(own[0], own[1]), "row \(row) has one part")
        }
    }
}
