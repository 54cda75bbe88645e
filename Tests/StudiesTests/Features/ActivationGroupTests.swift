import Compute
import Images
import Models
import Platform
import TestSupport
import Testing
import Visualization

import Studies

@Suite(.timeLimit(.minutes(10))) struct ActivationGroupTests {
    /// Two kinds of patches: along (3, −1) in the left column, along (0, 2) in the right one.
    private static let features = PatchFeatures.made(2, 2, [3, -1, 0, 2, 6, -2, 0, 1])

    @Test func groupsAreTheKindsOfPatches() throws {
        let found = try ActivationGroups(of: Self.features, groups: 2)
        #expect(found.missing < 1e-2)
        // The group that the photograph has most of comes first.
        let expected: [[Float]] = [[3, -1], [0, 2]]
        for (group, direction) in expected.enumerated() {
            let own = found.directions.part(group).values
            let cosine = NormalizedPatches(own, features: 2).cosines(
                with: NormalizedPatches(direction, features: 2).row(0))[0]
            #expect(cosine > 0.999, "group \(group) points along \(own)")
        }
        // A patch has as much of its group as its features are long.
        let lengths = [3.162_278, 2, 6.324_555, 1]
        for patch in 0..<4 {
            let own = found.weights.values[patch % 2 * 4 + patch]
            #expect(abs(Double(own) - lengths[patch]) < 0.05)
            #expect(found.weights.values[(1 - patch % 2) * 4 + patch] < 0.05)
        }
    }

    @Test func withoutGroupsEveryPatchIsItsOwnDirection() throws {
        let found = ActivationGroups(ofPatches: Self.features)
        #expect(found.count == 4 && found.directions == Self.features.values && !found.isGrouped)
        let target = Target(model: "made", layer: "up")
        let root = Float(10).squareRoot()
        #expect(found.objectives(at: target)[0] == .direction(target, [3 / root, -1 / root]))
        // The pictures lie in their patches' places, as large as their features are long.
        let colors: [SIMD3<UInt8>] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0]]
        let mosaic = found.mosaic(colors.map { Image(width: 4, height: 4, color: $0) }, cell: 20)
        #expect((mosaic.width, mosaic.height) == (40, 40))
        for patch in 0..<4 { #expect(mosaic[patch % 2 * 20 + 10, patch / 2 * 20 + 10] == colors[patch]) }
        #expect(mosaic[21, 21] != colors[3], "the shortest does not fill its place")
        #expect(mosaic[1, 21] == colors[2], "the longest does")
    }

    @Test func saysWhatCannotBe() {
        #expect(throws: EngineError.self) { try ActivationGroups(of: Self.features, groups: 0) }
        #expect(throws: EngineError.self) { try ActivationGroups(of: Self.features, groups: 5) }
    }
}

@Suite(.timeLimit(.minutes(10))) struct AccentuationTests {
    private let photograph = Image.speckled(width: 20, height: 20, seed: 4)

    private func recipe(_ settings: Accentuation) throws -> (Model, Objective, Recipe) {
        let model = try Model.load(Reference.path("tiny_vit"))
        let objective = Objective.mean(Target(model: model.name, layer: "blocks.1.mlp", features: .indices([3])))
        let reference = PhotographReference(name: "p.png", of: photograph)
        return (
            model, objective, try model.accentuation(of: photograph, called: reference, toward: objective, settings)
        )
    }

    private func distance(_ model: Model, _ image: Image, _ target: Target) throws -> Double {
        func output(_ image: Image) throws -> Tensor {
            try model.activations(at: target.layer, of: model.preprocessing.tensor(ofSeen: image))
        }
        let size = model.imageSize
        return try output(image).distance(to: output(photograph.covering(width: size.width, height: size.height)))
    }

    @Test func theMoreIsKeptTheNearerItStays() throws {
        var settings = Accentuation()
        settings.steps = 30
        settings.strength = 4
        let target = Target(model: "tiny_vit", layer: "blocks.0")
        settings.keeping = target
        var (distances, activations): ([Double], [Float]) = ([], [])
        for balance in [Float(0), 1, 20] {
            settings.balance = balance
            let (model, objective, recipe) = try recipe(settings)
            let references = try model.references(for: recipe.objectives, photographs: [photograph])
            let rendering = try Renderer(
                subject: model, recipe: recipe, photographs: [photograph], references: references
            ).run()
            distances.append(try distance(model, rendering.pictures[0].image, target))
            activations.append(try model.activations(of: [objective], on: [rendering.pictures[0].image])[0][0])
            #expect(rendering.masks.count == 1 && rendering.masks[0].alpha.contains(255))
        }
        #expect(distances[0] > distances[1] && distances[1] > distances[2])
        #expect(activations[0] > activations[1] && activations[1] > activations[2])
    }

    @Test func theWeightBalancesBothGradients() throws {
        var settings = Accentuation()
        settings.keeping = Target(model: "tiny_vit", layer: "blocks.0")
        settings.balance = 2
        let (_, objective, double) = try recipe(settings)
        settings.balance = 1
        let single = try recipe(settings).2
        // objective + λ · likeness: λ is written into the recipe, and twice the balance is twice λ.
        func weight(_ recipe: Recipe) -> Float? {
            guard case .plus(let parts) = recipe.objectives[0], parts.count == 2, parts[0] == objective,
                case .weighted(let weight, _) = parts[1]
            else { return nil }
            return weight
        }
        let (one, two) = try (#require(weight(single)), #require(weight(double)))
        #expect(one > 0 && abs(two / one - 2) < 1e-5)
        settings.balance = 0
        #expect(try recipe(settings).2.objectives == [objective])
        settings.balance = -1
        #expect(throws: EngineError.self) { try recipe(settings) }
    }
}
