import Foundation
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct FourierTests {
    @Test(arguments: VisualizationReference.shared.fourier.indices)
    func agreesWithNumPy(_ index: Int) {
        let reference = VisualizationReference.shared.fourier[index]
        let transform = RealFourier(width: reference.width, height: reference.height)
        var picture = [Float](repeating: .nan, count: reference.picture.count)
        transform.inverse(spectrum: reference.spectrum, picture: &picture)
        #expect(largestDifference(picture, reference.picture) < 2e-6)
    }

    @Test(arguments: VisualizationReference.shared.fourier.indices)
    func knowsFrequencies(_ index: Int) {
        let reference = VisualizationReference.shared.fourier[index]
        let bins = reference.width / 2 + 1
        let transform = RealFourier(width: reference.width, height: reference.height)
        let found = transform.frequencies
        #expect(found.count == transform.coefficientCount)
        for row in 0..<reference.height {
            for part in 0..<6 {
                for bin in 0..<bins {
                    #expect(
                        abs(found[(row * 6 + part) * bins + bin] - reference.frequencies[row * bins + bin])
                            < 1e-6)
                }
            }
        }
    }

    /// ⟨F z, y⟩ = ⟨z, Fᵀ y⟩, for even and odd sizes and for one that no reference file holds.
    @Test(arguments: [(6, 8), (7, 5), (4, 9), (2, 2), (3, 2), (31, 46), (64, 33)])
    func gradientIsTranspose(height: Int, width: Int) {
        let transform = RealFourier(width: width, height: height)
        let spectrum = normals(transform.coefficientCount, seed: 1)
        let weights = normals(3 * width * height, seed: 2)
        var picture = weights
        var gradient = spectrum
        transform.inverse(spectrum: spectrum, picture: &picture)
        transform.inverseGradient(pictureGradient: weights, spectrumGradient: &gradient)
        let (left, right) = (dot(picture, weights), dot(spectrum, gradient))
        #expect(abs(left - right) < 1e-4 * max(1, abs(left)))
    }

    /// One coefficient is one wave: X[0, 1] = 1 in red gives 2/√(hw) · cos(2πn/w).
    @Test func oneCoefficientIsOneWave() {
        let (height, width) = (3, 8)
        let transform = RealFourier(width: width, height: height)
        var spectrum = [Float](repeating: 0, count: transform.coefficientCount)
        spectrum[1] = 1
        var picture = [Float](repeating: 0, count: 3 * height * width)
        transform.inverse(spectrum: spectrum, picture: &picture)
        let expected = (0..<3 * height * width).map { place -> Float in
            guard place < height * width else { return 0 }
            return 2 / Float(height * width).squareRoot() * cos(2 * .pi * Float(place % width) / Float(width))
        }
        #expect(largestDifference(picture, expected) < 1e-6)
    }
}
