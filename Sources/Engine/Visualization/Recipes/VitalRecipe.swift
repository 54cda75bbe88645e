import Images

/// VITAL: a picture whose activations have the distribution of those on photographs that activate the target, at four
/// depths.
///
/// It does not maximize an activation: the photographs show what a picture of the target is like, and the picture is
/// optimized for the same values in each feature, regardless of position. ``Objective/distribution(_:like:)`` is the
/// objective at each depth. The paper weighs features by their relevance for the target; here all have the same weight,
/// and the target itself is maximized too, so that it is not lost among them.
///
/// Source: Gorgun, Schiele, Fischer 2025, arXiv:2503.22399. Depths, optimizer, jitter and flips are the paper's. Rate
/// and noise are a fifth of the paper's, since values are in 0…1 here instead of normalized, and the weight of the
/// variation is that for ViT-L/16: with less the picture stays noisy.
enum VitalRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let procedure = Procedure(
            parameterization: .pixels(
                start: .noise(mean: 0.5, deviation: 0.05), color: Color(space: .rgb, bound: .none)),
            transforms: [.shift(pixels: Float(input.shorterSide) * 30 / 224), .flip],
            optimizer: .adam(
                rate: Schedule(from: 0.05, to: 0, shape: .cosine), beta1: 0.5, beta2: 0.9, epsilon: 1e-8),
            corrections: [.clamp(lower: 0, upper: 1)])
        return [RenderStage(width: input.width, height: input.height, steps: 2000, procedure: procedure)]
    }

    /// Returns the paper's blocks: 0, 4, 8, 11 of ViT-B's twelve, 2, 9, 20, 23 of ViT-L's twenty-four, and blocks at
    /// the same relative depths in others.
    static func blocks(of depth: Int) -> [Int] {
        if depth == 24 { return [2, 9, 20, 23] }
        var seen = Set<Int>()
        return [0, 4, 8, 11].map { Int((Double($0) / 11 * Double(depth - 1)).rounded()) }.filter {
            seen.insert($0).inserted
        }
    }
}

extension Objective {
    /// Returns what VITAL maximizes if an objective is asked for.
    ///
    /// - Parameters:
    ///   - objective: the objective that the photographs activate.
    ///   - photographs: the photographs whose activations are matched; the paper takes the 50 strongest.
    ///   - depth: the number of the model's blocks.
    public static func vital(_ objective: Objective, like photographs: PhotographSet, model: String, depth: Int)
        -> Objective
    {
        VitalRecipe.blocks(of: depth).reduce(objective) { sum, block in
            sum + .distribution(Target(model: model, layer: "blocks.\(block)"), like: photographs)
        } - 0.003 * .totalVariation(.norms) - 0.0003 * .pictureNorm(from: 0.5)
    }
}
