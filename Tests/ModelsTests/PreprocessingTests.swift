import Foundation
import Images
import Models
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct PreprocessingTests {
    private struct Case: Decodable {
        let width: Int
        let height: Int
        let preprocessing: Preprocessing
    }

    @Test(arguments: 0..<8)
    func equalsTorchvision(_ number: Int) throws {
        let cases = try JSONDecoder().decode(
            [Case].self, from: Data(ImageFixture.bytes("preprocessing/cases.json")))
        try #require(cases.count == 8)
        let (width, height) = (cases[number].width, cases[number].height)
        let size = cases[number].preprocessing.size
        let image = try ImageFixture.raw("preprocessing/\(number)", width: width, height: height)
        let tensor = cases[number].preprocessing.tensor(of: image)
        let reference = try ImageFixture.floats("preprocessing/\(number).f32")
        #expect(tensor.shape == [3, size.height, size.width])
        try #require(reference.count == tensor.values.count)
        let worst = zip(tensor.values, reference).map { abs($0 - $1) }.max() ?? 0
        #expect(worst <= 1e-6)
    }

    @Test func normalizesAndSendsTheGradientBack() {
        let preprocessing = Preprocessing(mean: [0.5, 0, 0.25], std: [0.5, 2, 0.25], size: 2)
        // Two pictures of one pixel: y = (x − mean) / std, dx = dy / std.
        let input: [Float] = [1, 1, 1, 0, -1, 0.5]
        var output = [Float](repeating: 0, count: 6)
        preprocessing.normalize(input, into: &output, pictures: 2, plane: 1)
        #expect(output == [1, 0.5, 3, -1, -0.5, 1])
        preprocessing.normalizeInputGradient([1, 2, 3, 4, 5, 6], into: &output, pictures: 2, plane: 1)
        #expect(output == [2, 1, 12, 8, 2.5, 24])
    }

    @Test func aLongStripNeedsNoLongMemory() {
        // Resized whole it would be 25,600,000 × 256 pixels.
        let strip = Image(width: 100_000, height: 1, color: [255, 0, 0])
        let tensor = Preprocessing(mean: [0, 0, 0], std: [1, 1, 1], size: 224, resize: 256).tensor(of: strip)
        #expect(tensor.values.prefix(224 * 224).allSatisfy { $0 == 1 })
        #expect(tensor.values.suffix(2 * 224 * 224).allSatisfy { $0 == 0 })
    }

    @Test func refusesNumbersThatMakeNoSense() throws {
        func json(mean: String, std: String, size: Int) -> Data {
            Data(
                #"{"mean": \#(mean), "std": \#(std), "size": \#(size), "resize": 9, "interpolation": "bicubic"}"#
                    .utf8)
        }
        let decoder = JSONDecoder()
        let whole = json(mean: "[0, 0, 0]", std: "[1, 1, 1]", size: 8)
        #expect(try decoder.decode(Preprocessing.self, from: whole).size == 8)
        for bad in [
            json(mean: "[0, 0]", std: "[1, 1, 1]", size: 8),
            json(mean: "[0, 0, 0]", std: "[1, 0, 1]", size: 8),
            json(mean: "[0, 0, 0]", std: "[1, 1, 1]", size: 0),
        ] {
            #expect(throws: DecodingError.self) { try decoder.decode(Preprocessing.self, from: bad) }
        }
    }

    @Test func comesBackFromJSON() throws {
        let preprocessing = Preprocessing(size: 224, resize: 256, interpolation: .bilinear)
        let again = try JSONDecoder().decode(
            Preprocessing.self, from: JSONEncoder().encode(preprocessing))
        #expect(again == preprocessing)
    }
}
