import Compute
import Images
import Platform

/// The objectives of a sheet during a render, one for each picture, with the memory for comparing its pictures.
///
/// Every picture maximizes its own objective. If that compares it with others, these are constant for it.
///
/// It belongs to one thread, like the render that owns it.
package final class SheetObjectives {
    /// A comparison of all pictures, which several objectives can share.
    private struct Comparison {
        let objective: Objective
        let layer: LayerIndex
        let count: Int
        let term: any SheetTerm
        /// `[pictures, summaryCount]`.
        let summaries: FloatBuffer
    }

    /// The layers that the objectives read, without duplicates.
    package let layers: [String]
    private let evaluations: [ObjectiveEvaluation]
    private let comparisons: [Comparison]
    /// The index of the comparison for each picture and each summand that compares it.
    private let comparisonOfPart: [[Int]]
    private let scratch: FloatBuffer
    /// The values of the summands that read the pictures themselves.
    private let pictureValues: FloatBuffer

    /// Creates the objectives of all pictures of a sheet, in order.
    ///
    /// - Parameter layers: the layers with which the objectives were resolved.
    /// - Throws: ``EngineError`` `.tooLarge` if there is not enough memory for comparing them.
    package init(_ evaluations: [ObjectiveEvaluation], layers: WantedLayers) throws(EngineError) {
        var comparisons: [Comparison] = []
        var comparisonOfPart: [[Int]] = []
        var scratchCount = 0
        for evaluation in evaluations {
            var indices: [Int] = []
            for part in evaluation.sheetParts {
                if let known = comparisons.firstIndex(where: { $0.objective == part.objective }) {
                    indices.append(known)
                    continue
                }
                try Self.checkMemory(part, pictures: evaluations.count)
                indices.append(comparisons.count)
                scratchCount = max(scratchCount, part.term.scratchCount)
                comparisons.append(
                    Comparison(
                        objective: part.objective, layer: part.layer, count: part.count, term: part.term,
                        summaries: FloatBuffer(count: evaluations.count * part.term.summaryCount)))
            }
            comparisonOfPart.append(indices)
        }
        self.evaluations = evaluations
        self.layers = layers.addresses
        self.comparisons = comparisons
        self.comparisonOfPart = comparisonOfPart
        scratch = FloatBuffer(count: scratchCount)
        pictureValues = FloatBuffer(count: evaluations.count)
    }

    private static func checkMemory(_ part: ObjectiveEvaluation.SheetPart, pictures: Int) throws(EngineError) {
        let bytes = (pictures * part.term.summaryCount + part.term.scratchCount) * MemoryLayout<Float>.stride
        let available = Workspace.availableBytes
        guard bytes < available else {
            throw .tooLarge(
                what: "Comparing \(pictures) pictures in \(part.address)", neededBytes: bytes, availableBytes: available
            )
        }
    }

    /// Returns whether a picture with this value shows nothing of its objective; see
    /// ``ObjectiveEvaluation/isSilent(at:)``.
    package func isSilent(_ place: Int, at value: Float) -> Bool { evaluations[place].isSilent(at: value) }

    /// Whether any objective compares its picture with others, so that all must be summarized before one is evaluated.
    package var comparesPictures: Bool { !comparisons.isEmpty }

    /// Summarizes the pictures at `places`, which an executor has just computed, for the comparisons.
    package func summarize(_ places: Range<Int>, on executor: any Executor) {
        for comparison in comparisons {
            let count = comparison.term.summaryCount
            executor.readOutput(of: comparison.layer) { outputs in
                guard let outputs = outputs.baseAddress else { return }
                for (index, place) in places.enumerated() {
                    comparison.term.summarize(
                        output: outputs + index * comparison.count,
                        into: comparison.summaries.pointer + place * count, scratch: scratch.pointer)
                }
            }
        }
    }

    /// Returns the value of the part of a picture's objective that reads layers.
    ///
    /// - Parameters:
    ///   - place: the picture's place in the sheet.
    ///   - index: its index in the executor's batch.
    ///   - seedsGradient: whether ∂objective/∂output is added to the executor's output gradients.
    package func evaluate(_ place: Int, on executor: any Executor, index: Int, seedsGradient: Bool) -> Float {
        var value = evaluations[place].evaluate(on: executor, picture: index, seedsGradient: seedsGradient)
        for (number, part) in evaluations[place].sheetParts.enumerated() {
            let offset = index * part.count
            let summaries = comparisons[comparisonOfPart[place][number]].summaries.pointer
            func evaluate(_ output: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>?) -> Float {
                part.term.evaluate(
                    place: place, of: evaluations.count, output: output + offset, summaries: summaries,
                    weight: part.weight, gradient: gradient.map { $0 + offset }, scratch: scratch.pointer)
            }
            value +=
                part.weight
                * executor.readOutput(of: part.layer) { output in
                    guard let output = output.baseAddress else { return 0 }
                    guard seedsGradient else { return evaluate(output, nil) }
                    return executor.writeOutputGradient(of: part.layer) { evaluate(output, $0.baseAddress) }
                }
        }
        return value
    }

    /// Returns the value of the part of a picture's objective that reads the picture itself.
    ///
    /// - Parameters:
    ///   - place: the picture's place in the sheet.
    ///   - picture: `[3, height, width]`.
    ///   - gradient: `[3, height, width]`; ∂objective/∂picture is **added** to it.
    package func evaluate(
        _ place: Int, picture: UnsafePointer<Float>, size: PixelSize, gradient: UnsafeMutablePointer<Float>? = nil
    ) -> Float {
        var value: Float = 0
        for part in evaluations[place].pictureParts {
            value +=
                part.weight
                * part.term.evaluate(picture: picture, size: size, weight: part.weight, gradient: gradient)
        }
        return value
    }

    /// Adds the gradient of the part that reads the picture itself, and stores its value for ``pictureValue(_:)``.
    package func addGradient(
        _ place: Int, picture: UnsafePointer<Float>, size: PixelSize, to gradient: UnsafeMutablePointer<Float>
    ) {
        guard !evaluations[place].pictureParts.isEmpty else { return }
        pictureValues.pointer[place] = evaluate(place, picture: picture, size: size, gradient: gradient)
    }

    /// Returns the value that ``addGradient(_:picture:size:to:)`` stored; 0 if nothing reads the picture itself.
    package func pictureValue(_ place: Int) -> Float { pictureValues.pointer[place] }
}
