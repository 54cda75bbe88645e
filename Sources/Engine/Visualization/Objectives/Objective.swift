/// A number made from targets, to be maximised.
///
/// Objectives are values: operators make new ones and change none, so `let b = 2 * a` leaves `a` as it
/// was. There is one sign convention: larger is better, and minimising is maximising the negative.
///
/// Adding a kind: a case here, its term in a file of its own (see ``ObjectiveTerm``), its words in
/// `Objective+Words.swift` and its spelling in `Objective+Coding.swift`.
public indirect enum Objective: Hashable, Sendable {
    /// The mean over the target's tokens and features.
    case mean(Target)
    /// The sum over the target's tokens and features.
    case sum(Target)
    /// A multiple of an objective.
    case weighted(Float, Objective)
    /// The sum of objectives.
    case plus([Objective])
    /// An objective under a name of its own, which labels its picture.
    case named(String, Objective)
}

extension Objective {
    /// The sum of both.
    public static func + (left: Objective, right: Objective) -> Objective {
        .plus(left.summands + right.summands)
    }

    /// The difference of both.
    public static func - (left: Objective, right: Objective) -> Objective { left + -1 * right }

    /// The negative, which is maximised where `objective` is smallest.
    public static prefix func - (objective: Objective) -> Objective { -1 * objective }

    /// A multiple.
    public static func * (factor: Float, objective: Objective) -> Objective {
        if case .weighted(let inner, let rest) = objective { return .weighted(factor * inner, rest) }
        return .weighted(factor, objective)
    }

    /// A multiple.
    public static func * (objective: Objective, factor: Float) -> Objective { factor * objective }

    /// A fraction.
    public static func / (objective: Objective, divisor: Float) -> Objective { (1 / divisor) * objective }

    /// A multiple.
    public static func * (factor: Int, objective: Objective) -> Objective { Float(factor) * objective }

    /// A multiple.
    public static func * (objective: Objective, factor: Int) -> Objective { Float(factor) * objective }

    /// A fraction.
    public static func / (objective: Objective, divisor: Int) -> Objective { objective / Float(divisor) }

    /// The objective under a name of its own.
    public func named(_ name: String) -> Objective { .named(name, self) }

    /// Every target, in the order of the formula.
    public var targets: [Target] {
        switch self {
        case .mean(let target), .sum(let target): [target]
        case .weighted(_, let objective), .named(_, let objective): objective.targets
        case .plus(let objectives): objectives.flatMap(\.targets)
        }
    }

    /// The addresses of the layers that the objective reads, each once, in the order of the formula.
    public var layers: [String] {
        var seen = Set<String>()
        return targets.map(\.layer).filter { seen.insert($0).inserted }
    }

    private var summands: [Objective] {
        if case .plus(let objectives) = self { return objectives }
        return [self]
    }
}
