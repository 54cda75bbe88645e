import Compute
import Foundation
import Models
import Platform
import TestModels
import TestSupport
import Testing
import Visualization

/// Every way of choosing a part, over every layer of every family.
@Suite(.timeLimit(.minutes(10))) struct FamilyTargetTests {
    /// The value is the mean of the places that are worked out here, and the gradient is seeded there and nowhere else.
    @Test(arguments: FamilyReference.families) func everyLayerHasItsTargets(_ family: String) throws {
        let model = try Self.model(family)
        let layers = model.graph.layers.filter { !Self.isPattern($0) }
        let executor = try model.makeExecutor(layers: layers.map(\.address), gradient: true)
        executor.setInput(Reference.pattern(executor.inputCount, seed: 1))
        try executor.forward(cancellation: nil)
        for layer in layers {
            for (target, places) in try Self.targets(of: layer, in: model) {
                try Self.check(target, places, layer, on: executor)
            }
        }
        // A gradient seeded in every layer comes through to the picture.
        try executor.backward(cancellation: nil)
        #expect(executor.inputGradient.contains { $0 != 0 } && executor.inputGradient.allSatisfy(\.isFinite))
    }

    private static func check(
        _ target: Target, _ places: Set<Int>, _ layer: Layer, on executor: any Executor
    ) throws {
        var layers = WantedLayers(executor.plan.layers)
        let evaluation = try ObjectiveEvaluation(.mean(target), model: target.model, layers: &layers) { _ in layer.shape
        }
        executor.seed(layer.address) { _ in 0 }
        let value = evaluation.evaluate(on: executor, picture: 0, seedsGradient: true)
        let output = executor.output(layer.address)
        let mean = places.reduce(0.0) { $0 + Double(output[$1]) } / Double(places.count)
        #expect(abs(Double(value) - mean) < 1e-5 * max(1, abs(mean)), "\(target)")
        let seeds = executor.seeds(layer.address)
        let seeded = Set(seeds.indices.filter { seeds[$0] != 0 })
        #expect(seeded == places, "\(target)")
        #expect(places.allSatisfy { abs(seeds[$0] - 1 / Float(places.count)) < 1e-7 }, "\(target)")
    }

    /// Targets of each kind that a layer has, with the places in its output that each stands for.
    private static func targets(of layer: Layer, in model: Model) throws -> [(Target, Set<Int>)] {
        let width = layer.shape.features
        let whole = Target(model: model.name, layer: layer.address)
        var targets: [(Target, Set<Int>)] = []
        func add(_ features: FeatureSelection, _ tokens: TokenSelection, rows: [Int], columns: [Int]) {
            let target = Target(model: model.name, layer: layer.address, features: features, tokens: tokens)
            targets.append((target, Set(rows.flatMap { row in columns.map { row * width + $0 } })))
        }
        let some = width > 1 ? [width - 1, 0] : [0]
        switch layer.shape {
        case .tokens(let layout, _):
            let special = layout.special.count
            let patches = Array(special..<special + layout.rows * layout.columns)
            add(.all, .patches, rows: patches, columns: Array(0..<width))
            add(.all, .all, rows: Array(0..<special + patches.count), columns: Array(0..<width))
            add(.indices([width - 1]), .patches, rows: patches, columns: [width - 1])
            add(.indices(some), .patches, rows: patches, columns: some)
            let last = patches.count - 1
            add(.indices([0]), .indices([last]), rows: [special + last], columns: [0])
            let ends = last > 0 ? [last, 0] : [0]
            add(.all, .indices(ends), rows: ends.map { special + $0 }, columns: Array(0..<width))
            for (index, name) in layout.special.enumerated() {
                add(.all, .special(name), rows: [index], columns: Array(0..<width))
            }
            let (row, column) = (layout.rows - 1, layout.columns - 1)
            let corner = try whole.patch(row: row, column: 0, in: layer.shape)
            let start = (special + row * layout.columns) * width
            targets.append((corner, Set(start..<start + width)))
            let end = try whole.patch(row: 0, column: column, in: layer.shape)
            targets.append((end, Set((special + column) * width..<(special + column + 1) * width)))
            let top = try whole.patches(rows: 0..<1, in: layer.shape)
            targets.append((top, Set(special * width..<(special + layout.columns) * width)))
        case .vector:
            add(.all, .patches, rows: [0], columns: Array(0..<width))
            add(.indices(some), .all, rows: [0], columns: some)
        case .tokenMixing(let hidden, _):
            add(.all, .patches, rows: Array(0..<hidden), columns: Array(0..<width))
            add(.indices(some), .hiddenUnits([hidden - 1, 1]), rows: [1, hidden - 1], columns: some)
        case .heads, .windows, .pooling: break
        }
        if let count = model.headCount(at: layer.address), case .tokens(let layout, _) = layer.shape {
            let part = width / count
            add(
                .head(count - 1, of: count), .all, rows: Array(0..<layout.count),
                columns: Array((count - 1) * part..<count * part))
        }
        return targets
    }

    /// Queries, keys, values, what the heads give, hidden neurons, and logits are there wherever the family has them.
    @Test(arguments: FamilyReference.families) func partsAreAddressed(_ family: String) throws {
        let model = try Self.model(family)
        let addresses = Set(model.graph.layers.map(\.address))
        func isOne(of names: [String]) -> Bool { names.contains { family.contains($0) } }
        let convolutional = ["resnet", "resnext", "googlenet", "convmixer", "convnext"]
        let hasNoAttention = isOne(of: ["feed_forward", "mixer", "resmlp", "gmlp"] + convolutional)
        // In these there is no pattern of all tokens, or one for each of the branches.
        let hasPattern = !hasNoAttention && !isOne(of: ["hiera", "_sam", "vitdet", "xcit", "parallel_things"])
        #expect(addresses.contains("blocks.0.attn.pattern") == hasPattern)
        let hasParts = !hasNoAttention && !isOne(of: ["parallel_things"])
        for part in ["queries", "keys", "values", "heads"] {
            let address = "blocks.1.attn.\(part)"
            #expect(addresses.contains(address) == hasParts, "\(address)")
            if hasPattern { #expect(model.headCount(at: address) != nil) }
            if !hasParts { #expect(model.headCount(at: address) == nil) }
        }
        #expect(model.headCount(at: "blocks.1") == nil && model.headCount(at: "embedding") == nil)
        let hasHidden = addresses.contains { $0.hasPrefix("blocks.1.") && $0.hasSuffix(".hidden") }
        #expect(hasHidden == !isOne(of: convolutional.filter { $0 != "convnext" }))
    }

    @Test(arguments: FamilyReference.families) func aPatternIsRefused(_ family: String) throws {
        for layer in try Self.model(family).graph.layers where Self.isPattern(layer) {
            let error = #expect(throws: EngineError.self) {
                try Target(model: family, layer: layer.address).validate(in: layer.shape)
            }
            #expect(error?.message.contains("is an attention pattern") == true)
        }
    }

    /// The heads' parts side by side are the whole, and each is what its head gives.
    @Test func headsShareTheFeatures() throws {
        let model = try Model.load(Reference.path("tiny_vit"))
        let layer = try model.layer("blocks.0.attn.heads")
        let count = try #require(model.headCount(at: layer.address))
        let heads = try (0..<count).map { index in
            try Target(model: model.name, layer: layer.address, features: .head(index, of: count))
                .featureIndices(in: layer.shape)
        }
        #expect(count > 1 && heads.flatMap { $0 } == Array(0..<layer.shape.features))
    }

    private static func model(_ family: String) throws -> Model {
        try FamilyReference(FamilyReference.parent.appendingPathComponent(family)).model()
    }

    private static func isPattern(_ layer: Layer) -> Bool {
        layer.shape.headCount != nil
    }
}
