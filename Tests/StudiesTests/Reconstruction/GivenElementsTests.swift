import Compute
import Studies
import Testing
import Visualization

/// Distances worked out by hand on a layer of CLS and two patches, two features each, over a picture of 2 × 1 pixels.
@Suite(.timeLimit(.minutes(10))) struct GivenElementsTests {
    private let shape = LayerShape.tokens(TokenLayout(special: ["CLS"], rows: 1, columns: 2), features: 2)
    private let output: [Float] = [9, 9, 3, 4, 0, 2]
    private let reference: [Float] = [0, 0, 4, 3, 1, 0]
    private let picture = Tensor([0.5, 0.25, 0.5, 0.25, 0.5, 0.25], shape: [3, 1, 2])
    private let original = Tensor([0.25, 0.75, 0.25, 0.75, 0.25, 0.75], shape: [3, 1, 2])

    private func distances(_ target: Target) throws -> PictureDistances {
        try GivenElements(target, in: shape)
            .distances(of: output[...], to: reference[...], picture: picture, original: original)
    }

    @Test func aPatch() throws {
        let found = try distances(Target(model: "m", layer: "l", tokens: .indices([0])))
        // (3, 4) against (4, 3): |−1| and |1|; cos = 24/25. (0, 2) against (1, 0): 1 and 2; cos = 0.
        #expect(found.inside == .init(l1: 1, cosine: 1 - 24.0 / 25))
        #expect(found.outside == .init(l1: 1.5, cosine: 1))
        // One pixel is even, so that nothing correlates.
        #expect(found.pixelsInside == .init(l1: 0.25, correlation: 0))
        #expect(found.pixelsOutside == .init(l1: 0.5, correlation: 0))
    }

    @Test func allPatches() throws {
        let found = try distances(Target(model: "m", layer: "l"))
        #expect(found.inside.l1 == 1.25)
        #expect(found.outside == nil && found.pixelsOutside == nil)
        // Light and dark are exchanged.
        #expect(abs((found.pixelsInside?.correlation ?? 0) + 1) < 1e-12)
        #expect(found.pixelsInside?.l1 == 0.375)
    }

    @Test func someFeaturesOfAPatch() throws {
        let found = try distances(Target(model: "m", layer: "l", features: .indices([1]), tokens: .indices([1])))
        // The given element: 2 against 0, which has no direction.
        #expect(found.inside == .init(l1: 2, cosine: 1))
        // The rest: (3, 4) against (4, 3), and 0 against 1.
        #expect(found.outside?.l1 == 1)
        #expect(found.outside?.cosine == (1 - 24.0 / 25 + 1) / 2)
    }

    @Test func aSpecialTokenHasNoPixels() throws {
        let found = try distances(Target(model: "m", layer: "l", tokens: .special("CLS")))
        #expect(found.inside == .init(l1: 9, cosine: 1))
        #expect(found.outside?.l1 == 1.25)
        #expect(found.pixelsInside == nil)
        #expect(found.pixelsOutside?.l1 == 0.375)
    }

    @Test func marks() {
        let distance = ComparedDistance(picture: 1, noisy: 0.5, start: 4)
        #expect(distance.ratio == 2 && distance.recovered == 0.75)
        #expect(ComparedDistance(picture: 1, noisy: 1, start: 0).recovered == nil)
    }

    @Test func correlations() {
        #expect(correlation([1, 2, 3], [10, 20, 30]) == 1)
        #expect(correlation([1, 2, 3], [3, 2, 1]) == -1)
        #expect(correlation([1, 1, 1], [1, 2, 3]) == 0)
        // (−1, 1, 0) · (−2, 1, 1) = 3; √(2 · 6)
        #expect(abs(correlation([0, 2, 1], [0, 3, 3]) - 3 / 12.0.squareRoot()) < 1e-12)
    }
}
