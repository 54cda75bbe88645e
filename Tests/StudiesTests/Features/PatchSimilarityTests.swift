import Compute
import Images
import Models
import Platform
import TestSupport
import Testing

import Studies

@Suite(.timeLimit(.minutes(10))) struct PatchSimilarityTests {
    init() throws { try MatrixProduct.prepare() }

    @Test func cosinesByHand() throws {
        let a = PatchFeatures.made(1, 3, [3, 4, 4, 3, 0, 0])
        let b = PatchFeatures.made(2, 1, [-3, -4, 4, -3])
        let found = try PatchSimilarity(of: [a, b], from: 0)
        #expect(Reference.distance(found.cosines[0].values, [1, 0.96, 0]) < 1e-6)
        #expect(Reference.distance(found.cosines[1].values, [-1, 0]) < 1e-6)
        #expect(found.cosines.map(\.shape) == [[1, 3], [2, 1]])
        #expect(found.nearest.map { $0?.index } == [1, 1], "not the patch itself")
        let maps = found.maps(names: ["a", "b"])
        #expect(maps[0].marked?.index == 0 && maps[1].marked == nil)
        #expect(maps[0].scale.range == maps[1].scale.range, "one scale for all")
    }

    @Test func aComparisonGivesTheSame() throws {
        let photographs = [
            PatchFeatures.made(3, 4, Reference.pattern(12 * 10, seed: 1)), .made(2, 5, Reference.pattern(100, seed: 2)),
        ]
        let comparison = PatchComparison(photographs)
        for patch in [0, 7] {
            let expected = try PatchSimilarity(of: photographs, from: patch)
            #expect(comparison.similarity(from: patch).cosines == expected.cosines)
        }
        #expect(throws: EngineError.self) { try PatchSimilarity(of: photographs, from: 12) }
    }

    @Test func aPatchIsMostLikeItselfInTheSamePhotograph() throws {
        let a = PatchFeatures.made(3, 4, Reference.pattern(12 * 16, seed: 3))
        let found = try PatchMatches(of: a, and: a)
        #expect(found.matches.count == 12)
        for match in found.matches { #expect(match.first == match.second && abs(match.cosine - 1) < 1e-5) }
    }

    @Test func matchesAreMutual() throws {
        let (a, b) = (
            PatchFeatures.made(4, 5, Reference.pattern(20 * 6, seed: 4)),
            PatchFeatures.made(3, 6, Reference.pattern(108, seed: 5))
        )
        func cosine(_ i: Int, _ j: Int) -> Double {
            var (product, x, y) = (0.0, 0.0, 0.0)
            for (left, right) in zip(a.values.part(i).values, b.values.part(j).values) {
                product += Double(left) * Double(right)
                x += Double(left) * Double(left)
                y += Double(right) * Double(right)
            }
            return product / (x * y).squareRoot()
        }
        var expected: Set<[Int]> = []
        for i in 0..<20 {
            let best = (0..<18).max { cosine(i, $0) < cosine(i, $1) }!
            if (0..<20).max(by: { cosine($0, best) < cosine($1, best) }) == i { expected.insert([i, best]) }
        }
        let found = try PatchMatches(of: a, and: b)
        #expect(Set(found.matches.map { [$0.first.index, $0.second.index] }) == expected)
        #expect(!expected.isEmpty && expected.count < 18)
        for match in found.matches {
            #expect(abs(Double(match.cosine) - cosine(match.first.index, match.second.index)) < 1e-5)
        }
        #expect(found.matches.map(\.cosine) == found.matches.map(\.cosine).sorted(by: >))
        let masks = (first: (0..<20).map { $0 < 10 }, second: (0..<18).map { $0 % 2 == 0 })
        let masked = try PatchMatches(of: a, and: b, masks: masks)
        #expect(
            masked.matches.allSatisfy { $0.first.index < 10 && $0.second.index % 2 == 0 } && !masked.matches.isEmpty)
        let picture = found.image(count: 3)
        #expect(picture.width > 2 * picture.height / 2 && picture != PatchMatchesBackground(found).image)
    }

    /// Both photographs without lines.
    private struct PatchMatchesBackground {
        let image: Image
        init(_ found: PatchMatches) { image = found.image(count: 0) }
    }

    @Test func featuresOfTwoLengthsDoNotMatch() {
        #expect(throws: EngineError.self) {
            try PatchMatches(of: .made(1, 2, [1, 2, 3, 4]), and: .made(1, 2, [1, 2, 3, 4, 5, 6]))
        }
    }
}
