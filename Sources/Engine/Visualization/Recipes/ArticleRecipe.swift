import Images

/// The procedure of the article *Transformer and Mixer Features*: the whole picture at the model's size, then random
/// windows of pictures two and a half times as large, each step's picture blurred less and less.
///
/// The article's rates suit only its own loss, twenty times a sum over all patches. Here the gradient is divided by its
/// standard deviation, so that the rates suit any target of any model; the picture is limited to 0…1, and the model
/// sees it normalized. ``FaithfulArticleRecipe`` does what the article did.
///
/// Source: the code of the article's author: three stages of 100 steps, 224 px whole, 560 and 600 px by windows.
enum ArticleRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let rates: [Schedule] = [
            Schedule(from: 0.05, to: 0.04), Schedule(from: 0.04, to: 0.03), Schedule(from: 0.03, to: 0.01),
        ]
        return zip(ArticleStages.features(input), rates).map { stage, rate in
            ArticleStages.stage(
                stage, start: .evenNoise(lower: 0.5, upper: 0.6), taps: 3,
                optimizer: .ascent(rate: rate, normalization: .deviation), isFaithful: false)
        }
    }

    /// Replaces means by the article's loss: the distance to a large constant.
    static func objective(_ objective: Objective) -> Objective {
        objective.replacingMeans { .l1($0, to: 200) }
    }
}

/// The article's procedure as published: plain gradients of 20 · Σ (200 − a) without bars, no normalization of the
/// picture before the model, and no limit to its values.
///
/// For a class: noise around .7, two stages with a wide kernel first, and 10 · (200 − logit).
enum FaithfulArticleRecipe: NamedRecipe {
    static func stages(for input: PixelSize, isClass: Bool) -> [RenderStage] {
        let rates: [Schedule] =
            isClass
            ? [Schedule(from: 2.5, to: 1.5), Schedule(from: 1.5, to: 0.3)]
            : [Schedule(from: 0.5, to: 0.4), Schedule(from: 0.4, to: 0.3), Schedule(from: 0.3, to: 0.2)]
        let start = isClass ? PictureStart.noise(mean: 0.7, deviation: 0.05) : .evenNoise(lower: 0.5, upper: 0.6)
        let sizes = isClass ? ArticleStages.classes(input) : ArticleStages.features(input)
        return zip(sizes, rates).map { stage, rate in
            ArticleStages.stage(
                stage, start: start, taps: isClass ? 17 : 3, optimizer: .ascent(rate: rate, normalization: .none),
                isFaithful: true)
        }
    }

    /// Replaces means by twenty times the sum, which has the gradient of the article's loss: the constant has none.
    static func objective(_ objective: Objective) -> Objective { objective.replacingMeans { 20 * .sum($0) } }
}

/// The article's stages, scaled to a model's input.
private struct ArticleStages {
    let width: Int
    let height: Int
    let steps: Int
    let blur: Schedule
    let seesWindow: Bool

    static func features(_ input: PixelSize) -> [ArticleStages] {
        [
            Self(input, side: 224, steps: 100, blur: Schedule(from: 2.4, to: 0.8), seesWindow: false),
            Self(input, side: 560, steps: 100, blur: Schedule(from: 1.5, to: 0.4), seesWindow: true),
            Self(input, side: 600, steps: 100, blur: Schedule(from: 1.1, to: 0.3), seesWindow: true),
        ]
    }

    static func classes(_ input: PixelSize) -> [ArticleStages] {
        [
            Self(input, side: 224, steps: 220, blur: Schedule(from: 2.4, to: 0.8), seesWindow: false),
            Self(input, side: 600, steps: 500, blur: Schedule(from: 1.5, to: 0.4), seesWindow: true),
        ]
    }

    private init(_ input: PixelSize, side: Int, steps: Int, blur: Schedule, seesWindow: Bool) {
        width = input.width * side / 224
        height = input.height * side / 224
        self.steps = steps
        self.blur = blur
        self.seesWindow = seesWindow
    }

    static func stage(
        _ stage: ArticleStages, start: PictureStart, taps: Int, optimizer: Optimizer, isFaithful: Bool
    ) -> RenderStage {
        RenderStage(
            width: stage.width, height: stage.height, steps: stage.steps,
            procedure: Procedure(
                parameterization: .pixels(start: start, color: Color(space: .rgb, bound: .none)),
                sight: stage.seesWindow ? .window : .whole, transforms: [], optimizer: optimizer,
                corrections: [.blur(deviation: stage.blur, size: taps)]
                    + (isFaithful ? [] : [.clamp(lower: 0, upper: 1)]),
                skipsNormalization: isFaithful))
    }
}
