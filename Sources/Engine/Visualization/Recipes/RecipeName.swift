import Images
import Models
import Platform

/// The recipes that have a name: those of the literature, and our own.
public enum RecipeName: String, CaseIterable, Sendable {
    /// Our own: coarse to fine under disturbances, which leave what a person can recognize. See ``VitrineRecipe``.
    case vitrine
    /// That of the article *Transformer and Mixer Features*, made robust. See ``ArticleRecipe``.
    case article
    /// The same as it was published, with its quirks. See ``ArticleRecipe``.
    case faithfulArticle
    /// That of *Feature Visualisation for Transformers (a first attempt)*. See ``FirstAttemptRecipe``.
    case firstAttempt
    /// Lucid's defaults, made for convolutional networks. See ``LucidRecipe``.
    case lucid
    /// Phases under fixed magnitudes, Fel et al. 2023. See ``MacoRecipe``.
    case maco
    /// Ghiasi et al. 2022, *What do Vision Transformers Learn?* See ``ViTVisualizationRecipe``.
    case vitVisualization
    /// Ghiasi et al. 2021, *Plug-In Inversion*. See ``PlugInRecipe``.
    case plugIn

    /// Gorgun et al. 2025, *VITAL*: activations distributed as on photographs. See ``VitalRecipe``.
    ///
    /// What it matches, ``Objective/vital(_:like:model:depth:)``, has to be put into the objectives.
    case vital

    /// Those that need nothing beside the model: ``vital`` alone compares with what photographs activate, which somebody
    /// has to name.
    package static let withoutReferences = allCases.filter { $0 != .vital }

    /// One line about it.
    public var summary: String {
        switch self {
        case .vitrine: "coarse to fine with random transforms, which leave what a person recognizes"
        case .article: "Badger, Transformer and Mixer Features: windows of growing pictures, blurred after each step"
        case .faithfulArticle: "the same as published: no normalization, no clamping, plain gradients"
        case .firstAttempt: "Feature Visualisation for Transformers (2025): 128 px, 30 steps, the best one kept"
        case .lucid: "Lucid's defaults, made for convolutional networks"
        case .maco: "natural magnitudes, learned phases (Fel et al. 2023)"
        case .vitVisualization: "color shift, noise and variation (Ghiasi et al. 2022)"
        case .vital: "activations as on photographs: `.vital(references: \"folder\")` (Gorgun et al. 2025)"
        case .plugIn: "coarse to fine with color shift (Ghiasi et al. 2021)"
        }
    }

    var procedure: any NamedRecipe.Type {
        switch self {
        case .vitrine: VitrineRecipe.self
        case .article: ArticleRecipe.self
        case .faithfulArticle: FaithfulArticleRecipe.self
        case .firstAttempt: FirstAttemptRecipe.self
        case .lucid: LucidRecipe.self
        case .maco: MacoRecipe.self
        case .vitVisualization: ViTVisualizationRecipe.self
        case .plugIn: PlugInRecipe.self
        case .vital: VitalRecipe.self
        }
    }
}

/// A recipe that has a name: its stages for a model, and what it makes of objectives.
protocol NamedRecipe {
    /// The stages for pictures as they were published, for a model whose input is `input`.
    ///
    /// - Parameter isClass: whether logits are sought.
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage]

    /// What is maximized where `objective` is asked for.
    static func objective(_ objective: Objective) -> Objective

    /// What the optimizers' rates are multiplied with where `steps` are asked for in place of the recipe's `own`.
    static func pace(steps: Int, of own: Int) -> Float
}

extension NamedRecipe {
    static func objective(_ objective: Objective) -> Objective { objective }
    static func pace(steps: Int, of own: Int) -> Float { 1 }
}

extension Recipe {
    /// How often the default recipe begins a picture whose target does not respond.
    public static let usualStarts = 4

    /// The recipe of a name.
    ///
    /// - Parameters:
    ///   - name: which.
    ///   - objectives: what is asked for, one for each picture; the recipe may add what it always adds.
    ///   - subject: the model.
    ///   - seeds: one for each picture.
    ///   - width: of the finished pictures in pixels; the recipe's own when nil. Earlier stages shrink or grow alike.
    ///   - height: likewise.
    ///   - steps: of all stages together; the recipe's own number when nil. Fewer than there are stages leave the first
    ///     ones out.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public init(
        _ name: RecipeName, for objectives: [Objective], in subject: any RenderSubject, seeds: [UInt64],
        width: Int? = nil, height: Int? = nil, steps: Int? = nil
    ) throws(EngineError) {
        var isClass = !objectives.isEmpty
        for layer in objectives.flatMap(\.layers) {
            if case .vector = try subject.layerShape(layer) { continue }
            isClass = false
        }
        self.init(
            model: subject.name, weightsHash: subject.weightsHash,
            objectives: objectives.map(name.procedure.objective), seeds: seeds,
            stages: name.procedure.stages(for: subject.inputSize, isClass: isClass))
        inputSize = subject.requestedSize
        modelSettings = subject.settings.ifAny
        if name == .vitrine { starts = Self.usualStarts }
        resize(width: width, height: height, input: subject.inputSize)
        if let steps { spread(steps: steps, pace: name.procedure.pace(steps: steps, of: totalSteps)) }
    }

    /// The same with the finished pictures' size as one value; the recipe's own when nil.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public init(
        _ name: RecipeName, for objectives: [Objective], in subject: any RenderSubject, seeds: [UInt64],
        size: PixelSize?, steps: Int? = nil
    ) throws(EngineError) {
        try self.init(
            name, for: objectives, in: subject, seeds: seeds, width: size?.width, height: size?.height, steps: steps)
    }

    /// Makes the finished pictures `width` × `height`, and those of earlier stages larger or smaller alike.
    ///
    /// Where the model sees a window, no stage is made smaller than that.
    private mutating func resize(width: Int?, height: Int?, input: PixelSize) {
        guard width != nil || height != nil else { return }
        let last = lastStage
        let (newWidth, newHeight) = (width ?? height ?? last.width, height ?? width ?? last.height)
        guard min(newWidth, newHeight) >= Self.smallestSide, max(newWidth, newHeight) <= 1 << 20 else {
            // Taken as it is, for the validation to say what is wrong with it.
            lastStage.width = newWidth
            lastStage.height = newHeight
            return
        }
        let (across, down) = (Double(newWidth) / Double(last.width), Double(newHeight) / Double(last.height))
        stages = stages.map { stage in
            var stage = stage
            let smallest = PixelSize(width: Self.smallestSide, height: Self.smallestSide)
            let least = stage.procedure.sight == .window ? input : smallest
            stage.width = max(Int((Double(stage.width) * across).rounded()), least.width)
            stage.height = max(Int((Double(stage.height) * down).rounded()), least.height)
            return stage
        }
    }

    /// Gives each stage its share of `steps`; where there is not one for each, the first stages are left out.
    ///
    /// - Parameter pace: what rates are multiplied with.
    private mutating func spread(steps: Int, pace: Float) {
        // What no render takes is left whole, for the validation to name, and is not reckoned with.
        let places = steps > Self.mostSteps ? 1 : max(steps, 1)
        stages = stages.suffix(places).map { stage in
            var stage = stage
            stage.procedure.optimizer = stage.procedure.optimizer.scalingRate(by: pace)
            return stage
        }
        // A single stage says itself what is wrong with its steps.
        if stages.count == 1 { return lastStage.steps = steps }
        let total = totalSteps
        var given = 0
        var before = 0
        let count = stages.count
        stages = stages.enumerated().map { place, stage in
            before += stage.steps
            // Rounded so that the sum is exact, and at least one step is left for each stage to come.
            let until = min(max(steps * before / max(total, 1), given + 1), steps - (count - 1 - place))
            defer { given = until }
            var stage = stage
            stage.steps = until - given
            return stage
        }
    }
}
