import VitrineEngine

/// Steps of the default procedure, a turn at a time, so that another program can take turns with them.
///
/// Standard input has a line for each wish, and each is answered by a line:
///
///     open WEIGHTS LAYER BATCH SIZE   → the operations of one step and the workspace's bytes; SIZE 0: the model's own
///     run SECONDS                     → for each step, at least one: its seconds, and those of the model in it
///     show SECONDS                    → the same with the pictures so far as JPEG after each step, and a third number:
///                                       the seconds that these took
///
/// A batch is a sheet of as many neurons, from the 101st on.
enum Steps {
    static func serve() throws {
        var opened: [String: Model] = [:]
        var wish = readLine()
        while let words = wish?.split(separator: " ").map(String.init), words.count == 5, words[0] == "open",
            let batch = Int(words[3]), let size = Int(words[4])
        {
            let key = words[1] + " " + words[4]
            let model =
                try opened[key] ?? Model.load(words[1], size: size > 0 ? PixelSize(width: size, height: size) : nil)
            opened[key] = model
            wish = try take(of: model, layer: model.layer(words[2]).address, batch: batch)
        }
    }

    /// Takes steps while they are wished for.
    ///
    /// - Returns: the wish that is something else.
    private static func take(of model: Model, layer: String, batch: Int) throws -> String? {
        let plan = try model.plan(layers: [layer], batch: batch, gradient: true)
        let subject = TimedModel(model)
        let renderer = try Renderer(subject: subject, recipe: recipe(model, layer: layer, batch: batch))
        let required = try model.requiredBytes(layers: [layer], batch: batch, gradient: true)
        answer("\(plan.forwardOperationCount + plan.gradientOperationCount) \(required)")

        let cancellation = Cancellation()
        var wish = Turn(readLine())
        var step = Clock()
        guard wish.seconds != nil else { return wish.line }
        _ = subject.takeSeconds()
        _ = try renderer.run(cancellation: cancellation) { progress in
            wish.times += [step.elapsed, subject.takeSeconds()]
            if wish.shows { wish.times.append(secondsToShow(progress)) }
            if wish.isOver {
                answer(wish.times.map { "\($0)" }.joined(separator: " "))
                wish = Turn(readLine())
                if wish.seconds == nil { cancellation.request() }
            }
            step = Clock()
        }
        return wish.line
    }

    private static func secondsToShow(_ progress: RenderProgress) -> Double {
        let clock = Clock()
        for image in progress.snapshot() { _ = try? JPEG.encode(image, quality: 88) }
        return clock.elapsed
    }

    /// The default procedure towards neurons of `layer`, for as many steps as there may be.
    static func recipe(_ model: Model, layer: String, batch: Int = 1, steps: Int = 10_000) -> Recipe {
        let targets = (101..<101 + batch).map { Target(model: model.name, layer: layer, features: .indices([$0])) }
        return Recipe(
            model: model.name, weightsHash: "", objectives: targets.map { .mean($0) }, seed: 1,
            width: model.inputSize.width, height: model.inputSize.height, steps: steps,
            procedure: .vitrine(inputSize: model.inputSize.width))
    }
}

/// A wish for steps, and what has been measured of them.
private struct Turn {
    let line: String?
    /// How long to go on; nil where the line wishes for something else.
    let seconds: Double?
    let shows: Bool
    var times: [Double] = []
    private let clock = Clock()

    init(_ line: String?) {
        self.line = line
        let words = line?.split(separator: " ") ?? []
        let wishesSteps = words.count == 2 && (words[0] == "run" || words[0] == "show")
        seconds = wishesSteps ? Double(words[1]) : nil
        shows = words.first == "show"
    }

    var isOver: Bool { clock.elapsed >= seconds ?? 0 }
}
