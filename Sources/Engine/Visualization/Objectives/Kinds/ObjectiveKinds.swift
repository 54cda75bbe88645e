/// All kinds of objectives.
enum ObjectiveKinds {
    /// Every kind, in the order in which a recipe's reader looks for them.
    static let all: [any ObjectiveKind.Type] = [
        MeanObjective.self, SumObjective.self, L1Objective.self, MeanSquareObjective.self, DirectionObjective.self,
        LikenessObjective.self, DistributionObjective.self, DiversityObjective.self, AlignmentObjective.self,
        TextObjective.self, TotalVariationObjective.self, PictureNormObjective.self,
    ]
}
