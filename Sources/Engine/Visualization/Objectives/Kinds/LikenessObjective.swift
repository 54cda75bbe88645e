import Compute
import Platform

/// The measures by which activations are compared with those of a photograph.
///
/// All are maximized: distances are negative.
public enum Likeness: Hashable, Sendable {
    /// −|a − r|, averaged over all elements. See ``ElementDistanceTerm``.
    case l1
    /// −(a − r)², averaged over all elements. See ``ElementDistanceTerm``.
    case l2
    /// −(1 − cos(a, r)) of each token, averaged over the tokens. See ``CosineTerm``.
    case cosine
    /// −‖a − r‖ of each token, averaged over the tokens. See ``TokenDistanceTerm``.
    case euclidean
    /// ⟨a, r⟩ · max(.1, cos(a, r))^power of each token, averaged: a caricature, which keeps growing when the likeness
    /// is complete. See ``DirectionTerm``.
    case dotCosine(power: Float)
}

/// The likeness of a target to itself on a photograph, whose activations are given to the render beside the recipe.
struct LikenessObjective: LayerObjective {
    var target: Target
    var photograph: PhotographReference
    var likeness: Likeness

    private enum CodingKeys: String, CodingKey { case target = "likeness", photograph = "to", likeness = "by" }

    static var key: String { CodingKeys.target.rawValue }
    var photographs: [PhotographReference] { [photograph] }
    var isActivation: Bool { false }
    var isActivationPart: Bool { true }

    func words(target words: (Target) -> String) -> String {
        let (target, same) = (words(target), "the same of “\(photograph.name)”")
        return switch likeness {
        case .l1: "−|\(target) − \(same)|"
        case .l2: "−(\(target) − \(same))²"
        case .cosine: "−(1 − cos(\(target), \(same)))"
        case .euclidean: "−‖\(target) − \(same)‖"
        case .dotCosine(let power): "(\(target) · \(same))" + DirectionTerm.words(ofPower: power)
        }
    }

    func term(
        of elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        if case .dotCosine(let power) = likeness { try DirectionTerm.validate(power: power) }
        let reference = try references.values(of: photograph, target, elements, in: shape)
        return switch likeness {
        case .l1: ElementDistanceTerm(elements: elements, reference: reference, isSquared: false)
        case .l2: ElementDistanceTerm(elements: elements, reference: reference, isSquared: true)
        case .cosine: CosineTerm(elements, reference: reference, isDistance: true)
        case .euclidean: TokenDistanceTerm(elements: elements, reference: reference)
        case .dotCosine(let power): DirectionTerm(elements, vectors: reference, power: power)
        }
    }
}

extension Objective {
    /// Returns the likeness of the target to itself on a photograph, whose activations are given to the render beside
    /// the recipe.
    public static func likeness(
        _ target: Target, to photograph: PhotographReference, by likeness: Likeness
    ) -> Objective {
        Objective(LikenessObjective(target: target, photograph: photograph, likeness: likeness))
    }
}

/// The negative mean distance of some elements a to a photograph's r, element by element.
///
///     L1: value = −1/n · Σ |a − r|        ∂value/∂a = sign(r − a) / n, and 0 where a = r
///     L2: value = −1/n · Σ (a − r)²       ∂value/∂a = 2 (r − a) / n
///
/// - Source: Mahendran and Vedaldi 2015, arXiv:1412.0035, for L2; the article *Transformer and Mixer Features* for L1.
struct ElementDistanceTerm: LayerTerm {
    let elements: SelectedElements
    /// `[rows, features]`.
    let reference: [Float]
    let isSquared: Bool

    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float {
        var sum = 0.0
        var place = 0
        let seed = weight / Float(elements.count)
        for row in elements.rows {
            let start = row * elements.rowLength
            for feature in elements.features {
                let difference = reference[place] - output[start + feature]
                place += 1
                sum += isSquared ? Double(difference) * Double(difference) : Double(abs(difference))
                guard let gradient, difference != 0 else { continue }
                gradient[start + feature] += isSquared ? 2 * seed * difference : difference > 0 ? seed : -seed
            }
        }
        return Float(-sum / Double(elements.count))
    }
}

/// `"l1"`, `"l2"`, `"cosine"`, `"euclidean"`, or `{"dotCosine": 4}`.
extension Likeness: Codable {
    private enum Key: String, CodingKey {
        case dotCosine
    }

    /// Reads what ``encode(to:)`` writes.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Key.self) {
            self = .dotCosine(power: try container.decode(Float.self, forKey: .dotCosine))
            return
        }
        let container = try decoder.singleValueContainer()
        switch try container.decode(String.self) {
        case "l1": self = .l1
        case "l2": self = .l2
        case "cosine": self = .cosine
        case "euclidean": self = .euclidean
        default:
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "a likeness is \"l1\", \"l2\", \"cosine\", \"euclidean\" or {\"dotCosine\": POWER}")
        }
    }

    /// Writes `"l1"`, `"l2"`, `"cosine"`, `"euclidean"`, or `{"dotCosine": 4}`.
    public func encode(to encoder: any Encoder) throws {
        if case .dotCosine(let power) = self {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(power, forKey: .dotCosine)
            return
        }
        var container = encoder.singleValueContainer()
        let names: [Likeness: String] = [.l1: "l1", .l2: "l2", .cosine: "cosine", .euclidean: "euclidean"]
        try container.encode(names[self])
    }
}
