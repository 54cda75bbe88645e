import Models
import Platform
import Visualization

/// What making an atlas will take, estimated before it starts.
public struct AtlasEstimate: Sendable {
    /// How many pictures the work consists of.
    public let total: Int
    /// How many of them exist already.
    public let known: Int
    /// How long the rest takes on this machine, in seconds; 0 if nothing is left to do.
    public let seconds: Double
    /// How many bytes the rest takes on disk, its share of the sheets included.
    public let bytes: Int
    /// How many bytes are free there; nil if that is unknown.
    public let freeBytes: Int?

    /// How many are left to make.
    public var missing: Int { total - known }
    /// Whether the disk seems to be too small.
    public var isShortOfDisk: Bool { freeBytes.map { $0 < bytes } ?? false }
}

/// The cost of a plan's pictures on this machine, from the graph's operation counts and some measured steps.
struct AtlasCost {
    /// Floating-point operations of one picture, by the layer's index in the plan.
    let operations: [Double]
    private let secondsPerOperation: Double

    /// The number of pictures in a measured step.
    private static let measuredPictures = 4
    /// The number of steps; the first, in which memory is touched for the first time, is not measured.
    private static let measuredSteps = 4

    /// Measures some steps of a layer of middling depth.
    ///
    /// - Throws: ``EngineError/cancelled`` and the errors of a renderer.
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
            // One picture that cannot be made does not keep the others from being made.
            guard case .notANumber? = error.other(as: RenderError.self) else { throw error }
        }
        try cancellation.check()
        let differences = zip(times.dropFirst(), times).map { $0 - $1 }.sorted()
        let step = differences.isEmpty ? times.first ?? 0 : differences[differences.count / 2]
        let measured = try model.operationCount(layers: [layer.address], gradient: true)
        secondsPerOperation =
            step / Double(Self.measuredPictures * measured * recipe.lastStage.procedure.copies)
    }

    /// Returns the seconds that one picture of a layer takes when it is rendered together with others.
    func seconds(ofPictureAt layer: Int) -> Double { operations[layer] * secondsPerOperation }

    /// Returns how many bytes a picture of this size takes as a PNG, in a sheet and in the pages' data.
    static func bytes(of recipe: Recipe) -> Int {
        Int(bytesPerPixel * Double(recipe.lastStage.width * recipe.lastStage.height)) + 20 * recipe.totalSteps + 6_000
    }

    /// Measured with pictures of 128 pixels; those of 224 took 2.2.
    private static let bytesPerPixel = 2.3
}
