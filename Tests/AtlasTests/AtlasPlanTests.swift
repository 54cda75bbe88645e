import Atlas
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
