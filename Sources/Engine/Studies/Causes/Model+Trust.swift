import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Measures whether pictures of an objective are to be trusted, against the photographs of a folder.
    ///
    /// - Parameters:
    ///   - objective: an objective whose targets lie in this model.
    ///   - folder: a folder of PNG and JPEG files, ideally hundreds.
    ///   - encoder: the model whose embedding compares pictures; nil for this model.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with the current work in words, and the share of all work that is done.
    /// - Returns: the report; after an interrupt, what was measured until then.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for settings out of range and for fewer than four
    ///   photographs; ``EngineError/noEmbedding(model:)`` for an encoder without one; ``EngineError/cancelled`` when
    ///   interrupted before the pictures were rendered; the errors of
    ///   ``consistency(of:_:references:photographs:cancellation:progress:)`` and
    ///   ``topImages(in:for:count:by:references:cancellation:progress:)``.
    public func trust(
        _ objective: Objective, in folder: String, _ settings: Trust.Settings = .init(), encoder: Model? = nil,
        references: ReferenceActivations = ReferenceActivations(),
        cancellation: Cancellation = Cancellation(), progress: ((_ words: String, _ share: Double) -> Void)? = nil
    ) throws(EngineError) -> Trust {
        try settings.validate()
        let encoder = encoder ?? self
        guard encoder.graph.layer("embedding") != nil else { throw .noEmbedding(model: encoder.name) }
        let measured = objective.activationPart ?? objective
        let photographs = try scored(measured, references, in: folder, cancellation, progress)
        let study = try consistency(
            of: [objective], .init(runs: settings.runs, seed: settings.seed, steps: settings.steps),
            references: references, cancellation: cancellation
        ) {
            if case .rendering(let render) = $0 {
                progress?(
                    "pictures: step \(render.step)", 0.3 + 0.25 * Double(render.step) / Double(max(render.steps, 1)))
            }
        }
        let count = min(settings.photographs, photographs.entries.count / 2)
        let strong = try images(photographs.entries.prefix(count).map(\.path))
        let runs = study.objectives[0]
        var trust = Trust(
            model: name, label: words(of: objective), rendering: study.rendering, measurements: .init(),
            activations: runs.activations, strongestScores: photographs.entries.prefix(count).map(\.score),
            usual: photographs.entries.reduce(0.0) { $0 + Double($1.score) } / Double(photographs.entries.count),
            strongest: strong, reading: photographs.reading)
        trust.measurements.agreement = runs.score
        guard !study.wasInterrupted else {
            trust.wasInterrupted = true
            return trust
        }
        do throws(EngineError) {
            let pictures = study.rendering.pictures.map(\.image)
            let weak = try images(photographs.entries.suffix(count).map(\.path))
            progress?("the way through the blocks", 0.55)
            let ranks = try blockRanks(of: pictures + strong + weak, cancellation: cancellation)
            trust.measurements.path = path(
                of: ranks[..<pictures.count], strong: ranks[pictures.count..<pictures.count + count],
                weak: ranks[(pictures.count + count)...])
            progress?("pictures of the opposite", 0.65)
            trust.measurements.interpretability = try interpretability(
                measured, references, pictures, photographs.entries, settings, encoder, cancellation)
            progress?("causes", 0.9)
            trust.measurements.causes = try causes(
                measured, references, photographs.entries, pictures, trust, settings, cancellation)
        } catch {
            guard case .cancelled = error else { throw error }
            trust.wasInterrupted = true
        }
        return trust
    }

    private struct Scored {
        let path: String
        let score: Float
    }

    /// Returns the photographs of a folder with the objective's value, the strongest first.
    private func scored(
        _ objective: Objective, _ references: ReferenceActivations, in folder: String, _ cancellation: Cancellation,
        _ progress: ((String, Double) -> Void)?
    ) throws(EngineError) -> (entries: [Scored], reading: FolderReading) {
        var layers = WantedLayers()
        let evaluation = try ObjectiveEvaluation(objective, model: name, references: references, layers: &layers) {
            address throws(EngineError) in try layerShape(address)
        }
        let stream = try PhotographStream(
            of: folder, through: self, layers: layers.addresses, cancellation: cancellation)
        var entries: [Scored] = []
        let reading = try stream.run(progress: {
            progress?("photographs: \($0.done) of \($0.total)", 0.3 * Double($0.done) / Double(max($0.total, 1)))
        }) { photograph, executor, place in
            let score = evaluation.evaluate(on: executor, picture: place, seedsGradient: false)
            if score.isFinite { entries.append(Scored(path: photograph.path, score: score)) }
            return score.isFinite
        }
        if reading.wasInterrupted { throw .cancelled }
        guard entries.count >= Trust.fewestPhotographs else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: "\(entries.count)",
                expected: "\(Trust.fewestPhotographs) or more; hundreds say more than a dozen")
        }
        return (entries.sorted { ($1.score, $0.path) < ($0.score, $1.path) }, reading)
    }

    /// Reads photographs, as the model sees them.
    package func images(_ paths: [String]) throws(EngineError) -> [Image] {
        var images: [Image] = []
        for path in paths { images.append(preprocessing.seen(of: try Image(contentsOf: path))) }
        return images
    }

    /// Returns how often the pictures tell strong from weak photographs.
    private func interpretability(
        _ objective: Objective, _ references: ReferenceActivations, _ pictures: [Image], _ photographs: [Scored],
        _ settings: Trust.Settings, _ encoder: Model, _ cancellation: Cancellation
    ) throws(EngineError) -> Trust.Interpretability {
        let recipe = try Recipe(
            .vitrine, for: pictures.map { _ in -1 * objective }, in: self,
            seeds: pictures.indices.map { settings.seed &+ UInt64($0) }, steps: settings.steps)
        let opposite = try Renderer(subject: self, recipe: recipe, references: references)
            .run(cancellation: cancellation)
        if opposite.wasInterrupted { throw .cancelled }
        let places = settings.taskPlaces(among: photographs.count)
        func embed(_ images: [Image]) throws(EngineError) -> [[Double]] {
            let found = try encoder.embedding(of: encoder.inputs(images), cancellation: cancellation)
            return (0..<images.count).map { found.part($0).values.map(Double.init) }
        }
        let strong = try embed(try encoder.images(places.strong.map { photographs[$0].path }))
        let weak = try embed(try encoder.images(places.weak.map { photographs[$0].path }))
        return Trust.Interpretability(
            encoder: encoder.name, pictures: try embed(pictures), opposites: try embed(opposite.pictures.map(\.image)),
            tasks: Array(zip(strong, weak)))
    }

    /// Returns what is left of the objective without the heads and MLPs that it needs most on the strongest photographs.
    private func causes(
        _ objective: Objective, _ references: ReferenceActivations, _ photographs: [Scored], _ pictures: [Image],
        _ trust: Trust, _ settings: Trust.Settings, _ cancellation: Cancellation
    ) throws(EngineError) -> Trust.Causes? {
        let parts = causalParts(of: objective)
        guard !parts.isEmpty else { return nil }
        var losses = [Double](repeating: 0, count: parts.count)
        for photograph in photographs.prefix(Trust.photographsForCauses) {
            let image = try Image(contentsOf: photograph.path)
            let found = try importance(
                of: parts, for: objective, at: image, references: references, cancellation: cancellation)
            if found.wasInterrupted { throw .cancelled }
            for effect in found.effects {
                if let place = parts.firstIndex(of: effect.part) { losses[place] += Double(effect.loss) }
            }
        }
        let needed = Trust.needed(parts, losses: losses, count: settings.causes)
        guard !needed.isEmpty else { return nil }
        return try left(
            of: objective, without: needed, usual: trust.usual, photographs: (trust.strongest, trust.strongestScores),
            pictures: (pictures, trust.activations), references: references, cancellation: cancellation)
    }
}
