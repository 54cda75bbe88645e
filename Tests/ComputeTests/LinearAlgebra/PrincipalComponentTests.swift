import Checkpoints
import Foundation
import Platform
import TestSupport
import Testing

import Compute

/// The largest difference between two lists of numbers.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
    var largest = a.count == b.count ? 0.0 : .infinity
    for (x, y) in zip(a, b) { largest = max(largest, abs(x - y)) }
    return largest
}

private func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (x, y) in zip(a, b) { sum += x * y }
    return sum
}

private func doubles(_ values: [Float]) -> [Double] { values.map { Double($0) } }

private func floats(_ values: [Double]) -> [Float] { values.map { Float($0) } }

/// 1 / √2.
private let half = 0.707_106_781_186_547_5

@Suite(.timeLimit(.minutes(10))) struct PrincipalComponentTests {
    private let team = ThreadTeam(count: 2)
    private let reference = Result { () throws(EngineError) in
        try Safetensors(
            path: Reference.root.appendingPathComponent("Tests/Fixtures/features/reference.safetensors").path)
    }

    private func values(_ name: String) throws -> [Float] { try reference.get().parameter(name).tensor.values }

    @Test func aLineHasOneComponent() throws {
        // Three points on a line of slope 1: the mean is (1, 2), the direction (1, 1) / √2, the squared distances 2, 0, 2.
        let found = try PrincipalComponents(of: [0, 1, 1, 2, 2, 3], features: 2, count: 2, team: team)
        #expect(found.mean == [1, 2])
        #expect(found.directions.count == 1, "along the other direction there is no variance")
        #expect(largestDifference(found.directions[0], [half, half]) < 1e-12)
        #expect(abs(found.variances[0] - 2) < 1e-12)
        #expect(abs(found.totalVariance - 2) < 1e-12)
        let scores = found.scores(of: [0, 1, 1, 2, 2, 3], count: 3, whitened: true)
        #expect(largestDifference(doubles(scores), [-1, 0, 0, 0, 0, 0, 1, 0, 0]) < 1e-6)
    }

    @Test func aLargestWeightIsPositive() throws {
        // Along (2, −1): the larger weight decides.
        let found = try PrincipalComponents(of: [0, 0, 2, -1, 4, -2, -6, 3], features: 2, count: 1, team: team)
        #expect(found.directions[0][0] > 0 && found.directions[0][1] < 0)
    }

    @Test func equalRowsHaveNoComponent() throws {
        let found = try PrincipalComponents(of: [3, 1, 3, 1, 3, 1], features: 2, count: 2, team: team)
        #expect(found.directions.isEmpty && found.totalVariance == 0)
        #expect(found.scores(of: [3, 1], count: 2, whitened: true) == [0, 0])
    }

    @Test(arguments: ["tall", "wide", "small"])
    func isScikitLearns(_ name: String) throws {
        let rows = try values("\(name).rows")
        let features = try reference.get().parameter("\(name).rows").tensor.shape[1]
        let found = try PrincipalComponents(of: rows, features: features, count: 3, team: team)
        // Sums of float32 products against double precision: 1e-4 is the promise, this is well below.
        let directions = try values("\(name).directions")
        let scores = try values("\(name).scores")
        let whitened = try values("\(name).whitened")
        #expect(Reference.distance(floats(found.directions.flatMap(\.self)), directions) < 1e-5)
        #expect(try Reference.distance(floats(found.variances), values("\(name).variances")) < 1e-5)
        #expect(
            try Reference.distance(
                floats(found.variances.map { $0 / found.totalVariance }), values("\(name).shares")) < 1e-5)
        #expect(Reference.distance(found.scores(of: rows, count: 3, whitened: false), scores) < 1e-5)
        #expect(Reference.distance(found.scores(of: rows, count: 3, whitened: true), whitened) < 1e-5)
        let own = found.scores(of: rows, count: 3, whitened: true)
        #expect(largestDifference(doubles(own), doubles(whitened)) < 1e-4)
    }

    @Test func aRowsOwnScoreDoesNotDependOnTheOthers() throws {
        let rows = try values("small.rows")
        let found = try PrincipalComponents(of: rows, features: 6, count: 3, team: team)
        let all = found.scores(of: rows, count: 3, whitened: true)
        #expect(found.scores(of: Array(rows[6..<12]), count: 3, whitened: true) == Array(all[3..<6]))
    }
}

@Suite(.timeLimit(.minutes(10))) struct LeadingEigenvectorTests {
    private let team = ThreadTeam(count: 2)

    @Test func ofTwoByTwoByHand() {
        // (2 1; 1 2) has 3 along (1, 1) and 1 along (1, −1).
        let found = LeadingEigenvectors(of: [2, 1, 1, 2], size: 2, count: 2, team: team)
        #expect(largestDifference(found.values, [3, 1]) < 1e-12)
        #expect(abs(abs(found.vectors[0][0]) - half) < 1e-12)
    }

    /// Q Λ Qᵀ with known Λ, where Q reflects by a made-up vector: Q = I − 2 v vᵀ / ⟨v, v⟩.
    private func matrix(_ values: [Double], seed: Int) -> (matrix: [Double], vector: (Int) -> [Double]) {
        let size = values.count
        let v = doubles(Reference.pattern(size, seed: seed))
        let square = dot(v, v)
        func column(_ index: Int) -> [Double] {
            var column = v.map { value in -2 * value * v[index] / square }
            column[index] += 1
            return column
        }
        let columns = (0..<size).map(column)
        var result = [Double](repeating: 0, count: size * size)
        for row in 0..<size {
            for other in 0..<size {
                var sum = 0.0
                for index in 0..<size { sum += values[index] * columns[row][index] * columns[other][index] }
                result[row * size + other] = sum
            }
        }
        return (result, column)
    }

    @Test(arguments: [40, 150]) func findsThoseThatWerePutIn(_ size: Int) {
        // Small and diagonalized; large and projected.
        let values: [Double] = (0..<size).map { 10 * pow(0.9, Double($0)) }
        let (matrix, vector) = matrix(values, seed: 3)
        let found = LeadingEigenvectors(of: matrix, size: size, count: 3, team: team)
        for index in 0..<3 {
            #expect(abs(found.values[index] - values[index]) < 1e-9)
            #expect(abs(abs(dot(found.vectors[index], vector(index))) - 1) < 1e-9)
        }
    }

    @Test func equalEigenvaluesShareTheirPlane() {
        let size = 100
        let values: [Double] = (0..<size).map { $0 < 2 ? 5 : 1 / Double($0) }
        let (matrix, vector) = matrix(values, seed: 8)
        let found = LeadingEigenvectors(of: matrix, size: size, count: 2, team: team)
        #expect(largestDifference(found.values, [5, 5]) < 1e-9)
        for own in found.vectors {
            let inside = [dot(own, vector(0)), dot(own, vector(1))]
            #expect(abs(dot(inside, inside) - 1) < 1e-9)
        }
    }

    @Test func aMatrixOfLittleRankEndsTheSpace() {
        // Rank 1 in 90 dimensions: what is not along the vector is 0.
        let v = doubles(Reference.pattern(90, seed: 2))
        let matrix: [Double] = v.flatMap { a in v.map { b in a * b } }
        let found = LeadingEigenvectors(of: matrix, size: 90, count: 3, team: team)
        #expect(largestDifference([found.values[0]], [dot(v, v)]) < 1e-9)
        #expect(largestDifference(Array(found.values.dropFirst()), found.values.dropFirst().map { _ in 0 }) < 1e-9)
    }
}
