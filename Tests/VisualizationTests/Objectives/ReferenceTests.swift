import Compute
import Images
import Models
import Platform
import TestSupport
import Testing
import Visualization

/// A photograph's activations, from a recipe's words to a term, on a real model.
@Suite(.timeLimit(.minutes(10))) struct ReferenceTests {
    private let model: Model
    private let photograph: Image

    init() throws {
        model = try Model.load(Reference.path("tiny_vit"))
        photograph = Image(planes: normals(3 * 40 * 30, seed: 5).map { 0.5 + $0 / 4 }, width: 40, height: 30)
    }

    private func likeness(_ likeness: Likeness, layer: String = "blocks.1", _ reference: PhotographReference)
        -> Objective
    {
        .likeness(Target(model: model.name, layer: layer), to: reference, by: likeness)
    }

    /// `printf 'P6\n2 1\n255\n\x01\x02\x03\xfd\xfe\xff' | sha256sum`
    @Test func aPictureIsKnownByItsPixels() {
        let image = Image(width: 2, height: 1, pixels: [1, 2, 3, 253, 254, 255])
        #expect(image.sha256 == "d058403564cb11af663aea18ace00e02fdbe8e4251a93bf1305358c9776a5c19")
        #expect(Image(width: 1, height: 2, pixels: image.pixels).sha256 != image.sha256)
        #expect(PhotographReference(name: "a", of: image).sha256 == image.sha256)
    }

    /// On the photograph itself nothing is left of the distance; elsewhere it is what the activations say.
    @Test(arguments: [Likeness.l1, .l2, .cosine]) func distanceOnTheWholeWay(_ likeness: Likeness) throws {
        let reference = PhotographReference(name: "noise.png", of: photograph)
        let objective = self.likeness(likeness, reference)
        let references = try model.references(for: [objective], photographs: [photograph])
        let input = model.preprocessing.tensor(of: photograph)
        let own = try model.gradient(of: objective, at: input, references: references)
        #expect(abs(own.values[0]) < 1e-6)
        let gray = Tensor(repeating: 0, shape: input.shape)
        let other = try model.gradient(of: objective, at: gray, references: references)
        #expect(abs(other.values[0] - (try distance(likeness, from: gray, to: input))) < 1e-5)
        // A step along the gradient brings them nearer: one sign for all.
        let nearer = try gray.combined(with: other.gradient) { $0 + 0.01 * $1 }
        #expect(try model.gradient(of: objective, at: nearer, references: references).values[0] > other.values[0])
    }

    /// The negative distance of all patches, worked out from the activations.
    private func distance(_ likeness: Likeness, from: Tensor, to: Tensor) throws -> Float {
        let shape = try model.layer("blocks.1").shape
        guard case .tokens(let layout, let width) = shape else { return .nan }
        let (a, r) = (try model.activations(at: "blocks.1", of: from), try model.activations(at: "blocks.1", of: to))
        var sum = 0.0
        for token in layout.firstPatch..<layout.count {
            let x = Array(a.values[token * width..<(token + 1) * width])
            let y = Array(r.values[token * width..<(token + 1) * width])
            let differences = zip(x, y).map { Double($0 - $1) }
            switch likeness {
            case .l1: sum += differences.reduce(0) { $0 + abs($1) } / Double(width)
            case .l2: sum += differences.reduce(0) { $0 + $1 * $1 } / Double(width)
            default: sum += 1 - dot(x, y) / (dot(x, x) * dot(y, y)).squareRoot()
            }
        }
        return Float(-sum / Double(layout.patchCount))
    }

    /// A recipe holds no activations, and makes its picture again from the photograph.
    @Test func aRecipeIsMadeAgain() throws {
        let reference = PhotographReference(name: "noise.png", of: photograph)
        let objectives = [
            likeness(.cosine, reference), likeness(.l1, layer: "blocks.0.mlp", reference) + likeness(.l2, reference),
        ]
        var recipe = RealModelTests.recipe(model, objectives, steps: 30)
        recipe.lastStage.procedure.transforms = []
        func render(_ recipe: Recipe) throws -> Rendering {
            let references = try model.references(for: recipe.objectives, photographs: [photograph])
            return try Renderer(subject: model, recipe: recipe, references: references).run()
        }
        let rendering = try render(recipe)
        let again = try render(Recipe(json: recipe.json()))
        #expect(again.pictures == rendering.pictures)
        #expect(try recipe.json().utf8.count < 2000)
        for (picture, first) in zip(rendering.pictures, try #require(rendering.history.first)) {
            #expect(picture.activation > first)
        }
        #expect(rendering.pictures[0].label == "−(1 − cos(blocks.1, the same of “noise.png”))")
    }

    @Test func photographsAreAskedFor() throws {
        let reference = PhotographReference(name: "noise.png", of: photograph)
        let objectives = [likeness(.l2, reference)]
        let other = Image(width: 1, height: 1, pixels: [1, 2, 3])
        func message(_ photographs: [Image], _ objectives: [Objective]) -> String? {
            #expect(throws: EngineError.self) {
                _ = try model.references(for: objectives, photographs: photographs)
            }?.message
        }
        #expect(
            message([], objectives)
                == "The photograph “noise.png” is missing; it must be the one whose pixels have the SHA-256 "
                + "\(photograph.sha256).")
        #expect(
            message([other], objectives)
                == "The photograph “noise.png” is not among those that were given; it must be the one whose pixels "
                + "have the SHA-256 \(photograph.sha256).")
        #expect(
            message([photograph], [likeness(.l2, layer: "blocks.9", reference)])?
                .hasPrefix("tiny_vit has no layer “blocks.9”.") == true)
        // Nothing is computed where nothing is compared.
        #expect(try model.references(for: [ObjectiveTests.a], photographs: [])[reference, "blocks.1"] == nil)
    }

    @Test func aGradientIsOfTheModelAlone() throws {
        let objective = Objective.mean(Target(model: model.name, layer: "blocks.1")) - .totalVariation()
        let input = model.preprocessing.tensor(of: photograph)
        let error = #expect(throws: EngineError.self) { _ = try model.gradient(of: objective, at: input) }
        #expect(
            error?.message
                == "A part of “blocks.1 − total variation” concerns the picture itself, not what tiny_vit computes from "
                + "it: leave it out here.")
    }
}
