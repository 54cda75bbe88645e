import Foundation
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ColourTests {
    /// d = (1, 2, 3): M d = (1.08236254, .25976702, .38965061), the sum of each row's products.
    @Test func decorrelatedByHand() {
        let picture = apply(Colour(bound: .none), [1, 2, 3])
        #expect(largestDifference(picture, [1.0823626, 0.25976702, 0.38965048]) < 1e-6)
    }

    @Test func sigmoidAgreesWithExp() {
        let values = (-300...300).flatMap { Array(repeating: Float($0) / 3, count: 3) }
        let picture = apply(Colour(space: .rgb), values)
        let expected = values.map { Float(1 / (1 + exp(-Double($0)))) }
        #expect(largestDifference(picture, expected) < 2e-7)
        // No number stays none, or a render would not notice.
        #expect(apply(Colour(space: .rgb), [.nan, 0, 0])[0].isNaN)
    }

    @Test(arguments: [Colour(), Colour(space: .rgb), Colour(bound: .none), Colour(space: .rgb, bound: .none)])
    func gradientAgreesWithDifferences(_ colour: Colour) {
        let channels = normals(3 * 11, seed: 5)
        let weights = normals(3 * 11, seed: 6)
        let picture = apply(colour, channels)
        var pictureGradient = weights
        var gradient = channels
        colour.gradient(
            picture: picture, pictureGradient: &pictureGradient, channelGradient: &gradient, count: 11)
        for place in channels.indices {
            var (up, down) = (channels, channels)
            up[place] += 1e-2
            down[place] -= 1e-2
            let slope = (dot(apply(colour, up), weights) - dot(apply(colour, down), weights)) / 2e-2
            #expect(abs(slope - Double(gradient[place])) < 2e-4)
        }
    }

    @Test(arguments: [Colour(), Colour(space: .rgb), Colour(bound: .none)])
    func inverseUndoes(_ colour: Colour) {
        let picture = (0..<30).map { 0.05 + Float($0) * 0.03 }
        #expect(largestDifference(apply(colour, colour.inverse(picture: picture)), picture) < 1e-5)
    }

    private func apply(_ colour: Colour, _ channels: [Float]) -> [Float] {
        var picture = channels
        colour.apply(channels: channels, picture: &picture, count: channels.count / 3)
        return picture
    }
}
