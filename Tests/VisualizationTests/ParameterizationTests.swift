import Foundation
import Images
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ParameterizationTests {
    static let kinds: [Parameterization] = [
        .lucid, .fourier(deviation: 0.5, decay: 1.5, color: Color(space: .rgb, bound: .none)),
        .pixels(start: .noise(mean: 0.1, deviation: 0.3), color: Color()),
        .pixels(start: .gray(level: 0.25), color: Color(space: .rgb)),
        .maco, .phase(magnitude: .imageNet, contrast: 0.5, color: Color(space: .rgb, bound: .none)),
    ]

    @Test(arguments: kinds.indices) func gradientAgreesWithDifferences(_ kind: Int) {
        let (width, height) = (5, 4)
        let state = Self.kinds[kind].makeState(
            seeds: [1, 2], width: width, height: height, lanes: PictureLanes(.alone))
        // Larger parameters than a start has, so that the sigmoid bends.
        state.parameters.fill(normals(state.parameters.count, seed: 3))
        let weights = normals(3 * width * height, seed: 4)
        func value() -> Double { dot(picture(state, 1, width * height), weights) }
        var pictureGradient = weights
        state.pullBack(
            1, picture: picture(state, 1, width * height), pictureGradient: &pictureGradient, lane: 0)
        for place in state.parameters.count / 2..<state.parameters.count {
            let before = state.parameters.pointer[place]
            state.parameters.pointer[place] = before + 2e-2
            let up = value()
            state.parameters.pointer[place] = before - 2e-2
            let slope = (up - value()) / 4e-2
            state.parameters.pointer[place] = before
            #expect(abs(slope - Double(state.gradient.pointer[place])) < 2e-3)
        }
    }

    /// Only the frequency 0 of the first channel: (4 · 5)^−½ · max(f, 1/5)^−1 / 4 = 5 / (4 √20) everywhere.
    @Test func fourierConstantByHand() {
        let kind = Parameterization.fourier(deviation: 0, decay: 1, color: Color(space: .rgb, bound: .none))
        let state = kind.makeState(seeds: [1], width: 5, height: 4, lanes: PictureLanes(.alone))
        state.parameters.pointer[0] = 1
        let constant = 5 / (4 * Float(20).squareRoot())
        let expected = (0..<60).map { $0 < 20 ? constant : 0 }
        #expect(largestDifference(picture(state, 0, 20), expected) < 1e-6)
    }

    /// Standardized channels: whatever the phases, the mean is 0 and the deviation the contrast.
    @Test func phasesKeepTheContrast() {
        let state = Self.kinds[5].makeState(seeds: [1], width: 9, height: 8, lanes: PictureLanes(.alone))
        let values = picture(state, 0, 72).map(Double.init)
        let mean = values.reduce(0, +) / 216
        #expect(abs(mean) < 1e-5)
        #expect(abs((values.reduce(0) { $0 + $1 * $1 } / 216).squareRoot() - 0.5) < 1e-4)
    }

    /// From 8 at .1 to 2 at .4 it falls as 1 / f, and goes on so beyond.
    @Test func magnitudesAreInterpolatedAsPowers() {
        let magnitude = FrequencyMagnitude(frequencies: [0.1, 0.4], channels: Array(repeating: [8, 2], count: 3))
        for (frequency, expected) in [(0.1, 8), (0.2, 4), (0.4, 2), (0.5, 1.6), (0.05, 16), (0, 0)] as [(Float, Float)]
        {
            #expect(abs(magnitude.value(channel: 1, at: frequency) - expected) < 1e-4)
        }
    }

    @Test func grayIsGray() {
        let state = Self.kinds[3].makeState(seeds: [1], width: 3, height: 2, lanes: PictureLanes(.alone))
        #expect(largestDifference(picture(state, 0, 6), [Float](repeating: 0.25, count: 18)) < 1e-6)
    }

    @Test func photographIsKept() {
        let photograph = Image(
            width: 2, height: 2, pixels: [9, 50, 90, 130, 170, 210, 240, 30, 60, 70, 80, 200])
        for color in [Color(), Color(space: .rgb, bound: .none)] {
            let start = PictureStart.photograph(PhotographReference(name: "p", of: photograph))
            for kind in [
                Parameterization.pixels(start: start, color: color),
                .fourier(deviation: 0, decay: 1.25, color: color, start: start),
            ] {
                let state = kind.makeState(
                    seeds: [1], width: 2, height: 2, from: [photograph.planes.values], lanes: PictureLanes(.alone))
                #expect(Image(planes: picture(state, 0, 4), width: 2, height: 2) == photograph)
            }
        }
    }

    /// Odd and even sizes, which mirror their frequencies differently.
    @Test(arguments: [(5, 4), (4, 5), (7, 3), (2, 2), (8, 6)]) func anySizeOfPhotographIsKept(
        _ width: Int, _ height: Int
    ) {
        let pixels = (0..<3 * width * height).map { UInt8(20 + $0 * 37 % 200) }
        let photograph = Image(width: width, height: height, pixels: pixels)
        let kind = Parameterization.fourier(
            deviation: 0, decay: 1, color: Color(), start: .photograph(PhotographReference(name: "p", of: photograph))
        )
        let state = kind.makeState(
            seeds: [1], width: width, height: height, from: [photograph.planes.values], lanes: PictureLanes(.alone))
        #expect(Image(planes: picture(state, 0, width * height), width: width, height: height) == photograph)
    }

    /// A gradient that brightens everything moves the mean alone, which is kept; one that does not is as it was.
    @Test func meanOfAPhotographIsKept() {
        let photograph = Image(width: 2, height: 2, pixels: [9, 50, 90, 130, 170, 210, 240, 30, 60, 70, 80, 200])
        let start = PictureStart.photograph(PhotographReference(name: "p", of: photograph))
        func gradient(_ pictureGradient: [Float], keepsMean: Bool?) -> [Float] {
            let state = Parameterization.fourier(
                deviation: 0, decay: 1, color: Color(space: .rgb, bound: .none), start: start, keepsMean: keepsMean
            ).makeState(seeds: [1], width: 2, height: 2, from: [photograph.planes.values], lanes: PictureLanes(.alone))
            var pictureGradient = pictureGradient
            state.pullBack(0, picture: photograph.planes.values, pictureGradient: &pictureGradient, lane: 0)
            return state.gradient.values
        }
        let brighter = [Float](repeating: 1, count: 12)
        #expect(gradient(brighter, keepsMean: nil).contains { abs($0) > 0.1 })
        #expect(gradient(brighter, keepsMean: true).allSatisfy { abs($0) < 1e-6 })
        let striped = [Float](repeating: 0, count: 12).indices.map { Float($0 % 2 == 0 ? 1 : -1) }
        #expect(largestDifference(gradient(striped, keepsMean: true), gradient(striped, keepsMean: nil)) < 1e-6)
    }

    /// With decay 1 a wave of 8 pixels moves twice as far as one of 4, unless 4 pixels is the longest that counts.
    @Test(arguments: [(nil, Float(2)), (4, 1), (8, 2), (100, 2)] as [(Float?, Float)])
    func longerWavesThanTheLongestMoveNoMoreThanIt(_ longestWave: Float?, _ ratio: Float) {
        func steepness(ofWave length: Int) -> Float {
            let state = Parameterization.fourier(
                deviation: 0, decay: 1, color: Color(space: .rgb, bound: .none), longestWave: longestWave
            ).makeState(seeds: [1], width: 8, height: 8, lanes: PictureLanes(.alone))
            var wave = (0..<192).map { cos(2 * Float.pi * Float($0 % 8) / Float(length)) }
            state.pullBack(
                0, picture: [Float](repeating: 0, count: 192), pictureGradient: &wave, lane: 0)
            return state.gradient.values.map { $0 * $0 }.reduce(0, +).squareRoot()
        }
        #expect(abs(steepness(ofWave: 8) / steepness(ofWave: 4) - ratio) < 1e-5)
    }

    /// Each picture starts from its own seed, wherever it stands in a batch.
    @Test(arguments: [0, 2]) func startsFromSeed(_ kind: Int) {
        func start(_ seeds: [UInt64]) -> [Float] {
            Self.kinds[kind].makeState(seeds: seeds, width: 6, height: 5, lanes: PictureLanes(.alone)).parameters.values
        }
        #expect(start([8, 9]) == start([8]) + start([9]))
        #expect(start([8]) != start([9]))
    }

    private func picture(_ state: any ParameterizationState, _ index: Int, _ plane: Int) -> [Float] {
        var picture = [Float](repeating: .nan, count: 3 * plane)
        state.draw(index, into: &picture, lane: 0)
        return picture
    }
}
