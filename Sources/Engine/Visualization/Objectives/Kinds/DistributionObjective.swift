import Compute
import Platform

/// The likeness of each feature's values over the picture to those over photographs, regardless of position.
struct DistributionObjective: LayerObjective {
    var target: Target
    var photographSet: PhotographSet

    private enum CodingKeys: String, CodingKey { case target = "distribution", photographSet = "like" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { photographSet.photographs }
    var isActivation: Bool { false }
    var isActivationPart: Bool { false }

    func words(target words: (Target) -> String) -> String {
        "likeness of \(words(target)) to \(photographs.count) photographs of “\(photographSet.name)”"
    }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        SortedMatchTerm(
            elements: elements, reference: try references.values(of: photographSet, target, elements, in: shape))
    }
}

extension Objective {
    /// Returns the likeness of each feature's values over the picture to those over photographs, regardless of
    /// position. See ``SortedMatchTerm``.
    public static func distribution(_ target: Target, like photographs: PhotographSet) -> Objective {
        Objective(DistributionObjective(target: target, photographSet: photographs))
    }
}

/// The likeness of the values that each feature takes over the picture to those over photographs, regardless of
/// position: the negative mean squared distance of both in sorted order.
///
///     value = −1/(T·F) · Σ_f Σ_k (a_f(k) − r_f(k))²        ∂value/∂a_f(k) = −2 (a_f(k) − r_f(k)) / (T·F)
///
/// `a_f(k)` is the k-th smallest of the feature's T values over the tokens, `r_f(k)` the same of the photographs, on
/// average.
///
/// - Source: Gorgun et al. 2025, arXiv:2503.22399 (VITAL), sort matching.
struct SortedMatchTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`, each feature's in ascending order.
    let reference: [Float]

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        let (rows, features) = (elements.rows, elements.features)
        let scale = 1 / Float(elements.count)
        var sum = 0.0
        // On the stack for the hundreds of tokens that there are.
        withUnsafeTemporaryAllocation(of: (value: Float, row: Int).self, capacity: rows.count) { memory in
            var column = memory
            for (place, feature) in features.enumerated() {
                for (index, row) in rows.enumerated() {
                    let at = row * elements.rowLength + feature
                    column.initializeElement(at: index, to: (output[at], at))
                }
                column.sort { $0.value < $1.value }
                for rank in rows.indices {
                    let difference = column[rank].value - reference[rank * features.count + place]
                    sum += Double(difference * difference)
                    gradient?[column[rank].row] -= 2 * weight * scale * difference
                }
            }
        }
        return Float(-sum) * scale
    }
}
