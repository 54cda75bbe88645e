import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ConsistencyTests {
    private let model: Model
    private let settings = Consistency.Settings(runs: 3, seed: 5, steps: 6)

    init() throws { model = try Model.load(Reference.path("tiny_vit")) }

    private func neuron(_ index: Int) -> Objective {
        .mean(Target(model: model.name, layer: "blocks.1.mlp", features: .indices([index])))
    }

    /// A picture of the model's size as its input, nothing cut off.
    private func input(_ image: Image) -> Tensor {
        var planes = image.planes
        let (mean, std) = (model.preprocessing.mean, model.preprocessing.std)
        for place in planes.values.indices {
            let channel = place / (image.width * image.height)
            planes.values[place] = (planes.values[place] - mean[channel]) / std[channel]
        }
        return planes
    }

    @Test func runsAreComparedWithOneAnother() throws {
        var steps: [Int] = []
        let found = try model.consistency(of: [neuron(3)], settings) { progress in
            if case .rendering(let render) = progress { steps.append(render.step) }
        }
        let runs = try #require(found.objectives.first)
        #expect(steps == Array(1...6))
        #expect(found.rendering.recipe.seeds == [5, 6, 7] && runs.pictures.count == 3)
        #expect(Set(runs.pictures.map(\.image)).count == 3)
        for (picture, activation) in zip(runs.pictures, runs.activations) {
            #expect(abs(picture.activation - activation) < 1e-5)
        }
        for matrix in [runs.featureSimilarity, runs.pixelCorrelation] {
            #expect(matrix.shape == [3, 3])
            for row in 0..<3 {
                #expect(abs(matrix.values[row * 4] - 1) < 1e-5)
                for column in 0..<3 { #expect(matrix.values[row * 3 + column] == matrix.values[column * 3 + row]) }
            }
        }
        #expect((0...1).contains(runs.score))
        let pairs = [1, 2, 5].map { runs.featureSimilarity.values[$0] }
        #expect(abs(runs.score - pairs.reduce(0) { $0 + max($1, 0) } / 3) < 1e-6)
        #expect(runs.naturalTest == nil && !found.wasInterrupted)
        #expect(found.sheet.entries.count == 4)
    }

    /// The similarity of two runs, worked out from the activations.
    @Test func similarityIsThatOfMeanFeatures() throws {
        let found = try model.consistency(of: [neuron(3)], settings)
        func features(_ image: Image) throws -> [Float] {
            let values = try model.activations(at: "blocks.1.mlp", of: input(image)).values
            return (0..<16).map { feature in
                let column = (1..<17).map { token in values[token * 16 + feature] }
                return column.reduce(0, +) / 16
            }
        }
        var nothing = found.rendering.recipe
        nothing.objectives = Array(repeating: neuron(3), count: 16)
        nothing.seeds = (0..<16).map { 0xA5A5 + $0 }
        nothing.stages = [nothing.lastStage]
        nothing.lastStage.procedure = Procedure(
            parameterization: .maco, transforms: [], optimizer: .ascent(rate: .constant(0), normalization: .none))
        nothing.stopAfter = 0
        let usual = try Renderer(subject: model, recipe: nothing).run().pictures.map { try features($0.image) }
        let own = try found.objectives[0].pictures.prefix(2).map { picture in
            try features(picture.image).enumerated().map { feature, value in
                value - usual.reduce(0) { $0 + $1[feature] } / 16
            }
        }
        let cosine = dot(own[0], own[1]) / (dot(own[0], own[0]) * dot(own[1], own[1])).squareRoot()
        #expect(abs(Double(found.objectives[0].featureSimilarity.values[1]) - cosine) < 1e-4)
        let activations = usual.map { $0[3] }
        #expect(abs(found.objectives[0].baselineActivation.mean - activations.reduce(0, +) / 16) < 1e-5)
    }

    @Test func picturesOfOneObjectiveMayDriveAnother() throws {
        let objectives = [neuron(3), neuron(8)]
        let undisturbed = Procedure(
            parameterization: .lucid, transforms: [], optimizer: .adam(rate: .constant(0.05)))
        let found = try model.consistency(of: objectives, .init(runs: 2, steps: 40, procedure: undisturbed))
        #expect(found.objectives.count == 2 && found.crossActivation.shape == [2, 2])
        #expect(found.rendering.recipe.objectives == [objectives[0], objectives[0], objectives[1], objectives[1]])
        for row in 0..<2 {
            #expect(abs(found.crossActivation.values[row * 3] - found.objectives[row].meanActivation) < 1e-6)
            // Each is driven most by its own.
            #expect(found.crossActivation.values[row * 3] > found.crossActivation.values[row * 2 + 1 - row])
            #expect(abs(found.relativeCrossActivation.values[row * 3] - 1) < 1e-5)
        }
        let other = try found.objectives[1].pictures.map {
            try model.gradient(of: objectives[0], at: input($0.image)).values[0]
        }
        #expect(abs(found.crossActivation.values[1] - (other[0] + other[1]) / 2) < 1e-5)
        #expect(found.sheet.columns == 3)
    }

    @Test func picturesAreHeldAgainstPhotographs() throws {
        let folder = try TemporaryFolder()
        for index in 0..<6 {
            _ = try folder.write(
                PNG.encode(Image.speckled(width: 16, height: 16, seed: UInt64(index))), to: "\(index).png")
        }
        var settings = settings
        settings.folder = folder.url.path
        var labels: [String] = []
        let objectives = [neuron(3) - 0.001 * .totalVariation(), -1000 * neuron(3)]
        let found = try model.consistency(of: objectives, settings) { progress in
            if case .photographs(_, let label) = progress, labels.last != label { labels.append(label) }
        }
        #expect(labels == found.objectives.map(\.label))
        for runs in found.objectives {
            let test = try #require(runs.naturalTest)
            #expect(test.weakest == runs.activations.min())
            #expect(test.strongest == test.images.entries.first?.score)
            #expect(test.isPassed == (test.weakest > test.strongest))
            #expect(test.images.reading.photographCount == 6)
        }
    }

    @Test func interruptingKeepsTheRunsSoFar() throws {
        let cancellation = Cancellation()
        var settings = settings
        settings.folder = "/nowhere"
        let found = try model.consistency(of: [neuron(3)], settings, cancellation: cancellation) {
            if case .rendering(let render) = $0, render.step == 2 { cancellation.request() }
        }
        #expect(found.wasInterrupted && found.rendering.steps == 2 && found.objectives[0].naturalTest == nil)
        #expect(throws: EngineError.cancelled) {
            try model.consistency(of: [neuron(3)], settings, cancellation: cancellation)
        }
    }

    @Test func refusesWhatCannotBeCompared() throws {
        func message(_ objectives: [Objective], runs: Int = 2) -> String? {
            #expect(throws: EngineError.self) {
                try model.consistency(of: objectives, .init(runs: runs, steps: 1))
            }?.message
        }
        #expect(message([neuron(3)], runs: 1)?.contains("2 to 256") == true)
        #expect(message([.totalVariation()])?.contains("add a target in tiny_vit") == true)
        #expect(message([neuron(99)])?.contains("neurons go from 0 to 15") == true)
        #expect(message([]) != nil)
    }

    @Test func aDriveIsWhatLayersAnswerToOnePicture() {
        let (a, b) = (neuron(1), neuron(2))
        let target = Target(model: model.name, layer: "blocks.0")
        #expect((a - 0.5 * .totalVariation()).activationPart == a)
        #expect((a + 2 * b - .diversity(target)).activationPart == a + 2 * b)
        #expect((2 * (a - Objective.pictureNorm())).activationPart == 2 * a)
        #expect((3 * Objective.totalVariation()).activationPart == nil)
        #expect(a.named("it").activationPart == a.named("it"))
    }
}

/// `activation[:, f]` on a transformer's output: what was meant, and what it gives.
@Suite(.timeLimit(.minutes(10))) struct ReadingTests {
    private let model: Model
    private let input: Tensor
    private let layer = "blocks.1.mlp"

    init() throws {
        model = try Model.load(Reference.path("tiny_vit"))
        input = Tensor(normals(3 * 16 * 16, seed: 2), shape: [3, 16, 16])
    }

    @Test(arguments: [0, 1, 7, 15])
    func bothReadings(_ index: Int) throws {
        let shape = try model.layerShape(layer)
        let values = try model.activations(at: layer, of: input)
        let neuron = Target.neuronReading(index, of: layer, model: model.name)
        let token = try Target.tokenReading(index, of: layer, model: model.name, in: shape)
        let ofNeuron = try model.gradient(of: .mean(neuron), at: input).values[0]
        let ofToken = try model.gradient(of: .mean(token), at: input).values[0]
        // [17, 16]: a column, and a row.
        let column = (0..<17).map { token in values.values[token * 16 + index] }
        #expect(abs(ofNeuron - column.reduce(0, +) / 17) < 1e-5)
        #expect(abs(ofToken - values.part(index).values.reduce(0, +) / 16) < 1e-5)
        #expect(token.tokens == (index == 0 ? .special("CLS") : .indices([index - 1])))
    }

    @Test func tokensEnd() throws {
        let shape = try model.layerShape(layer)
        #expect(try Target.tokenReading(16, of: layer, model: "m", in: shape).tokens == .indices([15]))
        #expect(throws: EngineError.outOfRange(what: "token", index: 17, count: 17, place: "\(layer) of m")) {
            try Target.tokenReading(17, of: layer, model: "m", in: shape)
        }
        #expect(throws: EngineError.self) {
            try Target.tokenReading(0, of: "logits", model: "m", in: .vector(features: 5))
        }
    }
}
