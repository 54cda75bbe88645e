import Compute
import Images
import Models
import Platform
import Visualization

extension MixingStudy {
    /// Studies models on one photograph: first the gradients of all blocks and sublayers, then the reconstructions.
    ///
    /// - Parameters:
    ///   - models: the models, each once; their blocks have patches.
    ///   - photograph: of any size; the models' own preprocessing prepares it.
    ///   - photographName: the photograph's file, or another name for it.
    ///   - cancellation: ends the study, with the results so far.
    ///   - progress: is called after each layer and each step.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/outOfRange(what:index:count:place:)``,
    ///   ``EngineError/noPatches(layer:model:shape:)``, ``EngineError/notANumber(step:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``; ``EngineError/cancelled`` when interrupted before
    ///   the first layer.
    public init(
        of models: [Model], on photograph: Image, named photographName: String = "photograph",
        _ settings: Settings = .init(), cancellation: Cancellation = Cancellation(),
        progress: (MixingProgress) -> Void = { _ in }
    ) throws(EngineError) {
        self.init(models: models.map(\.name), photographName: photographName, settings: settings)
        let work = try MixingWork(models, settings)
        do {
            try measureGradients(work, photograph, cancellation, progress)
            try reconstruct(work, photograph, cancellation, progress)
        } catch .cancelled where !rows.isEmpty {
            wasInterrupted = true
        }
    }

    private mutating func measureGradients(
        _ work: MixingWork, _ photograph: Image, _ cancellation: Cancellation, _ progress: (MixingProgress) -> Void
    ) throws(EngineError) {
        for (model, layers) in work.layers {
            let input = model.preprocessing.tensor(of: photograph)
            for layer in layers {
                try cancellation.check()
                let reach = try model.gradientReach(
                    of: layer.address, patch: settings.patch, at: input, projections: settings.projections,
                    cancellation: cancellation)
                reaches.append(reach)
                rows.append(
                    Row(
                        model: model.name, usesAttention: model.usesAttention, block: layer.block,
                        sublayer: layer.sublayer, layer: layer.address, gradientOutside: reach.outside))
                let done = work.gradientCost(of: rows.count)
                progress(
                    .init(
                        model: model.name, phase: .gradient(layer: layer.address), share: done / work.cost,
                        render: nil, soFar: self))
            }
        }
    }

    private mutating func reconstruct(
        _ work: MixingWork, _ photograph: Image, _ cancellation: Cancellation, _ progress: (MixingProgress) -> Void
    ) throws(EngineError) {
        var done = work.gradientCost(of: rows.count)
        for task in work.tasks {
            try cancellation.check()
            let (name, soFar) = (task.model.name, self)
            let result = try task.model.reconstruct(
                photograph, named: photographName, from: task.sources, settings.reconstruction,
                cancellation: cancellation
            ) { render in
                let share = Double(render.step) / Double(render.steps)
                progress(
                    .init(
                        model: name, phase: .reconstruction(block: task.block),
                        share: (done + task.cost * share) / work.cost, render: render, soFar: soFar))
            }
            // An unfinished reconstruction would look like a failed one.
            if result.rendering.wasInterrupted { throw .cancelled }
            done += task.cost
            reconstructions.append((task.block, result))
            for part in result.parts {
                guard let index = rows.firstIndex(where: { $0.model == name && $0.layer == part.source.target.layer })
                else { continue }
                rows[index].errors[part.source.likeness] = part.errors
            }
        }
    }
}

/// The parts of a study with their costs in operations, checked before any of them begins.
private struct MixingWork {
    struct Layer {
        let block: Int
        let sublayer: Sublayer
        let address: String
    }

    struct Task {
        let model: Model
        let block: Int
        let sources: [Reconstruction.Source]
        let cost: Double
    }

    private(set) var layers: [(model: Model, layers: [Layer])] = []
    private(set) var tasks: [Task] = []
    private var gradientCosts: [Double] = []

    init(_ models: [Model], _ settings: MixingStudy.Settings) throws(EngineError) {
        guard !models.isEmpty else {
            throw .invalidValue(what: "The number of models", found: "0", expected: "1 or more")
        }
        var names = Set<String>()
        for model in models {
            guard names.insert(model.name).inserted else {
                throw .invalidValue(
                    what: "The models to compare", found: "\(model.name) twice", expected: "each model once")
            }
            try add(model, settings)
        }
    }

    private mutating func add(_ model: Model, _ settings: MixingStudy.Settings) throws(EngineError) {
        var own: [Layer] = []
        for block in 0..<model.blockCount {
            for sublayer in Sublayer.allCases {
                guard let address = model.address(of: sublayer, inBlock: block) else { continue }
                own.append(Layer(block: block, sublayer: sublayer, address: address))
                let operations = try model.operationCount(layers: [address], gradient: true)
                gradientCosts.append(Double(operations) * Double(settings.projections))
            }
        }
        guard let first = own.first else {
            throw .invalidValue(what: "The number of blocks of \(model.name)", found: "0", expected: "1 or more")
        }
        let shape = try model.layerShape(first.address)
        guard case .tokens(let layout, _) = shape else {
            throw .noPatches(layer: first.address, model: model.name, shape: shape)
        }
        guard (1..<layout.rows).contains(settings.rows) else {
            throw .invalidValue(
                what: "The number of given rows of patches", found: "\(settings.rows)",
                expected: "1 to \(layout.rows - 1), since \(model.name) sees \(layout.rows) rows")
        }
        if let patch = settings.patch, !(0..<layout.patchCount).contains(patch) {
            throw .outOfRange(what: "patch", index: patch, count: layout.patchCount, place: model.name)
        }
        layers.append((model, own))
        for block in settings.chosenBlocks(of: model.blockCount) {
            guard (0..<model.blockCount).contains(block) else {
                throw .outOfRange(what: "block", index: block, count: model.blockCount, place: model.name)
            }
            let chosen = own.filter { $0.block == block }
            var sources: [Reconstruction.Source] = []
            for layer in chosen {
                let target = try Target(model: model.name, layer: layer.address)
                    .patches(rows: 0..<settings.rows, in: model.layerShape(layer.address))
                sources += settings.likenesses.map { .init(target, by: $0) }
            }
            guard !sources.isEmpty else { continue }
            let operations = try model.operationCount(layers: chosen.map(\.address), gradient: true)
            let cost = Double(operations) * Double(sources.count) * Double(settings.reconstruction.steps)
            tasks.append(Task(model: model, block: block, sources: sources, cost: cost))
        }
    }

    /// Returns the cost of the gradients of the first `count` layers.
    func gradientCost(of count: Int) -> Double { gradientCosts.prefix(count).reduce(0, +) }

    /// The cost of the whole study.
    var cost: Double { gradientCost(of: gradientCosts.count) + tasks.reduce(0) { $0 + $1.cost } }
}
