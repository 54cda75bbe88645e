import Foundation
import VitrineEngine

/// What `make_visualization_fixtures.py` wrote.
struct VisualizationReference: Decodable {
    struct Fourier: Decodable {
        let height: Int
        let width: Int
        let spectrum: [Float]
        let picture: [Float]
        let frequencies: [Float]
    }

    struct Resampling: Decodable {
        let height: Int
        let width: Int
        let map: [Float]
        let padding: String
        let input: [Float]
        let output: [Float]
        let weights: [Float]
        let gradient: [Float]
    }

    struct Blur: Decodable {
        let height: Int
        let width: Int
        let size: Int
        let sigma: Float
        let input: [Float]
        let output: [Float]
        let weights: [Float]
        let gradient: [Float]
    }

    struct Fit: Decodable {
        let source: [Int]
        let target: [Int]
        let input: [Float]
        let output: [Float]
    }

    struct TenSteps: Decodable {
        let start: [Float]
        let centre: [Float]
        let end: [Float]
    }

    let fourier: [Fourier]
    let resampling: [Resampling]
    let blur: [Blur]
    let fit: [Fit]
    let adam: TenSteps
    let nadam: TenSteps
    let momentum: TenSteps

    static let shared: VisualizationReference = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/visualization-reference.json")
        do {
            return try JSONDecoder().decode(VisualizationReference.self, from: Data(contentsOf: file))
        } catch {
            fatalError("\(file.path) cannot be read: \(error)")
        }
    }()
}

/// The largest difference between two lists of the same length; infinite where a value is no number.
func largestDifference(_ left: [Float], _ right: [Float]) -> Float {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { largest, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(largest, difference)
    }
}

/// The sum of the products, added up in double precision.
func dot(_ left: [Float], _ right: [Float]) -> Double {
    zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

/// Normal numbers that are the same in every run.
func normals(_ count: Int, seed: UInt64, stream: UInt64 = 0) -> [Float] {
    var random = RandomSource(seed: seed, stream: stream)
    return (0..<count).map { _ in random.normal() }
}

extension FloatBuffer {
    /// The floats as a list.
    var values: [Float] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// Overwrites the first floats.
    func fill(_ values: [Float]) {
        for (index, value) in values.enumerated() { pointer[index] = value }
    }
}
