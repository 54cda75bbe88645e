import Compute
import Platform

/// −|C − a|, averaged over a target: the negative L1 distance to a constant C.
struct L1Objective: LayerObjective {
    var target: Target
    /// C.
    var constant: Float

    private enum CodingKeys: String, CodingKey { case target = "l1", constant = "to" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String { "−|\(Objective.number(constant)) − \(words(target))|" }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        try requireFinite(constant, "The constant C of the L1 distance")
        return ConstantDistanceTerm(elements: elements, constant: constant)
    }
}

extension Objective {
    /// Returns −|C − a|, averaged over the target: the negative L1 distance to a constant C. See
    /// ``ConstantDistanceTerm``.
    public static func l1(_ target: Target, to constant: Float) -> Objective {
        Objective(L1Objective(target: target, constant: constant))
    }
}

/// The negative mean distance of some elements to a constant C.
///
///     value = −1/n · Σ |C − a|        ∂value/∂a = sign(C − a) / n, and 0 where a = C
///
/// As long as every element is below C, this is the mean, up to a constant: with a large C it has the gradient of the
/// mean. Elements above C are pulled back to it.
///
/// - Source: the loss of the article *Transformer and Mixer Features*, which omits the bars, so that there elements above
///   C keep growing; that is ``Objective/mean(_:)``.
struct ConstantDistanceTerm: LayerTerm {
    let elements: SelectedElements
    let constant: Float

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        let seed = weight / Float(elements.count)
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features {
                let difference = constant - output[start + feature]
                sum += Double(abs(difference))
                guard let gradient, difference != 0 else { continue }
                gradient[start + feature] += difference > 0 ? seed : -seed
            }
        }
        return Float(-sum / Double(elements.count))
    }
}
