import Compute
import Foundation
import Images
import Models
import Platform
import TestSupport
import Testing

import Studies

@Suite(.timeLimit(.minutes(10))) struct FeatureBasisTests {
    @Test func oneBasisForSeveralPhotographs() throws {
        let values = Reference.pattern(24 * 6, seed: 1)
        let (a, b) = (PatchFeatures.made(2, 6, Array(values[..<72])), PatchFeatures.made(3, 4, Array(values[72...])))
        let basis = try FeatureBasis(of: [a, b])
        let all = try FeatureBasis(of: [.made(4, 6, values)])
        #expect(basis.patchCount == 24)
        let scores = basis.scores(of: a).values + basis.scores(of: b).values
        #expect(scores == all.scores(of: .made(4, 6, values)).values)
        // Whitened over all patches together: mean 0, variance 1 with n − 1.
        for component in 0..<3 {
            var (sum, squares) = (0.0, 0.0)
            for patch in 0..<24 {
                let score = Double(scores[patch * 3 + component])
                sum += score
                squares += score * score
            }
            #expect(abs(sum) < 1e-4)
            #expect(abs(squares / 23 - 1) < 1e-4)
        }
    }

    @Test func withoutWhiteningTheFirstComponentSetsTheScale() throws {
        let features = PatchFeatures.made(4, 6, Reference.pattern(24 * 6, seed: 2))
        let (white, plain) = try (
            FeatureBasis(of: [features]), FeatureBasis(of: [features], isWhitened: false)
        )
        let (first, second) = (white.scores(of: features).values, plain.scores(of: features).values)
        for patch in 0..<24 {
            #expect(abs(first[3 * patch] - second[3 * patch]) < 1e-5)
            let ratio = Float((white.shares[1] / white.shares[0]).squareRoot())
            #expect(abs(first[3 * patch + 1] * ratio - second[3 * patch + 1]) < 1e-4)
        }
    }

    /// Four patches in the middle of a 4 × 4 grid differ from the rest, along (1, 0).
    private static let square: PatchFeatures = {
        let inside: Set = [5, 6, 9, 10]
        return .made(4, 4, (0..<16).flatMap { [inside.contains($0) ? 5 : Float($0 % 3) * 0.01, Float($0 % 5) * 0.02] })
    }()

    private static func chosen(_ patches: [Bool]) -> [Int] { patches.indices.filter { patches[$0] } }

    @Test func theForegroundIsTheSideThatIsNotAtTheEdges() throws {
        let basis = try FeatureBasis(of: [Self.square], foreground: .automatic)
        #expect(Self.chosen(basis.foreground(of: Self.square)) == [5, 6, 9, 10])
        #expect(basis.patchCount == 4)
        // The same, should the sign of the features be the other one.
        let flipped = PatchFeatures.made(4, 4, Self.square.values.values.map { -$0 })
        let other = try FeatureBasis(of: [flipped], foreground: .automatic)
        #expect(Self.chosen(other.foreground(of: flipped)) == [5, 6, 9, 10])
    }

    @Test func aThresholdAndAMask() throws {
        let above = try FeatureBasis(of: [Self.square], foreground: .above(0))
        let below = try FeatureBasis(of: [Self.square], foreground: .below(0))
        #expect(zip(above.foreground(of: Self.square), below.foreground(of: Self.square)).allSatisfy { $0 != $1 })
        #expect(
            (0..<16).filter { above.foreground(of: Self.square)[$0] } == [5, 6, 9, 10], "the larger weight is positive")
        let mask = (0..<16).map { $0 < 8 }
        let masked = try FeatureBasis(of: [Self.square], foreground: .masks([mask]))
        #expect(masked.patchCount == 8)
        let colors = FeatureColors([Self.square], in: masked, masks: [mask])
        #expect(colors.photographs[0].foreground == mask)
        let picture = colors.photographs[0].image(isSmooth: false)
        #expect(picture[picture.width - 1, picture.height - 1] == [0, 0, 0], "what does not count is black")
    }

    @Test func saysWhatCannotBe() {
        func message(_ foreground: Foreground) -> String? {
            #expect(throws: EngineError.self) { try FeatureBasis(of: [Self.square], foreground: foreground) }?.message
        }
        #expect(message(.above(100))?.contains("choose another threshold or mask") == true)
        #expect(message(.masks([[true]]))?.contains("4 × 4 patches") == true)
        #expect(message(.masks([]))?.contains("missing") == true)
        #expect(
            throws: EngineError.self,
            performing: { try FeatureBasis(of: [Self.square, .made(1, 2, [1, 2, 3, 4, 5, 6])]) })
    }

    @Test func aColorIsTheLogisticFunctionOfTheComponents() throws {
        let features = PatchFeatures.made(2, 2, [-3, 0, -1, 0, 1, 0, 3, 0])
        let colors = FeatureColors([features], in: try FeatureBasis(of: [features]))
        let image = colors.photographs[0].image(isSmooth: false)
        // The deviation of −3, −1, 1, 3 is √(20 / 3).
        for (patch, value) in [-3.0, -1, 1, 3].enumerated() {
            let level = 255 / (1 + exp(-2 * value / 2.581_989))
            let pixel = image[patch % 2 * image.width / 2 + 3, patch / 2 * image.height / 2 + 3]
            #expect(abs(Double(pixel[0]) - level) <= 1)
            #expect(pixel[1] == 128 && pixel[2] == 128, "there is no second direction")
        }
    }
}
