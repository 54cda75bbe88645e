/// How a photograph is made again.
public struct ReconstructionSettings: Hashable, Sendable {
    /// How many steps there are.
    public var steps: Int
    /// Where the randomness starts.
    public var seed: UInt64
    /// How the picture is sought.
    public var procedure: Procedure
    /// How much of the picture's total variation is subtracted; 0 for none.
    public var totalVariation: Float
    /// Whether the distances are added up over the elements or tokens instead of averaged.
    ///
    /// Only optimizers that divide nothing by the gradient's size see the difference.
    public var sums: Bool

    /// Settings.
    public init(
        steps: Int = 256, seed: UInt64 = 1, procedure: Procedure = .reconstruction, totalVariation: Float = 0,
        sums: Bool = false
    ) {
        self.steps = steps
        self.seed = seed
        self.procedure = procedure
        self.totalVariation = totalVariation
        self.sums = sums
    }
}

extension Procedure {
    /// What makes photographs again well: undisturbed, coarse shapes first.
    public static let reconstruction = Procedure(
        parameterization: .fourier(deviation: 0.01, decay: 1, colour: Colour()), transforms: [],
        optimizer: .adam(rate: Schedule(from: 0.05, to: 0.005, shape: .cosine)))
}
