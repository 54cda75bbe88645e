/// A number made from targets, to be maximized.
///
/// Objectives are values: operators make new ones and change none, so `let b = 2 * a` leaves `a` as it
/// was. There is one sign convention: larger is better. Every kind is what its name says and is maximized as such, so
/// a likeness is a negative distance and is added, while what should become small, such as a variation, is subtracted.
///
/// Adding a kind: a case here, its term in a file of its own in `Terms` (``LayerTerm``, ``PictureTerm`` or
/// ``SheetTerm``), its words in `Objective+Words.swift` and its spelling in `Objective+Coding.swift`.
public indirect enum Objective: Hashable, Sendable {
    /// The mean over the target's tokens and features.
    case mean(Target)
    /// The sum over the target's tokens and features.
    case sum(Target)
    /// −|C − a|, averaged over the target: the negative L1 distance to a constant C. See ``ConstantDistanceTerm``.
    case l1(Target, to: Float)
    /// The mean of the target's squares: whatever is strong becomes stronger. See ``MeanSquareTerm``.
    case meanSquare(Target)
    /// The dot product of each token's features with a vector, averaged over the target's tokens; times
    /// max(.1, cosine)^`cosinePower`. See ``DirectionTerm``.
    ///
    /// The vector has a number for each of the target's features.
    case direction(Target, [Float], cosinePower: Float = 0)
    /// How like the target is to itself on a photograph, whose activations are given to the render beside the recipe.
    case likeness(Target, to: PhotographReference, by: Likeness)
    /// How like each feature's values over the picture are to those over photographs, wherever they are. See
    /// ``SortedMatchTerm``.
    case distribution(Target, like: PhotographSet)
    /// The negative mean cosine of the picture's style and those of the other pictures of its sheet. See
    /// ``DiversityTerm``.
    case diversity(Target)
    /// The negative squared distance to the neighbors in the sheet, which pulls them together; `decay` times weaker
    /// from one neighbor to the next. See ``AlignmentTerm``.
    case alignment(Target, decay: Float = 2)
    /// How much the picture itself varies from pixel to pixel; subtracted, it makes a picture smooth.
    case totalVariation(Variation = .absolute)
    /// How far the picture itself is from one gray, ‖picture − c‖; subtracted, it keeps colors from the extremes.
    case pictureNorm(from: Float = 0)
    /// A multiple of an objective.
    case weighted(Float, Objective)
    /// The sum of objectives.
    case plus([Objective])
    /// An objective under a name of its own, which labels its picture.
    case named(String, Objective)
}

/// How activations are compared with those of a photograph.
///
/// All are maximized: distances with a minus before them.
public enum Likeness: Hashable, Sendable {
    /// −|a − r|, averaged over all elements. See ``ElementDistanceTerm``.
    case l1
    /// −(a − r)², averaged over all elements. See ``ElementDistanceTerm``.
    case l2
    /// −(1 − cos(a, r)) of each token, averaged over the tokens. See ``CosineDistanceTerm``.
    case cosine
    /// ⟨a, r⟩ · max(.1, cos(a, r))^power of each token, averaged: a caricature, which goes on where the likeness is
    /// complete. See ``DirectionTerm``.
    case dotCosine(power: Float)
}

extension Objective {
    /// Every target, in the order of the formula.
    public var targets: [Target] {
        switch self {
        case .mean(let target), .sum(let target), .l1(let target, _), .meanSquare(let target),
            .direction(let target, _, _), .likeness(let target, _, _), .distribution(let target, _),
            .diversity(let target), .alignment(let target, _):
            [target]
        case .totalVariation, .pictureNorm: []
        case .weighted(_, let objective), .named(_, let objective): objective.targets
        case .plus(let objectives): objectives.flatMap(\.targets)
        }
    }

    /// The addresses of the layers that the objective reads, each once, in the order of the formula.
    public var layers: [String] {
        var seen = Set<String>()
        return targets.map(\.layer).filter { seen.insert($0).inserted }
    }

    /// Every photograph that the objective compares with and where, in the order of the formula.
    public var references: [(photograph: PhotographReference, target: Target)] {
        switch self {
        case .likeness(let target, let photograph, _): [(photograph, target)]
        case .distribution(let target, let set): set.photographs.map { ($0, target) }
        case .weighted(_, let objective), .named(_, let objective): objective.references
        case .plus(let objectives): objectives.flatMap(\.references)
        default: []
        }
    }
}
