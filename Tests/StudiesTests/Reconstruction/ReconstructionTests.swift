import Compute
import Foundation
import Images
import Models
import Platform
import Studies
import TestConditions
import TestSupport
import Testing
import Visualization

@Suite(.timeLimit(.minutes(10))) struct ReconstructionTests {
    private let model: Model
    private let photograph = Image.speckled(width: 20, height: 16, seed: 7)

    init() throws { model = try Model.load(Reference.path("tiny_vit")) }

    private func target(_ layer: String = "blocks.0", rows: Range<Int>? = nil) throws -> Target {
        let target = Target(model: model.name, layer: layer)
        guard let rows else { return target }
        return try target.patches(rows: rows, in: model.layerShape(layer))
    }

    @Test(arguments: [Likeness.l1, .l2, .cosine])
    func whatIsGivenComesNearer(_ likeness: Likeness) throws {
        let result = try model.reconstruct(
            photograph, named: "noise.png", from: [.init(target(rows: 0..<2), by: likeness), .init(target(), by: .l1)],
            .init(steps: 120, totalVariation: 0))
        #expect(result.parts.count == 2 && result.rendering.steps == 120)
        let (half, whole) = (result.parts[0].errors, result.parts[1].errors)
        #expect((half.inside.cosine.recovered ?? 0) > 0.5)
        #expect((whole.inside.l1.recovered ?? 0) > 0.5)
        #expect(half.outside != nil && half.pixelsOutside != nil)
        #expect(whole.outside == nil && whole.pixelsOutside == nil)
        // What was not given is not known as well as what was.
        #expect((half.outside?.cosine.recovered ?? 1) < (half.inside.cosine.recovered ?? 0))
        #expect(result.photograph == model.preprocessing.seen(of: photograph))
        #expect(result.reference == PhotographReference(name: "noise.png", of: photograph))
        #expect(result.sheet.entries.count == 3)
        let named = likeness == .l1 ? "" : " by \(likeness.words)"
        #expect(result.sheet.entries[1].caption.hasPrefix("blocks.0 patches 0 to 7\(named)\ncorrelation "))
    }

    /// The recipe alone makes the picture again.
    @Test func theRecipeIsWhole() throws {
        let result = try model.reconstruct(photograph, from: [.init(target(), by: .cosine)], .init(steps: 8))
        let recipe = try Recipe(json: result.rendering.recipe.json())
        let references = try model.references(for: recipe.objectives, photographs: [photograph])
        let again = try Renderer(subject: model, recipe: recipe, references: references).run()
        #expect(again.pictures == result.rendering.pictures)
    }

    /// As a share, the distance is 1 for an even picture, up to the three digits of its factor.
    @Test(arguments: [Likeness.l1, .l2, .cosine])
    func distancesCountFromAnEvenPicture(_ likeness: Likeness) throws {
        let result = try model.reconstruct(
            photograph, from: [.init(target(), by: likeness)], .init(steps: 1, totalVariation: 0))
        let objective = result.rendering.recipe.objectives[0]
        let references = try model.references(for: [objective], photographs: [photograph])
        let even = Tensor(repeating: 0, shape: [3, 16, 16])
        let value = try model.gradient(of: objective, at: even, references: references).values[0]
        #expect(abs(value + 1) < 0.006)
    }

    @Test func theTotalVariationIsThatOfAValue() throws {
        let result = try model.reconstruct(
            photograph, from: [.init(target(), by: .l1)], .init(steps: 1, totalVariation: 0.5))
        guard case .plus(let parts) = result.rendering.recipe.objectives[0] else {
            Issue.record("there is no variation")
            return
        }
        let weight = -Float(0.5) / 768
        #expect(parts.last == Objective.weighted(weight, .totalVariation(.absolute)))
    }

    @Test func theArticlesWay() throws {
        var settings = ReconstructionSettings.article
        #expect(settings.steps == 1500)
        settings.steps = 2
        let result = try model.reconstruct(
            photograph, from: [.init(target(rows: 0..<2), by: .cosine)], settings)
        // A sum over the eight tokens that are given.
        let reference = PhotographReference(name: "photograph", of: photograph)
        #expect(
            try result.rendering.recipe.objectives[0]
                == 8 * .likeness(target(rows: 0..<2), to: reference, by: .cosine))
        settings.steps = 1
        settings.procedure?.optimizer = .ascent(rate: .constant(0), normalization: .none)
        let start = try model.reconstruct(photograph, from: [.init(target(), by: .l1)], settings)
        let values = start.parts[0].picture.image.planes.values
        let mean = values.reduce(0, +) / Float(values.count)
        #expect(abs(mean - 0.7) < 0.01)
    }

    @Test func interruptingKeepsThePictureSoFar() throws {
        let cancellation = Cancellation()
        let result = try model.reconstruct(
            photograph, from: [.init(target(), by: .l1)], .init(steps: 50), cancellation: cancellation
        ) { if $0.step == 3 { cancellation.request() } }
        #expect(result.rendering.wasInterrupted && result.rendering.steps == 3)
        #expect(result.rendering.recipe.stopAfter == 3)
        #expect(throws: EngineError.cancelled) {
            try model.reconstruct(photograph, from: [.init(target(), by: .l1)], cancellation: cancellation)
        }
    }

    @Test func refusesWhatMakesNoSense() throws {
        func message(_ sources: [Reconstruction.Source], _ settings: ReconstructionSettings = .init()) -> String? {
            #expect(throws: EngineError.self) {
                try model.reconstruct(photograph, from: sources, settings)
            }?.message
        }
        #expect(message([])?.contains("at least one objective") == true)
        let patches = Target(model: model.name, layer: "blocks.0", tokens: .indices([99]))
        #expect(message([.init(patches, by: .l1)])?.contains("patches go from 0 to 15") == true)
        let other = Target(model: "other", layer: "blocks.0")
        #expect(message([.init(other, by: .l1)])?.contains("other") == true)
        let own = try target()
        #expect(message([.init(own, by: .l1)], .init(totalVariation: .nan))?.contains("total variation") == true)
        #expect(message([.init(own, by: .l1)], .init(steps: 0))?.contains("number of steps") == true)
    }

    // The photograph lies beside the repository; where it does not, this is skipped.
    @Test(
        .needs(.trainedModel), .enabled(if: Reference.hasDeiT, "../shared/photos is not there"),
        arguments: [("vit", 0.7), ("mixer", 0.6), ("ffmixer", 0.7)] as [(String, Double)])
    func builtInModelsKnowTheirPhotograph(_ name: String, _ least: Double) throws {
        let model = try Model.load(name)
        let photograph = try Image(contentsOf: Reference.photograph("chelsea.png"))
        let target = Target(model: name, layer: "blocks.3")
        let result = try model.reconstruct(
            photograph, named: "chelsea.png", from: [.init(target, by: .l1), .init(target, by: .cosine)])
        for part in result.parts {
            // With today's weights .79 (`vit`), .67 (`mixer`, whose blocks mix patches first) and .85 (`ffmixer`) by L1.
            #expect((part.errors.pixelsInside?.correlation ?? 0) > least, "\(part.likenessWords)")
        }
        try Reference.show(result.sheet.image, "reconstruction-\(name)")
    }
}
