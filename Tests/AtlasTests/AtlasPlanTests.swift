import Atlas
import Foundation
import Models
import Platform
import Testing
import Visualization

/// What is asked for, and in which parts it is done.
@Suite(.timeLimit(.minutes(10))) struct AtlasPlanTests {
    private func plan(
        _ layers: [String], neurons: Range<Int>? = nil, seeds: Int = 1, settings: AtlasPlan.Settings = .init(steps: 3)
    ) throws -> AtlasPlan {
        try AtlasPlan(
            of: try Model.load("vit"), layers: layers, neurons: neurons, seeds: seeds, settings: settings, source: "vit"
        )
    }

    @Test func patternsFindLayers() throws {
        let model = try Model.load("vit")
        #expect(try model.addresses(of: "blocks.*.mlp") == (0..<12).map { "blocks.\($0).mlp" })
        #expect(try model.addresses(of: "blocks.3.*").contains("blocks.3.mlp"))
        #expect(try !model.addresses(of: "blocks.*").contains("blocks.3.mlp"))
        #expect(try model.addresses(of: "blocks.**").contains("blocks.3.mlp.hidden"))
        #expect(try model.addresses(of: "*gits") == ["logits"])
        // A name of the framework, and the same layer by two patterns.
        #expect(try model.addresses(of: "blocks.5.mlp.fc2") == ["blocks.5.mlp"])
        #expect(try plan(["blocks.5.mlp", "blocks.5.ml*"]).layers.map(\.address) == ["blocks.5.mlp"])
        // Attention patterns have no neurons.
        #expect(try !model.addresses(of: "**").contains { $0.hasSuffix("pattern") })
    }

    @Test func aPatternThatFitsNothingNamesNearOnes() throws {
        let model = try Model.load("vit")
        let error = #expect(throws: EngineError.self) { try model.addresses(of: "blocks.*.mpl") }
        guard case .noLayers("blocks.*.mpl", "vit", let near)? = error?.other(as: AtlasFailure.self) else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(near.first == "blocks.*.mlp")
        #expect(
            error?.message.hasPrefix(
                "No layer of vit that has neurons matches “blocks.*.mpl”. Did you mean “blocks.*.mlp”")
                == true)
        #expect(throws: EngineError.self) { try model.addresses(of: "blocks.12.mlp") }
    }

    @Test func neuronsAreLimitedToThoseThatThereAre() throws {
        let both = try plan(["blocks.0.mlp", "logits"], neurons: 10..<300)
        #expect(both.layers.map(\.address) == ["blocks.0.mlp", "logits"])
        #expect(both.layers.map(\.neurons) == [[10...191], [10...19]])
        #expect(both.pictureCount == 192)
        let error = #expect(throws: EngineError.self) { _ = try plan(["logits"], neurons: 20..<30) }
        #expect(error == .atlas(.noNeurons(range: 20..<30, most: 20)))
    }

    @Test func everyPictureHasItsRecipe() throws {
        let plan = try plan(["blocks.2.mlp", "logits"], neurons: 1..<3, seeds: 2, settings: .init(steps: 3, seed: 7))
        #expect(plan.items.count == 8 && plan.items.map(\.neuron) == [1, 1, 2, 2, 1, 1, 2, 2])
        let recipe = plan.recipe(of: plan.items[3])
        #expect(recipe.seeds == [8])
        #expect(recipe.objectives == [.mean(Target(model: "vit", layer: "blocks.2.mlp", features: .indices([2])))])
        // As a cell's `render` would make it.
        let model = try Model.load("vit")
        let own = try Recipe(.vitrine, for: recipe.objectives, in: model, seeds: [8], steps: 3)
        #expect(own == recipe)
        #expect(try plan.key(of: plan.items[3]) == PictureKey(own, facts: model.pictureFacts))
        #expect(Set(try plan.items.map { try plan.key(of: $0).name }).count == 8)
    }

    /// A plan in an atlas's folder whose recipes are of version 1: its pictures are found under the names they have.
    @Test func aPlanWithRecipesOfVersionOneIsRead() throws {
        let text = """
            {"facts":"vision transformer, 128 × 128, mean [0.485, 0.456, 0.406], deviation [0.229, 0.224,\
             0.225], graph 4bb373a536df65667ec4fc11ad5c2044","layers":[{"address":"blocks.1.mlp","neurons":[[0,\
            1]],"operations":875931786,"place":30,"template":{"earlierStages":[{"height":128,\
            "procedure":{"corrections":[{"blur":{"deviation":{"end":0.8,"shape":"linear","start":2.4},\
            "size":3}},{"clamp":{"lower":0,"upper":1}}],"optimizer":{"ascent":{"normalisation":"deviation",\
            "rate":{"end":0.04,"shape":"linear","start":0.05}}},\
            "parameterization":{"pixels":{"colour":{"bound":"none","space":"rgb"},\
            "start":{"evenNoise":{"lower":0.5,"upper":0.6}}}},"sight":"whole","transforms":[]},"steps":1,\
            "width":128},{"height":320,"procedure":{"corrections":[{"blur":{"deviation":{"end":0.4,\
            "shape":"linear","start":1.5},"size":3}},{"clamp":{"lower":0,"upper":1}}],\
            "optimizer":{"ascent":{"normalisation":"deviation","rate":{"end":0.03,"shape":"linear",\
            "start":0.04}}},"parameterization":{"pixels":{"colour":{"bound":"none","space":"rgb"},\
            "start":{"evenNoise":{"lower":0.5,"upper":0.6}}}},"sight":"window","transforms":[]},"steps":1,\
            "width":320}],"height":342,"model":"vit","objectives":[{"l1":{"features":[0],\
            "layer":"blocks.1.mlp","model":"vit","tokens":"patches"},"to":200}],\
            "procedure":{"corrections":[{"blur":{"deviation":{"end":0.3,"shape":"linear","start":1.1},\
            "size":3}},{"clamp":{"lower":0,"upper":1}}],"optimizer":{"ascent":{"normalisation":"deviation",\
            "rate":{"end":0.01,"shape":"linear","start":0.03}}},\
            "parameterization":{"pixels":{"colour":{"bound":"none","space":"rgb"},\
            "start":{"evenNoise":{"lower":0.5,"upper":0.6}}}},"sight":"window","transforms":[]},"seeds":[0],\
            "steps":1,"version":1,\
            "weightsHash":"41497f7aa8f0f22880249f73d89e2253b518bc592ba4005399741499f58f9bfb","width":342},\
            "width":192,"words":"65 tokens (CLS and 8 × 8 patches) × 192 features"}],"model":"vit","seeds":1,\
            "settings":{"recipe":"article","seed":0,"steps":3},"source":"vit","version":1,\
            "weights":"41497f7aa8f0f22880249f73d89e2253b518bc592ba4005399741499f58f9bfb"}
            """
        let plan = try JSONDecoder().decode(AtlasPlan.self, from: Data(text.utf8))
        #expect(plan.layers[0].template.stages.map(\.width) == [128, 320, 342])
        #expect(
            try plan.items.map { try plan.key(of: $0).name } == [
                "f8f54094345f72562292886f1e493ce87fdcd0ac00599c7bbd1fb20774220cb8",
                "e4997df243bd57d1ef6d3aee7b8bf881fb374140a9b0b4d7d7d087671dece546",
            ])
        let again = try JSONDecoder().decode(AtlasPlan.self, from: JSONEncoder().encode(plan))
        #expect(try again.items.map { try again.key(of: $0).name } == plan.items.map { try plan.key(of: $0).name })
    }

    /// A recipe may add to the objective what it always adds.
    @Test func namedRecipesKeepWhatTheyAdd() throws {
        let plan = try plan(
            ["blocks.2.mlp.hidden"], neurons: 0..<2, settings: .init(recipe: .vitVisualization, steps: 2))
        let model = try Model.load("vit")
        let target = Target(model: "vit", layer: "blocks.2.mlp.hidden", features: .indices([1]))
        let own = try Recipe(.vitVisualization, for: [.mean(target)], in: model, seeds: [0], steps: 2)
        #expect(plan.recipe(of: plan.items[1]) == own)
    }

    @Test func wishesAreAddedUp() throws {
        let first = try plan(["blocks.5.mlp"], neurons: 0..<4)
        let second = try plan(["blocks.5.mlp"], neurons: 2..<8, seeds: 2)
        let third = try plan(["blocks.1.mlp", "blocks.5.mlp"], neurons: 20..<21)
        let all = try first.adding(second, in: "atlas").adding(third, in: "atlas")
        #expect(all.layers.map(\.address) == ["blocks.1.mlp", "blocks.5.mlp"])
        #expect(all.layers.map(\.neurons) == [[20...20], [0...7, 20...20]])
        #expect(all.seeds == 2)
        // In whatever order, all but the template, which is of any of the neurons.
        let turned = try third.adding(second, in: "atlas").adding(first, in: "atlas")
        #expect(try turned.items.map { try turned.key(of: $0).name } == all.items.map { try all.key(of: $0).name })
        let error = #expect(throws: EngineError.self) {
            _ = try first.adding(try plan(["blocks.5.mlp"], settings: .init(steps: 4)), in: "atlas")
        }
        guard case .otherSettings("atlas", "vit", _, _)? = error?.other(as: AtlasFailure.self) else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func shardsShareTheWork() throws {
        for (total, count) in [(10, 3), (3, 64), (0, 4), (128, 1), (1000, 7)] {
            let work = [Double](repeating: 0.1, count: total)
            let parts = try (0..<count).map { try AtlasShard("\($0)/\(count)").places(of: work) }
            #expect(parts.flatMap { Array($0) } == Array(0..<total))
            #expect(parts.allSatisfy { $0.count <= (total + count - 1) / count })
        }
        // By what they take and not by their number: 1 + 2 + … + 24 = 300.
        let work = (1...24).flatMap { [Double](repeating: Double($0), count: 10) }
        let parts = try (0..<4).map { try AtlasShard("\($0)/4").places(of: work) }
        #expect(parts.flatMap { Array($0) } == Array(0..<240))
        for part in parts { #expect(abs(work[part].reduce(0, +) - 750) <= 24) }
        for text in ["", "3", "3/3", "-1/3", "1/0", "a/b", "1/2/3", "1 / 2"] {
            #expect(throws: EngineError.atlas(.badShard(text: text))) { _ = try AtlasShard(text) }
        }
    }

    @Test func schedulersSayWhichShard() throws {
        func shard(_ variables: [String: String]) throws -> String? { try AtlasShard.scheduled(variables)?.words }
        #expect(try shard([:]) == nil)
        #expect(
            try shard(["SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_COUNT": "8", "SLURM_ARRAY_TASK_MIN": "1"]) == "4/8"
        )
        // A resubmitted array of a few tasks.
        #expect(
            try shard(["SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_COUNT": "2", "VITRINE_SHARDS": "64"]) == "5/64")
        #expect(try shard(["JOB_COMPLETION_INDEX": "3", "VITRINE_SHARDS": "4"]) == "3/4")
        #expect(try shard(["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "2"]) == "1/2")
        #expect(try shard(["PMI_RANK": "0", "PMI_SIZE": "1"]) == "0/1")
        #expect(throws: EngineError.self) { try shard(["PMI_RANK": "2", "PMI_SIZE": "2"]) }
    }
}
