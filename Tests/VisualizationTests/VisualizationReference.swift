import Foundation
import Visualization

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
        let center: [Float]
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
