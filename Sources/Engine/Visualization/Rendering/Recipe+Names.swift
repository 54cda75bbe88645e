extension Recipe {
    /// The same recipe for the same weights under another name.
    package func renamed(_ name: String) -> Recipe {
        guard name != model else { return self }
        var recipe = self
        recipe.model = name
        recipe.objectives = objectives.map { objective in
            objective.mappingTargets { target in
                var target = target
                if target.model == model { target.model = name }
                return target
            }
        }
        return recipe
    }
}

extension Objective {
    /// The objective with other targets.
    func mappingTargets(_ change: (Target) -> Target) -> Objective {
        switch self {
        case .mean(let target): .mean(change(target))
        case .sum(let target): .sum(change(target))
        case .l1(let target, let constant): .l1(change(target), to: constant)
        case .meanSquare(let target): .meanSquare(change(target))
        case .direction(let target, let vector, let power): .direction(change(target), vector, cosinePower: power)
        case .likeness(let target, let photograph, let likeness):
            .likeness(change(target), to: photograph, by: likeness)
        case .distribution(let target, let photographs): .distribution(change(target), like: photographs)
        case .diversity(let target): .diversity(change(target))
        case .alignment(let target, let decay): .alignment(change(target), decay: decay)
        case .totalVariation, .pictureNorm: self
        case .weighted(let factor, let objective): .weighted(factor, objective.mappingTargets(change))
        case .plus(let objectives): .plus(objectives.map { $0.mappingTargets(change) })
        case .named(let name, let objective): .named(name, objective.mappingTargets(change))
        }
    }
}
