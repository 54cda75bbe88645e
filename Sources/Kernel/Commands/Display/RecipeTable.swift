import VitrineEngine

/// A table of a recipe: a row for each part that affects the picture.
struct RecipeTable {
    /// The recipe.
    let recipe: Recipe
    /// The objectives in words, with the names of the model's classes.
    let objectives: [String]

    /// The rows with their heading.
    var table: Table {
        let stages = recipe.stages
        let rows = [
            [
                "model",
                "\(recipe.model), weights \(recipe.weightsHash.prefix(12))…"
                    + (recipe.inputSize.map { ", input \($0.shortWords)" } ?? "")
                    + (recipe.modelSettings?.arguments ?? ""),
            ],
            ["objective", objectives.joined(separator: "; ")],
            ["size", recipe.lastStage.size.words],
            ["steps", "\(recipe.totalSteps)" + (recipe.stopAfter.map { ", stopped after \($0)" } ?? "")],
            ["seed", Set(recipe.seeds).sorted().map { "\(Int64(bitPattern: $0))" }.joined(separator: ", ")],
        ]
        guard stages.count > 1 else {
            return Table(headings: ["recipe", ""], rows: rows + Self.rows(recipe.lastStage.procedure), codeColumns: [])
        }
        let numbered = stages.enumerated().flatMap { index, stage in
            [
                [
                    "stage \(index + 1)",
                    "\(stage.steps) step\(stage.steps == 1 ? "" : "s") at \(stage.width) × \(stage.height) px",
                ]
            ]
                + Self.rows(stage.procedure, after: index > 0 ? stages[index - 1].procedure : nil)
        }
        return Table(headings: ["recipe", ""], rows: rows + numbered, codeColumns: [])
    }

    /// Returns a row for each part of a procedure; of a later stage, for each part that differs from the previous
    /// stage's.
    private static func rows(_ procedure: Procedure, after previous: Procedure? = nil) -> [[String]] {
        let parts = rows(whole: procedure, start: previous == nil)
        guard let previous else { return parts }
        let known = rows(whole: previous, start: false)
        return parts.filter { !known.contains($0) }
    }

    private static func rows(whole procedure: Procedure, start: Bool) -> [[String]] {
        let transforms = procedure.transforms.map(words)
        var rows = [
            ["parameterization", words(procedure.parameterization, start: start)],
            ["transforms", transforms.isEmpty ? "none" : transforms.joined(separator: "; ")],
        ]
        if procedure.sight == .window { rows.append(["the model sees", "a window at a random place"]) }
        if procedure.copies > 1 { rows.append(["copies a step", "\(procedure.copies)"]) }
        if procedure.branchGradient != 1 {
            rows.append(["branch gradients", "× \(number(procedure.branchGradient))"])
        }
        rows.append(["optimizer", words(procedure.optimizer)])
        if !procedure.corrections.isEmpty {
            rows.append(["after each step", procedure.corrections.map(words).joined(separator: "; ")])
        }
        if procedure.skipsNormalization { rows.append(["normalization", "left out"]) }
        if procedure.keepsBest { rows.append(["picture kept", "the best step's"]) }
        return rows
    }

    private static func words(_ correction: Correction) -> String {
        switch correction {
        case .blur(let deviation, _): "blur of \(words(deviation)) px"
        case .clamp(let lower, let upper): "values kept in \(number(lower)) to \(number(upper))"
        }
    }

    /// Describes a parameterization.
    ///
    /// - Parameter start: whether to include the start, which only matters in the first stage.
    private static func words(_ parameterization: Parameterization, start: Bool) -> String {
        guard start else {
            return switch parameterization {
            case .pixels(_, let color): "pixels; \(words(color))"
            case .phase(_, _, let color): "phases of waves; \(words(color))"
            case .fourier(_, let decay, let color, _, _, _):
                "waves (Fourier), weaker with frequency to the power \(number(decay)); \(words(color))"
            }
        }
        return switch parameterization {
        case .pixels(let start, let color):
            "pixels, from \(words(start)); \(words(color))"
        case .phase(_, let contrast, let color):
            "phases of waves as strong as in natural pictures (MACO), contrast \(number(contrast)); \(words(color))"
        case .fourier(let deviation, let decay, let color, let start, let keepsMean, let longestWave):
            "waves (Fourier), from \(start.map { words($0) + " and " } ?? "")noise of deviation \(number(deviation)), "
                + "weaker with frequency to the power \(number(decay))"
                + (longestWave.map { ", none stronger than a wave of \(number($0)) px" } ?? "")
                + (keepsMean == true ? ", the mean kept; " : "; ")
                + words(color)
        }
    }

    private static func words(_ start: PictureStart) -> String {
        switch start {
        case .noise(let mean, let deviation): "noise around \(number(mean)) of deviation \(number(deviation))"
        case .evenNoise(let lower, let upper): "even noise from \(number(lower)) to \(number(upper))"
        case .gray(let level): "gray \(number(level))"
        case .photograph(let photograph, let headroom):
            "the photograph “\(photograph.name)”"
                + (headroom.map { " with its tones drawn in by \(number($0)) at both ends" } ?? "")
        }
    }

    private static func words(_ color: Color) -> String {
        let space =
            switch color.space {
            case .rgb: "red, green and blue"
            case .decorrelated: "decorrelated color"
            }
        return switch color.bound {
        case .sigmoid: "\(space), kept in range by a sigmoid"
        case .none: space
        }
    }

    private static func words(_ transform: Transform) -> String {
        switch transform {
        case .pad(let pixels, let value): "padding of \(pixels) px, value \(number(value))"
        case .jitter(let pixels): "jitter of \(pixels) px"
        case .roll(let pixels): "roll by up to \(pixels) px, round the edges"
        case .flip: "mirror every other time"
        case .shift(let pixels): "shift by up to \(number(pixels)) px"
        case .scale(let factor): "enlarge by a factor of \(words(factor))"
        case .crop(let part): "part of \(words(part)) of the picture, anywhere in it"
        case .view(let part): "view of \(words(part)) of the picture"
        case .rotate(let degrees): "turn by \(words(degrees, unit: "°"))"
        case .blur(let deviation, _): "blur of \(words(deviation)) px"
        case .colorShift(let gain, let offset):
            "color times e^±\(number(gain)) and ±\(number(offset))"
        case .noise(let deviation): "noise of deviation \(words(deviation))"
        case .channelNoise(let deviation): "noise of each color channel, deviation \(words(deviation))"
        case .clamp(let lower, let upper): "values kept in \(number(lower)) to \(number(upper))"
        }
    }

    private static func words(_ optimizer: Optimizer) -> String {
        switch optimizer {
        case .adam(let rate, let beta1, let beta2, _):
            "Adam, rate \(words(rate)), β₁ \(number(beta1)), β₂ \(number(beta2))"
        case .nadam(let rate, let beta1, let beta2, _):
            "NAdam, rate \(words(rate)), β₁ \(number(beta1)), β₂ \(number(beta2))"
        case .ascent(let rate, let normalization): "steps along \(words(normalization)), rate \(words(rate))"
        case .momentum(let rate, let decay, let normalization):
            "steps along \(words(normalization)) with momentum \(number(decay)), rate \(words(rate))"
        }
    }

    private static func words(_ normalization: GradientNormalization) -> String {
        switch normalization {
        case .none: "the gradient"
        case .length: "the gradient divided by its length"
        case .deviation: "the gradient divided by its deviation"
        }
    }

    private static func words(_ schedule: Schedule) -> String {
        guard schedule.start != schedule.end else { return number(schedule.start) }
        let way =
            switch schedule.shape {
            case .linear: "evenly"
            case .cosine: "along a cosine"
            }
        return "\(number(schedule.start)) to \(number(schedule.end)) \(way)"
    }

    private static func words(_ distribution: Distribution, unit: String = "") -> String {
        switch distribution {
        case .uniform(let lower, let upper): "\(number(lower))\(unit) to \(number(upper))\(unit)"
        case .oneOf(let values) where values.count == 1: "\(number(values[0]))\(unit)"
        case .oneOf(let values):
            "\(number(values.min() ?? 0))\(unit) to \(number(values.max() ?? 0))\(unit), one of \(values.count) values"
        }
    }

    /// Formats a number with at most four decimals and no trailing zeros: "13.7143", "0.05", "-15".
    private static func number(_ value: Float) -> String {
        guard value.isFinite, value == 0 || (1e-4..<1e9).contains(value.magnitude) else { return "\(value)" }
        var text = Double(value).formatted(digits: 4)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }
}
