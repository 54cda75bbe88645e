import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Renders several independent pictures of each objective and compares them.
    ///
    /// - Parameters:
    ///   - objectives: at least one; their targets lie in this model.
    ///   - references: the activations of photographs that objectives compare with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - photographs: the photographs that a procedure starts from, if it does.
    ///   - cancellation: ends the render or the reading of photographs; the pictures so far are compared.
    ///   - progress: is called after each step and after each few photographs.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``, ``EngineError/invalidObjective(reason:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``, ``EngineError/unknownLayer(address:model:near:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/notANumber(step:)``;
    ///   ``EngineError/cancelled`` when interrupted before the first step; for the folder, the errors of
    ///   ``topImages(in:for:count:by:references:cancellation:progress:)``.
    public func consistency(
        of objectives: [Objective], _ settings: Consistency.Settings = .init(),
        references: ReferenceActivations = ReferenceActivations(), photographs: [Image] = [],
        cancellation: Cancellation = Cancellation(), progress: ((ConsistencyProgress) -> Void)? = nil
    ) throws(EngineError) -> Consistency {
        try settings.validate()
        // Objectives that cannot be compared are refused before anything is rendered.
        _ = try activations(of: objectives, on: [], references: references)
        let recipe = try consistencyRecipe(objectives, settings)
        let rendering = try Renderer(
            subject: self, recipe: recipe, photographs: photographs, references: references
        ).run(cancellation: cancellation) { progress?(.rendering($0)) }
        if rendering.steps == 0 { throw .cancelled }
        var result = try compared(rendering, objectives, settings, references)
        guard let folder = settings.folder, !result.wasInterrupted else { return result }
        for (index, runs) in result.objectives.enumerated() {
            do {
                let images = try topImages(
                    in: folder, for: objectives[index].activationPart ?? objectives[index], count: 4,
                    cancellation: cancellation
                ) { report, _ in progress?(.photographs(report, label: runs.label)) }
                result.objectives[index].naturalTest = .init(
                    images: images, weakest: runs.activations.min() ?? .nan)
                result.wasInterrupted = images.reading.wasInterrupted
            } catch .cancelled {
                result.wasInterrupted = true
            }
            if result.wasInterrupted { break }
        }
        return result
    }

    private func consistencyRecipe(
        _ objectives: [Objective], _ settings: Consistency.Settings
    ) throws(EngineError) -> Recipe {
        let runs = objectives.flatMap { Array(repeating: $0, count: settings.runs) }
        var recipe = try Recipe(
            settings.recipe, for: runs, in: self, seeds: runs.indices.map { settings.seed &+ UInt64($0) },
            size: settings.size.map { inputSize.scaled(toLongerSide: $0) }, steps: settings.steps)
        if let procedure = settings.procedure {
            recipe.joinStages()
            recipe.lastStage.procedure = procedure
        }
        return recipe
    }

    private func compared(
        _ rendering: Rendering, _ objectives: [Objective], _ settings: Consistency.Settings,
        _ references: ReferenceActivations
    ) throws(EngineError) -> Consistency {
        let images = rendering.pictures.map(\.image)
        let baseline = try baselinePictures(objectives[0], references)
        let activations = try activations(of: objectives, on: images, references: references)
        let ofBaseline = try self.activations(of: objectives, on: baseline, references: references)
        var runs: [Consistency.Runs] = []
        for (index, objective) in objectives.enumerated() {
            let places = index * settings.runs..<(index + 1) * settings.runs
            guard let target = objective.activationPart?.targets.first else { continue }
            let features = try meanFeatures(at: target, of: Array(images[places]))
            let baselineFeatures = featureMeans(try meanFeatures(at: target, of: baseline))
            let differences = features.map { zip($0, baselineFeatures).map { $0 - $1 } }
            let planes = images[places].map(\.planes.values)
            runs.append(
                .init(
                    objective: objective, label: rendering.pictures[places.lowerBound].label,
                    pictures: Array(rendering.pictures[places]), activations: Array(activations[index][places]),
                    baselineActivation: statistics(ofBaseline[index]),
                    featureSimilarity: pairs(differences) { cosine($0, $1) },
                    pixelCorrelation: pairs(planes) { pixelCorrelation($0, $1) }))
        }
        let count = objectives.count
        let cross = (0..<count * count).map { place in
            let own = activations[place / count][(place % count) * settings.runs..<(place % count + 1) * settings.runs]
            return Float(own.reduce(0.0) { $0 + Double($1) } / Double(settings.runs))
        }
        return Consistency(
            model: name, objectives: runs, crossActivation: Tensor(cross, shape: [count, count]), rendering: rendering,
            wasInterrupted: rendering.wasInterrupted)
    }
}

extension Model {
    /// Renders baseline pictures, the same ones every time: random phases with the magnitudes of natural pictures.
    ///
    /// - Parameter objective: any objective that can be evaluated; the pictures do not depend on it.
    package func baselinePictures(
        _ objective: Objective, _ references: ReferenceActivations
    ) throws(EngineError) -> [Image] {
        let procedure = Procedure(
            parameterization: .maco, transforms: [], optimizer: .ascent(rate: .constant(0), normalization: .none))
        var recipe = Recipe(
            model: name, weightsHash: "",
            objectives: Array(repeating: objective.activationPart ?? objective, count: Self.baselineCount),
            seed: 0xA5A5, width: inputSize.width, height: inputSize.height, steps: 1, procedure: procedure)
        recipe.stopAfter = 0
        recipe.interventions = interventions
        return try Renderer(subject: self, recipe: recipe, references: references).run().pictures.map(\.image)
    }

    private static var baselineCount: Int { 16 }
}

/// Returns the mean of each feature over at least one picture.
package func featureMeans(_ pictures: [[Double]]) -> [Double] {
    pictures[0].indices.map { feature in pictures.reduce(0) { $0 + $1[feature] } / Double(pictures.count) }
}

/// Returns the mean and the standard deviation of some numbers.
private func statistics(_ values: [Float]) -> (mean: Float, deviation: Float) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let squares = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return (Float(mean), Float((squares / Double(values.count)).squareRoot()))
}

/// Returns the matrix of a symmetric comparison, `[items, items]`, with 1 on the diagonal.
private func pairs<Item>(_ items: [Item], _ compare: (Item, Item) -> Double) -> Tensor {
    var matrix = Tensor(repeating: 1, shape: [items.count, items.count])
    for row in items.indices {
        for column in 0...row {
            let value = Float(compare(items[row], items[column]))
            matrix.values[row * items.count + column] = value
            matrix.values[column * items.count + row] = value
        }
    }
    return matrix
}

/// Returns the cosine ⟨a, b⟩ / (‖a‖ · ‖b‖); 0 if either vector is 0.
package func cosine(_ a: [Double], _ b: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let sizes = (product(a, a) * product(b, b)).squareRoot()
    return sizes > 0 ? min(max(product(a, b) / sizes, -1), 1) : 0
}

/// Returns the correlation of two pictures `[3, plane]`, averaged over the channels.
private func pixelCorrelation(_ a: [Float], _ b: [Float]) -> Double {
    let plane = a.count / 3
    let channels = (0..<3).map { channel in
        correlation(
            a[channel * plane..<(channel + 1) * plane].map(Double.init),
            b[channel * plane..<(channel + 1) * plane].map(Double.init))
    }
    return channels.reduce(0, +) / 3
}
