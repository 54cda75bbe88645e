import Images
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct PictureTermTests {
    /// One channel is 0 1 / 3 7, the others are black.
    @Test func totalVariationByHand() throws {
        let picture: [Float] = [0, 1, 3, 7] + [Float](repeating: 0, count: 8)
        func value(_ variation: Variation) throws -> Float {
            try Self.evaluate(.totalVariation(variation), picture, width: 2, height: 2).value
        }
        #expect(try value(.absolute) == 1 + 4 + 3 + 6)
        // Right 1, 4; down 3, 6; down and right 7; down and left 2.
        let norms = Float(17).squareRoot() + Float(45).squareRoot() + 7 + 2
        #expect(abs(try value(.norms) - norms) < 1e-5)
        #expect(abs(try value(.channelNorms) - norms / 3) < 1e-5)
    }

    @Test func normByHand() throws {
        let picture: [Float] = [0.5, 0.5, 3.5, 4.5] + [Float](repeating: 0.5, count: 8)
        let (value, gradient) = try Self.evaluate(.pictureNorm(from: 0.5), picture, width: 2, height: 2)
        #expect(value == 5)
        #expect(largestDifference(gradient, [0, 0, 0.6, 0.8] + [Float](repeating: 0, count: 8)) < 1e-6)
    }

    @Test func evenPicturesHaveNoGradient() throws {
        let picture = [Float](repeating: 0.5, count: 3 * 11 * 4)
        for objective in Self.kinds {
            let (value, gradient) = try Self.evaluate(objective, picture, width: 11, height: 4)
            #expect(value == 0 && gradient.allSatisfy { $0 == 0 })
        }
    }

    static let kinds: [Objective] =
        Variation.allCases.map { .totalVariation($0) } + [.pictureNorm(from: 0.5)]

    /// Widths that fill registers, leave a rest, and are smaller than one.
    @Test(arguments: kinds, [2, 8, 19]) func gradientAgreesWithDifferences(_ kind: Objective, _ width: Int) throws {
        let objective = -0.5 * kind
        let height = 5
        var picture = normals(3 * width * height, seed: 2)
        let gradient = try Self.evaluate(objective, picture, width: width, height: height).gradient
        for place in picture.indices {
            let before = picture[place]
            picture[place] = before + 1e-3
            let up = try Self.evaluate(objective, picture, width: width, height: height).value
            picture[place] = before - 1e-3
            let down = try Self.evaluate(objective, picture, width: width, height: height).value
            picture[place] = before
            let slope = (Double(up) - Double(down)) / 2e-3
            // The value, up to 300, is a float: a step of 1e-3 shows no more of the slope.
            #expect(abs(slope - Double(gradient[place])) < 2e-2, "\(objective) at \(place)")
        }
    }

    /// A large picture's sum keeps its digits.
    @Test func largePicturesAreAddedUpPrecisely() throws {
        let side = 600
        let picture = (0..<3 * side * side).map { Float($0 % 2) * 0.1 }
        let value = try Self.evaluate(.totalVariation(), picture, width: side, height: side).value
        let expected = Float(0.1) * Float(3 * side * (side - 1))
        #expect(abs(value - expected) < 1e-4 * expected)
        let norm = try Self.evaluate(.pictureNorm(), picture, width: side, height: side).value
        #expect(abs(norm - (0.01 * Float(3 * side * side / 2)).squareRoot()) < 1e-4 * norm)
    }

    private static func evaluate(
        _ objective: Objective, _ picture: [Float], width: Int, height: Int
    ) throws -> (value: Float, gradient: [Float]) {
        let executor = OutputExecutor(tokens: 1, features: 1, [0])
        let sheet = try executor.sheet([.mean(LayerTermTests.all) + objective])
        let gradient = FloatBuffer(count: picture.count)
        let value = picture.withUnsafeBufferPointer { picture in
            sheet.evaluate(
                0, picture: picture.baseAddress!, size: PixelSize(width: width, height: height),
                gradient: gradient.pointer)
        }
        return (value, gradient.values)
    }
}
