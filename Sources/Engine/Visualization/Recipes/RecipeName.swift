import Images
import Models
import Platform

/// The named recipes: those of the literature, and our own.
public enum RecipeName: String, CaseIterable, Sendable {
    /// Our own: coarse to fine under random transforms, which leave only what a person can recognize. See
    /// ``VitrineRecipe``.
    case vitrine
    /// The recipe of the article *Transformer and Mixer Features*, made robust. See ``ArticleRecipe``.
    case article
    /// The same recipe as published, with its quirks. See ``FaithfulArticleRecipe``.
    case faithfulArticle
    /// The recipe of *Feature Visualisation for Transformers (a first attempt)*. See ``FirstAttemptRecipe``.
    case firstAttempt
    /// Lucid's defaults, made for convolutional networks. See ``LucidRecipe``.
    case lucid
    /// Phases with fixed magnitudes, Fel et al. 2023. See ``MacoRecipe``.
    case maco
    /// Ghiasi et al. 2022, *What do Vision Transformers Learn?* See ``ViTVisualizationRecipe``.
    case vitVisualization
    /// Ghiasi et al. 2021, *Plug-In Inversion*. See ``PlugInRecipe``.
    case plugIn

    /// Gorgun et al. 2025, *VITAL*: activations distributed as on photographs. See ``VitalRecipe``.
    ///
    /// The term that it matches, ``Objective/vital(_:like:model:depth:)``, must be part of the objectives.
    case vital

    /// The recipes that need nothing besides the model: ``vital`` alone needs photographs to compare with.
    package static let withoutReferences = allCases.filter { $0 != .vital }

    /// One line on what it does.
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

    /// The reason to choose it, in a line that follows a colon.
    public var purpose: String {
        switch self {
        case .vitrine: "recognizable pictures, quickly"
        case .article: "the pictures of Transformer and Mixer Features (Badger), for any target of any model"
        case .faithfulArticle: "the same article's pictures exactly as published, for comparison"
        case .firstAttempt: "a quick, small, rough look, as in Feature Visualisation for Transformers (2025)"
        case .lucid: "comparison with pictures of convolutional networks, most of which were made this way"
        case .maco: "large pictures with natural contrast, best for large models (Fel et al. 2023)"
        case .vitVisualization: "comparison with Ghiasi et al. 2022, for neurons after the activation function"
        case .plugIn: "classes, from a small picture to a large one (Ghiasi et al. 2021)"
        case .vital:
            "pictures that resemble photographs of a folder: `.vital(references: \"folder\")` (Gorgun et al. 2025)"
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

/// A named recipe: its stages for a model, and its changes to objectives.
protocol NamedRecipe {
    /// Returns the stages for pictures as published, for a model whose input is `input`.
    ///
    /// - Parameter isClass: whether the objectives are logits.
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage]

    /// Returns one of these stages as it is for a model.
    static func stage(_ stage: RenderStage, in subject: any RenderSubject) -> RenderStage

    /// Returns the objective to maximize if `objective` is asked for.
    static func objective(_ objective: Objective) -> Objective

    /// Returns the factor for the optimizers' rates if `steps` are asked for instead of the recipe's `own`.
    static func rateFactor(steps: Int, of own: Int) -> Float
}

extension NamedRecipe {
    static func stage(_ stage: RenderStage, in subject: any RenderSubject) -> RenderStage { stage }
    static func objective(_ objective: Objective) -> Objective { objective }
    static func rateFactor(steps: Int, of own: Int) -> Float { 1 }
}

extension Recipe {
    /// The number of times that the default recipe starts a picture whose target does not respond.
    public static let defaultStarts = 4

    /// Creates the recipe of a name.
    ///
    /// - Parameters:
    ///   - name: the recipe.
    ///   - objectives: the objectives, one for each picture; the recipe may add its own terms.
    ///   - subject: the model.
    ///   - seeds: one for each picture.
    ///   - width: the width of the finished pictures in pixels; the recipe's own if nil. Earlier stages are scaled
    ///     likewise.
    ///   - height: their height, likewise.
    ///   - steps: the number of steps of all stages together; the recipe's own if nil. If there are fewer than stages, the
    ///     first stages are omitted.
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
            stages: name.procedure.stages(for: subject.inputSize, isClass: isClass).map {
                name.procedure.stage($0, in: subject)
            })
        inputSize = subject.requestedSize
        modelSettings = subject.settings.ifAny
        interventions = subject.interventions
        if name == .vitrine { starts = Self.defaultStarts }
        resize(width: width, height: height, input: subject.inputSize)
        if let steps { distribute(steps: steps, rateFactor: name.procedure.rateFactor(steps: steps, of: totalSteps)) }
    }

    /// Creates the recipe of a name with the size of the finished pictures as one value; the recipe's own if nil.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public init(
        _ name: RecipeName, for objectives: [Objective], in subject: any RenderSubject, seeds: [UInt64],
        size: PixelSize?, steps: Int? = nil
    ) throws(EngineError) {
        try self.init(
            name, for: objectives, in: subject, seeds: seeds, width: size?.width, height: size?.height, steps: steps)
    }

    /// Makes the finished pictures `width` × `height`, and scales those of earlier stages likewise.
    ///
    /// If the model sees a window, no stage is made smaller than that.
    private mutating func resize(width: Int?, height: Int?, input: PixelSize) {
        guard width != nil || height != nil else { return }
        let last = lastStage
        let (newWidth, newHeight) = (width ?? height ?? last.width, height ?? width ?? last.height)
        guard min(newWidth, newHeight) >= Self.smallestSide, max(newWidth, newHeight) <= 1 << 20 else {
            // Set unchanged, for the validation to report.
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

    /// Gives each stage its share of `steps`; if there are fewer steps than stages, the first stages are omitted.
    ///
    /// - Parameter rateFactor: the factor for the rates.
    private mutating func distribute(steps: Int, rateFactor: Float) {
        // An invalid number is left for the validation to report, and not divided.
        let places = steps > Self.mostSteps ? 1 : max(steps, 1)
        stages = stages.suffix(places).map { stage in
            var stage = stage
            stage.procedure.optimizer = stage.procedure.optimizer.scalingRate(by: rateFactor)
            return stage
        }
        // A single stage reports an invalid number of steps itself.
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
