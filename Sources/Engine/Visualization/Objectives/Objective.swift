/// A number made from targets, to be maximized.
///
/// Objectives are values: operators return new ones and change none, so `let b = 2 * a` leaves `a` as it was. There is
/// one sign convention: larger is better. Every kind has the value that its name says and is maximized as such, so a
/// likeness is a negative distance and is added, while something that should become small, such as a variation, is
/// subtracted.
///
/// An objective consists of ``Summand``s, each of some kind, with one file for each kind in `Kinds`: `.mean(target)`,
/// `.l1(target, to: 200)`.
public indirect enum Objective: Hashable, Sendable {
    /// A single objective, not a combination of others.
    case summand(Summand)
    /// A multiple of an objective.
    case weighted(Float, Objective)
    /// The sum of objectives.
    case plus([Objective])
    /// An objective with a name of its own, which labels its picture.
    case named(String, Objective)
}

extension Objective {
    /// A single objective of any kind, not a combination of others.
    public struct Summand: Hashable, Sendable {
        let kind: any ObjectiveKind

        /// Returns whether both are of the same kind and equal.
        public static func == (left: Summand, right: Summand) -> Bool {
            AnyHashable(left.kind) == AnyHashable(right.kind)
        }

        /// Hashes the kind's values.
        public func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(kind)) }

        /// The target whose activation, averaged or summed, is the value; nil if the value is anything else.
        package var activationTarget: Target? { kind.isActivation ? kind.targets.first : nil }

        /// The measure by which it compares its target with a photograph; nil if it does not.
        package var likeness: Likeness? { (kind as? LikenessObjective)?.likeness }

        /// Whether it depends on the activations of one picture alone, and does not imitate a set of photographs.
        package var isActivationPart: Bool { kind.isActivationPart }
    }

    init(_ kind: some ObjectiveKind) { self = .summand(Summand(kind: kind)) }
}

extension Objective {
    /// The kinds of all summands, in the order of the formula.
    private var kinds: [any ObjectiveKind] {
        switch self {
        case .summand(let summand): [summand.kind]
        case .weighted(_, let objective), .named(_, let objective): objective.kinds
        case .plus(let objectives): objectives.flatMap(\.kinds)
        }
    }

    /// Every target, in the order of the formula.
    public var targets: [Target] { kinds.flatMap(\.targets) }

    /// The addresses of the layers that the objective reads, without duplicates, in the order of the formula.
    public var layers: [String] {
        var seen = Set<String>()
        return targets.map(\.layer).filter { seen.insert($0).inserted }
    }

    /// Every photograph that the objective compares with and the target of the comparison, in the order of the formula.
    public var references: [(photograph: PhotographReference, target: Target)] {
        kinds.flatMap { kind in kind.targets.flatMap { target in kind.photographs.map { ($0, target) } } }
    }

    /// Whether the objective reads other pictures of its sheet.
    package var comparesPictures: Bool {
        kinds.contains { if case .sheet = $0.source { true } else { false } }
    }

    /// Returns the same formula with other targets.
    package func mapTargets(_ change: (Target) -> Target) -> Objective {
        switch self {
        case .summand(let summand): .summand(Summand(kind: summand.kind.mapTargets(change)))
        case .weighted(let weight, let objective): .weighted(weight, objective.mapTargets(change))
        case .plus(let objectives): .plus(objectives.map { $0.mapTargets(change) })
        case .named(let name, let objective): .named(name, objective.mapTargets(change))
        }
    }

    /// Returns the objective with every mean over a target replaced by another objective of that target.
    func replacingMeans(_ replacement: (Target) -> Objective) -> Objective {
        switch self {
        case .summand(let summand): (summand.kind as? MeanObjective).map { replacement($0.target) } ?? self
        case .weighted(let factor, let objective): factor * objective.replacingMeans(replacement)
        case .plus(let objectives): .plus(objectives.map { $0.replacingMeans(replacement) })
        case .named(let name, let objective): .named(name, objective.replacingMeans(replacement))
        }
    }
}
