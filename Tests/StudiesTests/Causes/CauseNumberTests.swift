import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSubjects
import TestSupport
import Testing
import Visualization

/// The numbers of the studies of causes, by hand.
@Suite(.timeLimit(.minutes(10))) struct CauseNumberTests {
    @Test func gaussLegendreIntegratesPolynomialsExactly() {
        // One place is the middle; two are ½ ± 1/√12.
        #expect(GaussLegendre(1).places == [0.5] && abs(GaussLegendre(1).weights[0] - 1) < 1e-15)
        let two = GaussLegendre(2)
        #expect(abs(two.places[0] - (0.5 - 1 / 12.0.squareRoot())) < 1e-14)
        for count in [3, 8, 50] {
            let rule = GaussLegendre(count)
            #expect(abs(rule.weights.reduce(0, +) - 1) < 1e-13)
            #expect(rule.places == rule.places.sorted())
            // ∫₀¹ x⁵ dx = 1/6, exact for three places or more.
            let integral = zip(rule.places, rule.weights).reduce(0) { $0 + pow($1.0, 5) * $1.1 }
            #expect(abs(integral - 1.0 / 6) < 1e-13)
        }
    }

    @Test func spearmanComparesRanks() {
        #expect(abs(spearman([1, 2, 3, 10], [0, 5, 6, 600]) - 1) < 1e-12)
        #expect(abs(spearman([1, 2, 3], [3, 2, 1]) + 1) < 1e-12)
        // Ranks 0, 1½, 1½, 3 against 0, 1, 2, 3: covariance 4½, variances 4½ and 5.
        #expect(abs(spearman([1, 2, 2, 3], [1, 2, 3, 4]) - 4.5 / (4.5 * 5).squareRoot()) < 1e-12)
        #expect(spearman([1, 1, 1], [1, 2, 3]) == 0)
    }

    @Test func aFaithfulMapIsBetterThanARandomOne() throws {
        let reference = try CauseReference()
        let (vit, photograph) = (reference.vit, reference.photograph)
        // A map of what each pixel truly does, by integrated gradients, against a random one.
        let map = try vit.relevance(of: reference.logit(vit), at: photograph, .init(.integratedGradients)).map
        let found = try vit.faithfulness(of: [map], for: reference.logit(vit), at: photograph)
        #expect(found.scores[0].deletionArea < found.scores[1].deletionArea)
        #expect(found.scores[0].insertionArea > found.scores[1].insertionArea)
        #expect(found.scores[0].muFidelity > found.scores[1].muFidelity)
        #expect(!found.wasInterrupted && found.plot.lines.count == 4)
    }

    @Test func anInterruptKeepsWhatIsDone() throws {
        let reference = try CauseReference()
        let cancellation = Cancellation()
        let tokens = try Importance.Part.tokens(of: "blocks.1", in: reference.vit)
        let found = try reference.vit.importance(
            of: tokens, for: reference.logit(reference.vit), at: reference.photograph, cancellation: cancellation
        ) { done, _, _ in if done == 8 { cancellation.request() } }
        #expect(found.effects.count == 8 && found.wasInterrupted)
        let before = Cancellation()
        before.request()
        #expect(throws: EngineError.cancelled) {
            try reference.vit.importance(
                of: tokens, for: reference.logit(reference.vit), at: reference.photograph, cancellation: before)
        }
    }

    /// Pictures of a folder in which half of the photographs are bright: a neuron that sees it is told apart.
    @Test func aTrustReportHasItsFourMeasurements() throws {
        let reference = try CauseReference()
        let folder = try TemporaryFolder()
        for index in 0..<12 {
            let pixels = Reference.pattern(768, seed: 20 + index).map {
                UInt8(($0 + 2) / 4 * 120 + (index < 6 ? 0 : 120))
            }
            try Image(width: 16, height: 16, pixels: pixels).write(to: folder.path("\(index).png"))
        }
        let objective = Objective.mean(
            Target(model: "vit", layer: "blocks.1.mlp.hidden", features: .indices([5])))
        var shares: [Double] = []
        let found = try reference.vit.trust(
            objective, in: folder.url.path, .init(runs: 2, steps: 6, photographs: 4)
        ) { shares.append($1) }
        #expect(shares == shares.sorted() && shares.allSatisfy { (0...1).contains($0) })
        #expect(found.path.map(\.layer) == ["blocks.0", "blocks.1", "blocks.2"])
        #expect(found.path.allSatisfy { abs($0.same) <= 1 && abs($0.different) <= 1 && abs($0.pictures) <= 1 })
        let tasks = try #require(found.interpretability)
        #expect(tasks.tasks == 3 && tasks.encoder == "vit" && (0...3).contains(tasks.solved))
        #expect((0.42...0.58).contains(tasks.score), "σ(±0.16 · 2) at most")
        let causes = try #require(found.causes)
        #expect(causes.parts.count <= 3 && causes.leftOnPhotographs < 1)
        #expect(found.strongestScores == found.strongestScores.sorted(by: >) && found.strongest.count == 4)
        #expect(!found.sentences.isEmpty && !found.wasInterrupted && found.rendering.pictures.count == 2)
        #expect(throws: EngineError.self) { try reference.vit.trust(objective, in: folder.url.path, .init(runs: 1)) }
    }

    @Test func similarityIsScaledBetweenOtherAndEqualPhotographs() {
        func similarity(_ pictures: Double, _ same: Double, _ different: Double) -> Double {
            Trust.PathPoint(layer: "a", pictures: pictures, same: same, different: different).similarity
        }
        #expect(similarity(0.6, 0.6, 0.2) == 1 && similarity(0.2, 0.6, 0.2) == 0)
        #expect(abs(similarity(0.3, 0.6, 0.2) - 0.25) < 1e-12)
        #expect(similarity(0.3, 0.6, 0.6).isNaN)
    }
}
