import Compute
import Platform

/// The term of each kind, resolved and checked. Sums, multiples and names have none of their own.
extension Objective {
    /// The term of a kind that is read from the picture itself.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`.
    func pictureTerm() throws(EngineError) -> any PictureTerm {
        switch self {
        case .totalVariation(let variation): return TotalVariationTerm(variation: variation)
        case .pictureNorm(let center):
            try requireFinite(center, "The gray from which the picture's norm is taken")
            return PictureNormTerm(center: center)
        default: preconditionFailure("what has no target is read from the picture")
        }
    }

    /// The term of a kind that compares pictures; nil for other kinds.
    ///
    /// - Parameter pictures: how many the sheet has.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`.
    func sheetTerm(_ elements: SelectedElements, pictures: Int) throws(EngineError) -> (any SheetTerm)? {
        switch self {
        case .diversity:
            try requireSheet("Diversity", pictures)
            return DiversityTerm(elements: elements)
        case .alignment(_, let decay):
            try requireSheet("Alignment", pictures)
            guard decay.isFinite, decay >= 1 else {
                throw .invalidValue(what: "The alignment's decay", found: "\(decay)", expected: "1 or more")
            }
            return AlignmentTerm(elements, decay: decay)
        default: return nil
        }
    }

    /// The term of a kind that is read from a layer, for each picture by itself.
    ///
    /// - Throws: ``EngineError`` `.invalidValue`, `.invalidObjective`, `.shapeMismatch`.
    func layerTerm(
        _ target: Target, _ elements: SelectedElements, in shape: LayerShape, references: ReferenceActivations
    ) throws(EngineError) -> any LayerTerm {
        switch self {
        case .mean: return SelectionTerm(elements, isMean: true)
        case .sum: return SelectionTerm(elements, isMean: false)
        case .meanSquare: return MeanSquareTerm(elements: elements)
        case .l1(_, let constant):
            try requireFinite(constant, "The constant C of the L1 distance")
            return ConstantDistanceTerm(elements: elements, constant: constant)
        case .direction(_, let vector, let power):
            try require(vector, for: target, elements, power: power)
            return DirectionTerm(elements, vectors: vector, power: power)
        case .likeness(_, let photograph, let likeness):
            if case .dotCosine(let power) = likeness { try require(power: power) }
            let reference = try references.values(of: photograph, target, elements, in: shape)
            return switch likeness {
            case .l1: ElementDistanceTerm(elements: elements, reference: reference, isSquared: false)
            case .l2: ElementDistanceTerm(elements: elements, reference: reference, isSquared: true)
            case .cosine: CosineDistanceTerm(elements, reference: reference)
            case .dotCosine(let power): DirectionTerm(elements, vectors: reference, power: power)
            }
        case .distribution(_, let photographs):
            let reference = try references.values(of: photographs, target, elements, in: shape)
            return SortedMatchTerm(elements: elements, reference: reference)
        case .diversity, .alignment, .totalVariation, .pictureNorm, .weighted, .plus, .named:
            preconditionFailure("terms of layers are those of one target and one picture")
        }
    }

    private func require(
        _ vector: [Float], for target: Target, _ elements: SelectedElements, power: Float
    ) throws(EngineError) {
        let width = elements.features.count
        guard vector.count == width else {
            throw .invalidObjective(
                reason: "The direction has \(vector.count) \(vector.count == 1 ? "number" : "numbers"), and "
                    + "\(target.words()) of \(target.model) has \(width) \(width == 1 ? "feature" : "features"): "
                    + "give it one for each.")
        }
        guard vector.allSatisfy(\.isFinite) else {
            throw .invalidValue(
                what: "A number in the direction", found: "infinite or not a number", expected: "finite")
        }
        guard vector.contains(where: { $0 != 0 }) else {
            throw .invalidObjective(reason: "The direction is 0 everywhere, so it points nowhere.")
        }
        try require(power: power)
    }

    private func require(power: Float) throws(EngineError) {
        guard power.isFinite, power >= 0 else {
            throw .invalidValue(what: "The power of the cosine", found: "\(power)", expected: "0 or more")
        }
    }

    private func requireFinite(_ value: Float, _ what: String) throws(EngineError) {
        guard value.isFinite else { throw .invalidValue(what: what, found: "\(value)", expected: "a finite number") }
    }

    private func requireSheet(_ what: String, _ pictures: Int) throws(EngineError) {
        guard pictures > 1 else {
            throw .invalidObjective(
                reason: "\(what) compares the pictures of a sheet with one another, but here there is only one: "
                    + "render at least two together.")
        }
    }
}

extension Objective {
    /// Whether it is the mean or the sum of a target and nothing else.
    var isMeanOrSum: Bool {
        switch self {
        case .mean, .sum: true
        default: false
        }
    }

    /// The objective with every mean over a target replaced by something else of that target.
    func replacingMeans(_ replacement: (Target) -> Objective) -> Objective {
        switch self {
        case .mean(let target): replacement(target)
        case .weighted(let factor, let inner): factor * inner.replacingMeans(replacement)
        case .plus(let objectives): .plus(objectives.map { $0.replacingMeans(replacement) })
        case .named(let name, let inner): .named(name, inner.replacingMeans(replacement))
        default: self
        }
    }
}
