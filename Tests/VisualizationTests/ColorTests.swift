import Foundation
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ColorTests {
    /// d = (1, 2, 3): M d = (1.08236254, .25976702, .38965061), the sum of each row's products.
    @Test func decorrelatedByHand() {
        let picture = apply(Color(bound: .none), [1, 2, 3])
        #expect(largestDifference(picture, [1.0823626, 0.25976702, 0.38965048]) < 1e-6)
    }

    @Test func sigmoidAgreesWithExp() {
        let values = (-300...300).flatMap { Array(repeating: Float($0) / 3, count: 3) }
        let picture = apply(Color(space: .rgb), values)
        let expected = values.map { Float(1 / (1 + exp(-Double($0)))) }
        #expect(largestDifference(picture, expected) < 2e-7)
        // No number stays none, or a render would not notice.
        #expect(apply(Color(space: .rgb), [.nan, 0, 0])[0].isNaN)
    }

    @Test(arguments: [Color(), Color(space: .rgb), Color(bound: .none), Color(space: .rgb, bound: .none)])
    func gradientAgreesWithDifferences(_ color: Color) {
        let channels = normals(3 * 11, seed: 5)
        let weights = normals(3 * 11, seed: 6)
        let picture = apply(color, channels)
        var pictureGradient = weights
        var gradient = channels
        color.gradient(
            picture: picture, pictureGradient: &pictureGradient, channelGradient: &gradient, count: 11)
        for place in channels.indices {
            var (up, down) = (channels, channels)
            up[place] += 1e-2
            down[place] -= 1e-2
            let slope = (dot(apply(color, up), weights) - dot(apply(color, down), weights)) / 2e-2
            #expect(abs(slope - Double(gradient[place])) < 2e-4)
        }
    }

    @Test(arguments: [Color(), Color(space: .rgb), Color(bound: .none)])
    func inverseUndoes(_ color: Color) {
        let picture = (0..<30).map { 0.05 + Float($0) * 0.03 }
        #expect(largestDifference(apply(color, color.inverse(picture: picture)), picture) < 1e-5)
    }

    private func apply(_ color: Color, _ channels: [Float]) -> [Float] {
        var picture = channels
        color.apply(channels: channels, picture: &picture, count: channels.count / 3)
        return picture
    }
}
