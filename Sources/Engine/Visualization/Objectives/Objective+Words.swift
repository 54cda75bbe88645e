import Platform

extension Objective: CustomStringConvertible {
    /// The formula in words that need no model.
    public var description: String { words { $0.words() } }

    /// The formula: "0.7 × blocks.5.mlp neuron 42 − 0.3 × blocks.2.mlp neuron 7".
    ///
    /// A name given with ``named(_:)`` stands for the formula below it. What is said of a target is averaged over it.
    ///
    /// - Parameter target: says a target in words.
    public func words(target: (Target) -> String) -> String {
        switch self {
        case .mean(let part): target(part)
        case .sum(let part): "sum of \(target(part))"
        case .l1(let part, let constant): "−|\(Self.number(constant)) − \(target(part))|"
        case .meanSquare(let part): "(\(target(part)))²"
        case .direction(let part, let vector, let power):
            "\(Self.words(of: vector)) · \(target(part))" + Self.words(ofCosine: power)
        case .likeness(let part, let photograph, let likeness):
            Self.words(of: likeness, between: target(part), and: "the same of “\(photograph.name)”")
        case .distribution(let part, let photographs):
            "likeness of \(target(part)) to \(photographs.photographs.count) photographs of “\(photographs.name)”"
        case .diversity(let part): "diversity of \(target(part))"
        case .alignment(let part, let decay):
            "alignment of \(target(part))" + (decay == 2 ? "" : " (decay \(Self.number(decay)))")
        case .totalVariation(let variation): Self.words(of: variation)
        case .pictureNorm(let center): center == 0 ? "‖picture‖" : "‖picture − \(Self.number(center))‖"
        case .named(let name, _): name
        case .weighted(let weight, let objective):
            (weight < 0 ? "−" : "") + objective.multiple(of: abs(weight), target: target)
        case .plus(let objectives): sum(objectives, target: target)
        }
    }

    private func sum(_ objectives: [Objective], target: (Target) -> String) -> String {
        var formula = ""
        for objective in objectives {
            let words = objective.words(target: target)
            if formula.isEmpty {
                formula = words
            } else if words.hasPrefix("−") {
                formula += " − " + words.dropFirst()
            } else {
                formula += " + " + words
            }
        }
        return formula
    }

    /// The objective times a weight that is not negative, in brackets where the formula needs them.
    private func multiple(of weight: Float, target: (Target) -> String) -> String {
        let words = words(target: target)
        var needsBrackets = words.hasPrefix("−")
        if case .plus(let objectives) = self { needsBrackets = objectives.count > 1 }
        let factor = needsBrackets ? "(\(words))" : words
        return weight == 1 ? factor : "\(Objective.number(weight)) × \(factor)"
    }
}

extension Objective {
    /// "(0.5, −1)", or "(0.5, −1, 0, … 128 numbers)".
    private static func words(of vector: [Float]) -> String {
        let shown = vector.prefix(vector.count > 4 ? 3 : 4).map(number).joined(separator: ", ")
        return vector.count > 4 ? "(\(shown), … \(vector.count) numbers)" : "(\(shown))"
    }

    private static func words(ofCosine power: Float) -> String {
        power == 0 ? "" : " × max(0.1, cos)" + (power == 1 ? "" : "^\(number(power))")
    }

    private static func words(of likeness: Likeness, between target: String, and same: String) -> String {
        switch likeness {
        case .l1: "−|\(target) − \(same)|"
        case .l2: "−(\(target) − \(same))²"
        case .cosine: "−(1 − cos(\(target), \(same)))"
        case .dotCosine(let power): "(\(target) · \(same))" + words(ofCosine: power)
        }
    }

    private static func words(of variation: Variation) -> String {
        switch variation {
        case .absolute: "total variation"
        case .norms: "total variation (norms)"
        case .channelNorms: "total variation (norms of channels)"
        }
    }

    private static func number(_ value: Float) -> String {
        let sign = value < 0 ? "−" : ""
        let size = value.magnitude
        guard size == size.rounded(), size < 1e6 else { return "\(sign)\(size)" }
        return "\(sign)\(Int(size))"
    }
}
