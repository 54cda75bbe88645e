extension Objective {
    /// The same formula of other targets.
    package func mapTargets(_ change: (Target) -> Target) -> Objective {
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
        case .weighted(let weight, let objective): .weighted(weight, objective.mapTargets(change))
        case .plus(let objectives): .plus(objectives.map { $0.mapTargets(change) })
        case .named(let name, let objective): .named(name, objective.mapTargets(change))
        }
    }
}
