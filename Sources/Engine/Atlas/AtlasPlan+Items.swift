import Platform
import Visualization

/// A picture that belongs into an atlas.
public struct AtlasItem: Hashable, Sendable {
    /// The layer's place in the plan.
    public let layer: Int
    /// The neuron.
    public let neuron: Int
    /// Which of the neuron's pictures, from 0.
    public let run: Int
}

extension AtlasPlan {
    /// Every picture: layer by layer, neuron by neuron, a neuron's pictures beside each other.
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

    /// The recipe of one picture.
    public func recipe(of item: AtlasItem) -> Recipe {
        var recipe = layers[item.layer].template
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

    /// What the picture is kept under.
    public func key(of item: AtlasItem) throws(EngineError) -> PictureKey {
        try PictureKey(recipe(of: item), facts: facts)
    }
}

extension AtlasPlan {
    /// The names of all pictures.
    public func names() throws(EngineError) -> Set<String> {
        var names: Set<String> = []
        for item in items { names.insert(try key(of: item).name) }
        return names
    }
}

/// A part of the work: "3/64" is the fourth of sixty-four.
public struct AtlasShard: Hashable, Sendable {
    /// Which part, from 0.
    public let index: Int
    /// How many parts there are.
    public let count: Int

    /// The whole work.
    public static let all = AtlasShard(unchecked: 0, of: 1)

    private init(unchecked index: Int, of count: Int) {
        self.index = index
        self.count = count
    }

    /// A part of the work.
    ///
    /// - Parameter text: "3/64".
    /// - Throws: ``AtlasFailure/badShard(text:)``.
    public init(_ text: String) throws(EngineError) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], count > 0,
            (0..<count).contains(index)
        else { throw .atlas(.badShard(text: text)) }
        self.init(unchecked: index, of: count)
    }

    /// Its places among pieces of work: neighbors, so that a shard has few layers, and about as much work as any other.
    ///
    /// A neuron of the last block takes many times as long as one of the first.
    ///
    /// - Parameter work: how much each piece is, in whatever unit; more than 0.
    public func places(of work: [Double]) -> Range<Int> {
        let total = work.reduce(0, +)
        var (before, first, last) = (0.0, 0, 0)
        for piece in work {
            // A piece goes where its middle lies.
            let shard = Int((before + piece / 2) / total * Double(count))
            if shard < index { first += 1 }
            if shard <= index { last += 1 }
            before += piece
        }
        return first..<(index == count - 1 ? work.count : last)
    }

    /// "3/64".
    public var words: String { "\(index)/\(count)" }
}

extension AtlasShard {
    /// The part that a scheduler has given this process, from what the environment says; nil where it says nothing.
    ///
    /// Kubernetes' Indexed Jobs, Slurm's array jobs, PMI and Open MPI say which; Kubernetes does not say of how many,
    /// which `VITRINE_SHARDS` then does.
    ///
    /// - Throws: ``AtlasFailure/badShard(text:)``.
    public static func scheduled(_ environment: [String: String]) throws(EngineError) -> AtlasShard? {
        for (index, count, first) in [
            ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN"),
            ("JOB_COMPLETION_INDEX", "VITRINE_SHARDS", ""), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", ""),
            ("PMI_RANK", "PMI_SIZE", ""), ("PMIX_RANK", "SLURM_NTASKS", ""),
        ] {
            guard let own = environment[index] else { continue }
            // A job that was told in how many parts the work is cut goes by that: a resubmitted array has gaps.
            if let shards = environment["VITRINE_SHARDS"] { return try AtlasShard("\(own)/\(shards)") }
            guard let count = environment[count], let number = Int(own) else { continue }
            return try AtlasShard("\(number - (environment[first].flatMap { Int($0) } ?? 0))/\(count)")
        }
        return nil
    }
}
