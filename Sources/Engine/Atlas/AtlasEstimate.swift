import Models
import Platform
import Visualization

/// What making an atlas will take, said beforehand.
public struct AtlasEstimate: Sendable {
    /// How many pictures the work has.
    public let total: Int
    /// How many of them are there already.
    public let known: Int
    /// How long the rest takes on this machine; 0 where nothing is left to do.
    public let seconds: Double
    /// How many bytes the rest takes on the disk, its share of the sheets included.
    public let bytes: Int
    /// How many bytes are free there; nil where the disk does not say.
    public let freeBytes: Int?

    /// How many are left to make.
    public var missing: Int { total - known }
    /// Whether the disk seems to be too small.
    public var isShortOfDisk: Bool { freeBytes.map { $0 < bytes } ?? false }
}

/// What pictures of a plan cost on this machine: from the graph's operation counts, and some measured steps.
struct AtlasCost {
    /// Floating-point operations of one picture, by the layer's place in the plan.
    let operations: [Double]
    private let secondsPerOperation: Double

    /// Pictures that the measured steps are taken with.
    private static let measuredPictures = 4
    /// Steps that are taken; the first, in which memory is touched for the first time, is not counted.
    private static let measuredSteps = 4

    /// Measures some steps of a layer of middling depth.
    ///
    /// - Throws: ``EngineError/cancelled`` and what a renderer throws.
    init(_ plan: AtlasPlan, model: Model, cancellation: Cancellation) throws(EngineError) {
        operations = plan.layers.map(\.operations)
        let place = plan.layers.count / 2
        let layer = plan.layers[place]
        let neuron = layer.neurons[0].lowerBound
        var recipe = plan.recipe(of: AtlasItem(layer: place, neuron: neuron, run: 0))
        recipe.objectives = Array(repeating: recipe.objectives[0], count: Self.measuredPictures)
        recipe.seeds = recipe.objectives.indices.map { UInt64($0) }
        // The last stage's steps are the longest where pictures grow.
        recipe.stages = [recipe.lastStage]
        recipe.lastStage.steps = max(recipe.lastStage.steps, Self.measuredSteps)
        recipe.stopAfter = Self.measuredSteps
        var times: [Double] = []
        do throws(EngineError) {
            let renderer = try Renderer(subject: model, recipe: recipe)
            _ = try renderer.run(cancellation: cancellation) { times.append($0.secondsElapsed) }
        } catch {
            // One picture that cannot be made is no reason not to make the others.
            guard case .notANumber? = error.other(as: RenderError.self) else { throw error }
        }
        try cancellation.check()
        let differences = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
        let step = differences.isEmpty ? times.first ?? 0 : differences[differences.count / 2]
        let measured = try model.operationCount(layers: [layer.address], gradient: true)
        secondsPerOperation =
            step / Double(Self.measuredPictures * measured * recipe.lastStage.procedure.copies)
    }

    /// How long a picture of the plan's layer takes in seconds, beside others.
    func seconds(ofPictureAt layer: Int) -> Double { operations[layer] * secondsPerOperation }

    /// How many bytes a picture of this size takes as a PNG, in a sheet and in the pages' data.
    static func bytes(of recipe: Recipe) -> Int {
        Int(bytesPerPixel * Double(recipe.lastStage.width * recipe.lastStage.height)) + 20 * recipe.totalSteps + 6_000
    }

    /// What pictures of 128 pixels took; of 224 they took 2.2.
    private static let bytesPerPixel = 2.3
}
