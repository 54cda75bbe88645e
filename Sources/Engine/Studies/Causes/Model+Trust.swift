import Compute
import Foundation
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
    ///   - progress: is called with the current work in words, and the share of all work that is done.
    /// - Returns: the report; after an interrupt, what was measured until then.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for settings out of range and for fewer than four
    ///   photographs; ``EngineError/noEmbedding(model:)`` for an encoder without one; ``EngineError/cancelled`` when
    ///   interrupted before the pictures were rendered; the errors of
    ///   ``consistency(of:_:references:photographs:cancellation:progress:)`` and
    ///   ``topImages(in:for:count:by:cancellation:progress:)``.
    public func trust(
        _ objective: Objective, in folder: String, _ settings: Trust.Settings = .init(), encoder: Model? = nil,
        cancellation: Cancellation = Cancellation(), progress: ((_ words: String, _ share: Double) -> Void)? = nil
    ) throws(EngineError) -> Trust {
        try settings.validate()
        let encoder = encoder ?? self
        guard encoder.graph.layer("embedding") != nil else { throw .noEmbedding(model: encoder.name) }
        let measured = objective.activationPart ?? objective
        let photographs = try scored(measured, in: folder, cancellation, progress)
        let study = try consistency(
            of: [objective], .init(runs: settings.runs, seed: settings.seed, steps: settings.steps),
            cancellation: cancellation
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
            model: name, label: words(of: objective), rendering: study.rendering, agreement: runs.score,
            activations: runs.activations, strongestScores: photographs.entries.prefix(count).map(\.score),
            usual: photographs.entries.reduce(0.0) { $0 + Double($1.score) } / Double(photographs.entries.count),
            strongest: strong, reading: photographs.reading)
        guard !study.wasInterrupted else {
            trust.wasInterrupted = true
            return trust
        }
        do throws(EngineError) {
            let pictures = study.rendering.pictures.map(\.image)
            let weak = try images(photographs.entries.suffix(count).map(\.path))
            progress?("the way through the blocks", 0.55)
            trust.path = try path(pictures: pictures, strong: strong, weak: weak, cancellation)
            progress?("pictures of the opposite", 0.65)
            trust.interpretability = try interpretability(
                measured, pictures, photographs.entries, settings, encoder, cancellation)
            progress?("causes", 0.9)
            trust.causes = try causes(measured, pictures, strong, trust, settings, cancellation)
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
        _ objective: Objective, in folder: String, _ cancellation: Cancellation,
        _ progress: ((String, Double) -> Void)?
    ) throws(EngineError) -> (entries: [Scored], reading: FolderReading) {
        var layers = WantedLayers()
        let evaluation = try ObjectiveEvaluation(objective, model: name, layers: &layers) {
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
        guard entries.count >= Self.fewestPhotographs else {
            throw .invalidValue(
                what: "The number of photographs in “\(folder)”", found: "\(entries.count)",
                expected: "\(Self.fewestPhotographs) or more; hundreds say more than a dozen")
        }
        return (entries.sorted { ($1.score, $0.path) < ($0.score, $1.path) }, reading)
    }

    private static var fewestPhotographs: Int { 4 }

    private func images(_ paths: [String]) throws(EngineError) -> [Image] {
        var images: [Image] = []
        for path in paths { images.append(preprocessing.seen(of: try Image(contentsOf: path))) }
        return images
    }

    /// Returns the way of pictures through the blocks, compared with that of strong and weak photographs.
    private func path(
        pictures: [Image], strong: [Image], weak: [Image], _ cancellation: Cancellation
    ) throws(EngineError) -> [Trust.PathPoint] {
        let layers = (0..<blockCount).map { "blocks.\($0)" }.filter { graph.layer($0) != nil }
        let groups = [pictures, strong, weak].map(\.count)
        let input = inputs(pictures + strong + weak)
        var points: [Trust.PathPoint] = []
        for layer in layers {
            let output = try activations(at: layer, of: input, cancellation: cancellation)
            let normal = (0..<output.shape[0]).map { standardizedRanks(output.part($0).values) }
            let (a, b) = (groups[0], groups[0] + groups[1])
            points.append(
                Trust.PathPoint(
                    layer: layer, pictures: meanProduct(normal[..<a], normal[a..<b]),
                    same: meanProduct(normal[a..<b], normal[a..<b]),
                    different: meanProduct(normal[a..<b], normal[b...])))
        }
        return points
    }

    /// Returns how often the pictures tell strong from weak photographs.
    private func interpretability(
        _ objective: Objective, _ pictures: [Image], _ photographs: [Scored], _ settings: Trust.Settings,
        _ encoder: Model, _ cancellation: Cancellation
    ) throws(EngineError) -> Trust.Interpretability {
        let recipe = try Recipe(
            .vitrine, for: pictures.map { _ in -1 * objective }, in: self,
            seeds: pictures.indices.map { settings.seed &+ UInt64($0) }, steps: settings.steps)
        let opposite = try Renderer(subject: self, recipe: recipe).run(cancellation: cancellation)
        if opposite.wasInterrupted { throw .cancelled }
        // With few photographs, tasks repeat none of them.
        let least = max(Int((Double(photographs.count) * Trust.Settings.quantile).rounded(.up)), 2)
        let tasks = min(settings.tasks, min(least, photographs.count / 2))
        var random = RandomSource(seed: settings.seed, stream: 7)
        let strong = try encoder.images(photographs.prefix(least).shuffled(using: &random).prefix(tasks).map(\.path))
        let weak = try encoder.images(photographs.suffix(least).shuffled(using: &random).prefix(tasks).map(\.path))
        func embed(_ images: [Image]) throws(EngineError) -> [[Double]] {
            let found = try encoder.embedding(of: encoder.inputs(images), cancellation: cancellation)
            return (0..<images.count).map { found.part($0).values.map(Double.init) }
        }
        let (high, low) = (try embed(pictures), try embed(opposite.pictures.map(\.image)))
        let (queriesHigh, queriesLow) = (try embed(strong), try embed(weak))
        func similarity(_ query: [Double], _ pictures: [[Double]]) -> Double {
            pictures.reduce(0) { $0 + cosine(query, $1) } / Double(pictures.count)
        }
        let differences = zip(queriesHigh, queriesLow).map { strong, weak in
            similarity(strong, high) - similarity(strong, low) - similarity(weak, high) + similarity(weak, low)
        }
        let score = differences.reduce(0) { $0 + 1 / (1 + exp(-Trust.Settings.steepness * $1)) }
        return Trust.Interpretability(
            encoder: encoder.name, tasks: tasks, solved: differences.count { $0 > 0 }, score: score / Double(tasks))
    }

    /// Returns what is left of the objective without the heads and MLPs that it needs most on the strongest photographs.
    private func causes(
        _ objective: Objective, _ pictures: [Image], _ strong: [Image], _ trust: Trust, _ settings: Trust.Settings,
        _ cancellation: Cancellation
    ) throws(EngineError) -> Trust.Causes? {
        let own = Set(objective.layers)
        let parts =
            headTargets.map { Importance.Part.target($0) }
            + mlpLayers.filter { !own.contains($0.address) }.map {
                .target(Target(model: name, layer: $0.address, tokens: .all))
            }
        guard !parts.isEmpty else { return nil }
        var losses = [Double](repeating: 0, count: parts.count)
        for photograph in strong.prefix(Self.photographsForCauses) {
            let found = try importance(of: parts, for: objective, at: photograph, cancellation: cancellation)
            if found.wasInterrupted { throw .cancelled }
            for effect in found.effects {
                if let place = parts.firstIndex(of: effect.part) { losses[place] += Double(effect.loss) }
            }
        }
        let order = parts.indices.sorted { losses[$0] > losses[$1] }.prefix(settings.causes).filter { losses[$0] > 0 }
        guard !order.isEmpty else { return nil }
        let interventions = order.compactMap { place -> Intervention? in
            if case .target(let target) = parts[place] { Intervention(target, .set(to: 0)) } else { nil }
        }
        let without = try changed(by: interventions)
        let renamed = objective.mapTargets { target in
            var target = target
            if target.model == name { target.model = without.name }
            return target
        }
        func left(_ images: [Image], _ before: [Float]) throws(EngineError) -> Double {
            let after = try without.activations(of: [renamed], on: images, cancellation: cancellation)[0]
            func mean(_ values: [Float]) -> Double { values.reduce(0.0) { $0 + Double($1) } / Double(values.count) }
            let height = mean(before) - trust.usual
            return height > 0 ? (mean(after) - trust.usual) / height : .nan
        }
        return Trust.Causes(
            parts: interventions.map { $0.words.replacing("without ", with: "") },
            leftOnPhotographs: try left(strong, trust.strongestScores),
            leftOnPictures: try left(pictures, trust.activations))
    }

    private static var photographsForCauses: Int { 3 }
}

/// Returns the ranks of numbers with mean 0 and length 1, so that their products are Spearman's correlations.
private func standardizedRanks(_ values: [Float]) -> [Float] {
    let ranks = ranks(values.map(Double.init))
    let mean = Double(values.count - 1) / 2
    let length = ranks.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    return ranks.map { length > 0 ? Float(($0 - mean) / length) : 0 }
}

/// Returns the mean product of the vectors of two groups, without those of a vector with itself.
private func meanProduct(_ a: ArraySlice<[Float]>, _ b: ArraySlice<[Float]>) -> Double {
    var (sum, count) = (0.0, 0)
    for (row, first) in zip(a.indices, a) {
        for (column, second) in zip(b.indices, b) where row != column {
            sum += zip(first, second).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            count += 1
        }
    }
    return count > 0 ? sum / Double(count) : .nan
}
