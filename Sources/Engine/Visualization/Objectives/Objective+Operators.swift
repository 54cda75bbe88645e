extension Objective {
    /// Returns the sum of both.
    public static func + (left: Objective, right: Objective) -> Objective {
        .plus(left.summands + right.summands)
    }

    /// Returns the difference of both.
    public static func - (left: Objective, right: Objective) -> Objective { left + -1 * right }

    /// Returns the negative, which is maximized where `objective` is smallest.
    public static prefix func - (objective: Objective) -> Objective { -1 * objective }

    /// Returns a multiple.
    public static func * (factor: Float, objective: Objective) -> Objective {
        if case .weighted(let inner, let rest) = objective { return .weighted(factor * inner, rest) }
        return .weighted(factor, objective)
    }

    /// Returns a multiple.
    public static func * (objective: Objective, factor: Float) -> Objective { factor * objective }

    /// Returns a fraction.
    public static func / (objective: Objective, divisor: Float) -> Objective { (1 / divisor) * objective }

    /// Returns a multiple.
    public static func * (factor: Int, objective: Objective) -> Objective { Float(factor) * objective }

    /// Returns a multiple.
    public static func * (objective: Objective, factor: Int) -> Objective { Float(factor) * objective }

    /// Returns a fraction.
    public static func / (objective: Objective, divisor: Int) -> Objective { objective / Float(divisor) }

    /// Returns the objective with a name of its own.
    public func named(_ name: String) -> Objective { .named(name, self) }

    private var summands: [Objective] {
        if case .plus(let objectives) = self { return objectives }
        return [self]
    }
}
