import Platform

extension Objective: CustomStringConvertible {
    /// The formula, in words that do not depend on a model.
    public var description: String { words { $0.words() } }

    /// Returns the formula: "0.7 × blocks.5.mlp neuron 42 − 0.3 × blocks.2.mlp neuron 7".
    ///
    /// A name given with ``named(_:)`` replaces the formula of that part. The value of a target is averaged over its
    /// elements.
    ///
    /// - Parameter target: returns the words for a target.
    public func words(target: (Target) -> String) -> String {
        switch self {
        case .summand(let summand): summand.kind.words(target: target)
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

    /// Returns the objective times a weight that is not negative, in parentheses if needed.
    private func multiple(of weight: Float, target: (Target) -> String) -> String {
        let words = words(target: target)
        var needsBrackets = words.hasPrefix("−")
        if case .plus(let objectives) = self { needsBrackets = objectives.count > 1 }
        let factor = needsBrackets ? "(\(words))" : words
        return weight == 1 ? factor : "\(Objective.number(weight)) × \(factor)"
    }
}

extension Objective {
    /// Returns a number as formulas write it: "−0.5", "200".
    package static func number(_ value: Float) -> String {
        let sign = value < 0 ? "−" : ""
        let size = value.magnitude
        guard size == size.rounded(), size < 1e6 else { return "\(sign)\(size)" }
        return "\(sign)\(Int(size))"
    }
}
