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
}

extension AtlasPlan {
    /// Every picture: layer by layer, neuron by neuron, a neuron's pictures next to each other.
    public var items: [AtlasItem] {
        var items: [AtlasItem] = []
        items.reserveCapacity(pictureCount)
        for (place, layer) in layers.enumerated() {
            for neuron in layer.neurons.joined() {
                for run in 0..<seeds { items.append(AtlasItem(layer: place, neuron: neuron, run: run)) }
            }
        }
        return items
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
