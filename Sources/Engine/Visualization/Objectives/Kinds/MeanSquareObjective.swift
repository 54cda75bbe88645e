import Compute
import Platform

/// The mean of a target's squares: everything strong becomes stronger.
struct MeanSquareObjective: LayerObjective {
    var target: Target

    private enum CodingKeys: String, CodingKey { case target = "meanSquare" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String { "(\(words(target)))²" }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm { MeanSquareTerm(elements: elements) }
}

extension Objective {
    /// Returns the mean of the target's squares: everything strong becomes stronger. See ``MeanSquareTerm``.
    public static func meanSquare(_ target: Target) -> Objective { Objective(MeanSquareObjective(target: target)) }
}

/// The mean of the squares of some elements.
///
///     value = 1/n · Σ a²        ∂value/∂a = 2a / n
///
/// - Source: Mordvintsev et al. 2015, *Inceptionism*; Lucid's `deepdream`.
struct MeanSquareTerm: LayerTerm {
    let elements: SelectedElements

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        let seed = 2 * weight / Float(elements.count)
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features {
                let value = output[start + feature]
                sum += Double(value) * Double(value)
                gradient?[start + feature] += seed * value
            }
        }
        return Float(sum / Double(elements.count))
    }
}
