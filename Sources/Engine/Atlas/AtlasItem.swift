import Platform
import Visualization

/// A picture that belongs in an atlas.
public struct AtlasItem: Hashable, Sendable {
    /// The layer's index in the plan.
    public let layer: Int
    /// The neuron.
    public let neuron: Int
    /// Which of the neuron's pictures, from 0.
    public let run: Int
    /// Whether it is a picture of the opposite: of what drives the neuron least.
    public var isOpposite = false
}

extension AtlasPlan {
    /// Every picture: layer by layer, neuron by neuron, a neuron's pictures next to each other.
    public var items: [AtlasItem] {
        var items: [AtlasItem] = []
        items.reserveCapacity(pictureCount)
        for (place, layer) in layers.enumerated() {
            for neuron in layer.neurons.joined() {
                items += pictures(of: AtlasItem(layer: place, neuron: neuron, run: 0))
            }
        }
        return items
    }

    /// Returns the first picture of each neuron of a part of the work.
    ///
    /// All pictures of a neuron are in the same part, so that they can be compared there.
    func neuronItems(of shard: AtlasShard) -> [AtlasItem] {
        let all = layers.enumerated().flatMap { place, layer in
            layer.neurons.joined().map { AtlasItem(layer: place, neuron: $0, run: 0) }
        }
        return Array(all[shard.places(of: all.map { layers[$0.layer].operations })])
    }

    /// Returns all pictures of the neuron of a picture: one for each seed, then those of the opposite.
    func pictures(of first: AtlasItem) -> [AtlasItem] {
        let own = (0..<seeds).map { AtlasItem(layer: first.layer, neuron: first.neuron, run: $0) }
        guard hasOpposites, layers[first.layer].cells == nil else { return own }
        return own + own.map { AtlasItem(layer: $0.layer, neuron: $0.neuron, run: $0.run, isOpposite: true) }
    }

    /// Returns the recipe of one picture.
    public func recipe(of item: AtlasItem) -> Recipe {
        var recipe = layers[item.layer].template
        if let cells = layers[item.layer].cells {
            let target = Target(model: model, layer: layers[item.layer].address)
            recipe.objectives = [cells.objective(item.neuron, at: target)]
            recipe.seeds = [settings.seed &+ UInt64(item.run)]
            return recipe
        }
        recipe.objectives = recipe.objectives.map { objective in
            objective.mapTargets { target in
                var target = target
                target.features = .indices([item.neuron])
                return target
            }
        }
        if item.isOpposite { recipe.objectives = recipe.objectives.map { -1 * $0 } }
        recipe.seeds = [settings.seed &+ UInt64(item.run)]
        return recipe
    }

    /// Returns the key that the picture is stored under.
    public func key(of item: AtlasItem) throws(EngineError) -> PictureKey {
        try PictureKey(recipe(of: item), facts: facts)
    }

    /// Returns the names of all pictures.
    public func names() throws(EngineError) -> Set<String> {
        var names: Set<String> = []
        for item in items { names.insert(try key(of: item).name) }
        return names
    }
}
