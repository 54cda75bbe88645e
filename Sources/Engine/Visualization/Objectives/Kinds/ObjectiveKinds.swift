/// The kinds of objectives that there are.
enum ObjectiveKinds {
    /// Every kind; a recipe's reader knows these.
    static let all: [any ObjectiveKind.Type] = [
        MeanObjective.self, SumObjective.self, L1Objective.self, MeanSquareObjective.self, DirectionObjective.self,
        LikenessObjective.self, DistributionObjective.self, DiversityObjective.self, AlignmentObjective.self,
        TotalVariationObjective.self, PictureNormObjective.self,
    ]
}
