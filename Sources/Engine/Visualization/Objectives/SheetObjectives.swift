import Compute
import Images
import Platform

/// The objectives of a sheet at work, a picture each, and the memory in which its pictures are compared.
///
/// Every picture climbs its own objective. Where that compares it with others, these stand still for it.
///
/// Belongs to one thread, like the render that owns it.
package final class SheetObjectives {
    /// A comparison of all pictures, which several of their objectives can share.
    private struct Comparison {
        let objective: Objective
        let layer: LayerIndex
        let count: Int
        let term: any SheetTerm
        /// `[pictures, summaryCount]`.
        let summaries: FloatBuffer
    }

    /// The layers that the objectives read, each once.
    package let layers: [String]
    private let evaluations: [ObjectiveEvaluation]
    private let comparisons: [Comparison]
    /// For each picture and each summand that compares it: which comparison that is.
    private let comparisonOfPart: [[Int]]
    private let scratch: FloatBuffer
    /// The values of what is read from the pictures themselves.
    private let pictureValues: FloatBuffer

    /// The objectives of all pictures of a sheet, in order.
    ///
    /// - Parameter layers: those that the objectives were resolved with.
    /// - Throws: ``EngineError`` `.tooLarge` where the memory for comparing them does not suffice.
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

    /// Whether a picture with this value shows nothing of its objective; see ``ObjectiveEvaluation/isSilent(at:)``.
    package func isSilent(_ place: Int, at value: Float) -> Bool { evaluations[place].isSilent(at: value) }

    /// Whether any objective compares its picture with others, so that all must be summarized before one is evaluated.
    package var comparesPictures: Bool { !comparisons.isEmpty }

    /// Sums up the pictures at `places`, which an executor has just computed, for those they are compared with.
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

    /// The value of what a picture's objective reads from layers.
    ///
    /// - Parameters:
    ///   - place: the picture's place in the sheet.
    ///   - index: its place in the executor's batch.
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

    /// The value of what a picture's objective reads from the picture itself.
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

    /// Adds the gradient of what is read from a picture itself, and keeps its value for ``pictureValue(_:)``.
    package func addGradient(
        _ place: Int, picture: UnsafePointer<Float>, size: PixelSize, to gradient: UnsafeMutablePointer<Float>
    ) {
        guard !evaluations[place].pictureParts.isEmpty else { return }
        pictureValues.pointer[place] = evaluate(place, picture: picture, size: size, gradient: gradient)
    }

    /// The value that ``addGradient(_:picture:size:to:)`` found; 0 where nothing is read from the picture itself.
    package func pictureValue(_ place: Int) -> Float { pictureValues.pointer[place] }
}
