import Cells
import VitrineEngine

/// The arguments of `render` that change a named recipe: the parameterization and its start, the transforms, the
/// optimizer and the stages.
enum RecipeOptions {
    /// What the picture starts from.
    private enum Start {
        case noise
        case gray
        case photograph(Photograph)
    }

    private static let start = Argument<Start?>(
        "from", .optional(.oneOf([.symbol(["noise", "gray"]), .object(.image)])), default: .nothing,
        summary: "what the picture starts from: `.noise`, `.gray`, or a photograph"
    ) { value in
        if case .symbol(let symbol) = value { return .some(symbol.name == "gray" ? .gray : .noise) }
        return .some(Photograph.read(value).map { .photograph($0) })
    }
    private static let kind = Argument<Value?>(
        "madeOf", type: .optional(PictureKind.type), default: nil,
        summary: "how the picture is parameterized: `.pixels`, `.waves(decay: 1.25)` or `.phases` (MACO)")
    private static let transforms = Argument<[Value]?>(
        "transforms", type: .optional(.list(.symbol([]))), default: nil,
        summary: "the transforms applied at each step, in order: `[.shift(24), .rotate(15), .noise(0.1)]`")
    private static let optimizer = Argument<Value?>(
        "optimizer", type: .optional(OptimizerChoice.type), default: nil,
        summary: "the optimizer: `.adam(rate: 0.05, to: 0.005)`")
    private static let copies = Argument<Int?>(
        "copies", default: nil,
        summary: "how many copies of the picture go through the model in a step, each transformed on its own")
    private static let branchGradient = Argument<Double?>(
        "branchGradient", default: nil,
        summary:
            "the factor of gradients through attention and MLPs, against those past them; 1 for the gradient as it is, "
            + "as in mixers by default")
    private static let sizes = Argument<[Int]?>(
        "sizes", default: nil,
        summary:
            "coarse to fine: the picture's longer side in each stage, instead of the recipe's own; the stages share the steps"
    )
    private static let window = Argument<Bool?>(
        "window", default: nil,
        summary: "whether the model sees a window of a larger picture at a random place")
    private static let best = Argument<Bool?>(
        "best", default: nil, summary: "whether to keep the picture of the best step")

    /// The declarations of the arguments.
    static let arguments: [any ArgumentKey] = [
        start, kind, transforms, optimizer, copies, branchGradient, sizes, window, best,
    ]

    /// Applies the arguments of a call to a recipe.
    ///
    /// - Parameter input: the size of the model's input.
    /// - Returns: the photographs that the picture starts from: one, or none.
    static func apply(_ arguments: Arguments, to recipe: inout Recipe, input: PixelSize) throws -> [Image] {
        var photographs: [Image] = []
        var stages = recipe.stages
        let start = try start(arguments[start], &photographs)
        let transforms = try arguments[transforms]?.map(transform)
        let optimizer = try arguments[optimizer].map(optimizer(of:))
        for index in stages.indices {
            var procedure = stages[index].procedure
            if let parameterization = try parameterization(arguments[kind], procedure.parameterization) {
                procedure.parameterization = parameterization
                if case .pixels = parameterization {} else { procedure.corrections = [] }
            }
            if let start { procedure.parameterization = try started(procedure.parameterization, from: start) }
            procedure.transforms = transforms ?? procedure.transforms
            procedure.optimizer = optimizer ?? procedure.optimizer
            procedure.copies = arguments[copies] ?? procedure.copies
            procedure.branchGradient = arguments[branchGradient].map { Float($0) } ?? procedure.branchGradient
            procedure.keepsBest = arguments[best] ?? procedure.keepsBest
            if let window = arguments[window] { procedure.sight = window ? .window : .whole }
            if procedure.sight == .window, index < stages.count - 1 {
                stages[index].width = max(stages[index].width, input.width)
                stages[index].height = max(stages[index].height, input.height)
            }
            stages[index].procedure = procedure
        }
        recipe.stages = stages
        if !stages.allSatisfy(\.procedure.parameterization.canCarryOn) { recipe.joinStages() }
        if let sizes = arguments[sizes] {
            let sides = sizes.map { input.scaled(toLongerSide: $0) }
            try share(sides, in: &recipe, arguments)
        }
        return photographs
    }

    /// Gives the recipe a stage for each size, which share the steps evenly. Each takes the procedure of the recipe's
    /// own stage at the same position.
    private static func share(_ sizes: [PixelSize], in recipe: inout Recipe, _ arguments: Arguments) throws {
        let (steps, count, own) = (recipe.totalSteps, sizes.count, recipe.stages)
        // The validation reports a number that is too large.
        guard steps <= Recipe.mostSteps else { return }
        guard !sizes.isEmpty, steps >= count else {
            throw arguments.complaint(
                about: Self.sizes,
                sizes.isEmpty
                    ? "The list of sizes is empty." : "\(sizes.count) stages need at least \(sizes.count) steps.")
        }
        recipe.stages = sizes.enumerated().map { index, size in
            RenderStage(
                width: size.width, height: size.height, steps: steps * (index + 1) / count - steps * index / count,
                procedure: own[((index + 1) * own.count - 1) / count].procedure)
        }
    }

    private static func start(_ chosen: Start?, _ photographs: inout [Image]) throws -> PictureStart? {
        switch chosen {
        case nil: return nil
        case .gray: return .gray(level: 0.5)
        case .noise: return .noise(mean: 0, deviation: 0.1)
        case .photograph(let photograph):
            let (reference, image) = try photograph.reference
            photographs.append(image)
            return .photograph(reference)
        }
    }

    private static func started(
        _ parameterization: Parameterization, from start: PictureStart
    ) throws -> Parameterization {
        switch parameterization {
        case .pixels(_, let color): return .pixels(start: start, color: color)
        case .fourier(let deviation, let decay, let color, _, let keepsMean, let longestWave):
            // Waves start from noise of their own.
            if case .noise = start { return parameterization }
            return .fourier(
                deviation: deviation, decay: decay, color: color, start: start, keepsMean: keepsMean,
                longestWave: longestWave)
        case .phase:
            if case .noise = start { return parameterization }
            throw CellError(
                .wrongArgument, "Phases (MACO) start from noise. Choose `madeOf: .waves` to start from something else.")
        }
    }

    private static func parameterization(
        _ value: Value?, _ current: Parameterization
    ) throws -> Parameterization? {
        guard let value else { return nil }
        let part = try RecipePart<PictureKind>(value)
        switch part.choice {
        case .pixels: return .pixels(start: current.start ?? .noise(mean: 0, deviation: 0.1), color: Color())
        case .phases: return .maco
        case .waves:
            let start: PictureStart? = if case .photograph = current.start { current.start } else { nil }
            return .fourier(
                deviation: 0.01, decay: try part.number(.decay) ?? 1.25, color: Color(), start: start)
        }
    }

    private static func transform(_ value: Value) throws -> Transform {
        let part = try RecipePart<TransformChoice>(value)
        switch part.choice {
        case .pad: return .pad(pixels: try part.whole(0), value: 0.5)
        case .jitter: return .jitter(pixels: try part.whole(0))
        case .shift: return .shift(pixels: try part.number(0))
        case .roll: return .roll(pixels: try part.whole(0))
        case .flip: return .flip
        case .scale: return .scale(factor: .uniform(lower: try part.number(0), upper: try part.number(1)))
        case .crop: return .crop(part: .uniform(lower: try part.number(0), upper: try part.number(1)))
        case .view: return .view(part: .uniform(lower: try part.number(0), upper: try part.number(1)))
        case .rotate:
            let degrees = try part.number(0)
            return .rotate(degrees: .uniform(lower: -degrees, upper: degrees))
        case .blur:
            let deviation = try part.schedule(0)
            let reach = Int((3 * max(deviation.start, deviation.end)).rounded(.up).clamped(to: 1...127))
            return .blur(deviation: deviation, size: try part.whole(.size) ?? 2 * reach + 1)
        case .colorShift:
            return .colorShift(gain: try part.number(.gain) ?? 0.5, offset: try part.number(.offset) ?? 0.5)
        case .noise: return .noise(deviation: try part.schedule(0))
        case .channelNoise: return .channelNoise(deviation: try part.schedule(0))
        case .clamp: return .clamp(lower: try part.number(0), upper: try part.number(1))
        }
    }

    private static func optimizer(of value: Value) throws -> Optimizer {
        let part = try RecipePart<OptimizerChoice>(value)
        switch part.choice {
        case .adam: return .adam(rate: try part.rate(default: 0.05))
        case .nadam: return .nadam(rate: try part.rate(default: 0.05))
        case .ascent: return .ascent(rate: try part.rate(default: 0.1), normalization: .deviation)
        case .momentum:
            return .momentum(
                rate: try part.rate(default: 0.1), decay: try part.number(.decay) ?? 0.9, normalization: .deviation)
        }
    }
}

/// The parameterizations of a picture.
private enum PictureKind: String, RecipeChoice {
    case pixels, waves, phases

    static let words = "kind of picture"

    var form: String {
        switch self {
        case .pixels: ".pixels"
        case .waves: ".waves(decay: 1.25)"
        case .phases: ".phases"
        }
    }
}

/// The transforms of a picture at each step.
private enum TransformChoice: String, RecipeChoice {
    case pad, jitter, shift, roll, flip, scale, view, crop, rotate, blur, colorShift, noise, channelNoise, clamp

    static let words = "transform"

    var form: String {
        switch self {
        case .pad: ".pad(pixels)"
        case .jitter: ".jitter(pixels)"
        case .shift: ".shift(pixels)"
        case .roll: ".roll(pixels)"
        case .flip: ".flip"
        case .scale: ".scale(from, to)"
        case .view: ".view(from, to)"
        case .crop: ".crop(from, to)"
        case .rotate: ".rotate(degrees)"
        case .blur: ".blur(deviation, to:, size:)"
        case .colorShift: ".colorShift(gain:, offset:)"
        case .noise: ".noise(deviation, to:)"
        case .channelNoise: ".channelNoise(deviation, to:)"
        case .clamp: ".clamp(lower, upper)"
        }
    }
}

/// The optimizers.
private enum OptimizerChoice: String, RecipeChoice {
    case adam, nadam, ascent, momentum

    static let words = "optimizer"

    var form: String {
        switch self {
        case .adam: ".adam(rate: 0.05, to: 0.005)"
        case .nadam: ".nadam(rate: 1, to: 0.1)"
        case .ascent: ".ascent(rate: 0.1, to: 0.01)"
        case .momentum: ".momentum(rate: 0.1, to: 0.01, decay: 0.9)"
        }
    }
}

extension Float {
    fileprivate func clamped(to range: ClosedRange<Float>) -> Float {
        isFinite ? min(max(self, range.lowerBound), range.upperBound) : range.lowerBound
    }
}
