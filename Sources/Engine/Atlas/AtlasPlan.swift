import Compute
import Images
import Models
import Platform
import Studies
import Visualization

/// What belongs in an atlas: neurons of a model's layers, each with a recipe.
///
/// It is stored in the atlas, so that what is missing is known without the model.
public struct AtlasPlan: Codable, Hashable, Sendable {
    /// How all pictures are made.
    public struct Settings: Codable, Hashable, Sendable {
        /// The name of the recipe.
        public var recipe: String
        /// How many steps each picture takes; nil for the recipe's own number.
        public var steps: Int?
        /// The pictures' longer side in pixels; nil for the recipe's own.
        public var size: Int?
        /// The seed of a neuron's first picture; its other pictures have the next numbers.
        public var seed: UInt64

        /// Creates settings.
        public init(recipe: RecipeName = .vitrine, steps: Int? = nil, size: Int? = nil, seed: UInt64 = 0) {
            self.recipe = recipe.rawValue
            self.steps = steps
            self.size = size
            self.seed = seed
        }

        /// "recipe vitrine, 256 steps, seed 0".
        public var words: String {
            "recipe \(recipe), \(steps.map { "\($0)" } ?? "its own") steps, \(size.map { "\($0) px" } ?? "its own size"), "
                + "seed \(seed)"
        }
    }

    /// Neurons of a layer.
    public struct Layer: Codable, Hashable, Sendable {
        /// The layer's address.
        public var address: String
        /// Its place among the model's layers, in the order of computation.
        public var place: Int
        /// Its shape in words.
        public var words: String
        /// How many neurons it has.
        public var width: Int
        /// The neurons that belong in the atlas, in order.
        public var neurons: [ClosedRange<Int>]
        /// The floating-point operations of one picture: of all steps, as the graph counts them.
        public var operations: Double
        /// The recipe of one of the neurons; the others' differ in neuron and seed.
        public var template: Recipe
        /// The cells of an activation atlas, which then stand in the place of neurons; nil for neurons.
        public var cells: ActivationCells?

        /// How many neurons belong in the atlas.
        public var count: Int { neurons.reduce(0) { $0 + $1.count } }
    }

    /// The version of this format.
    public static let currentVersion = 1

    /// The version of the format.
    public var version = AtlasPlan.currentVersion
    /// The model's name.
    public var model: String
    /// What it was loaded from: a name or a path.
    public var source: String
    /// Where the names of its classes came from: "imagenet", or a file's name; nil for its own files.
    public var classes: String?
    /// The input size that was asked for, in pixels; nil for the model's own.
    public var inputSize: PixelSize?
    /// The settings that were given when it was loaded, as no file has them; nil for none.
    public var modelSettings: ModelSettings?
    /// The SHA-256 of its weights in hexadecimal.
    public var weights: String
    /// ``RenderSubject/pictureFacts`` of the model.
    public var facts: String
    /// How all pictures are made.
    public var settings: Settings
    /// How many pictures there are of each neuron, each with its own seed.
    public var seeds: Int
    /// Whether each picture has one of the opposite beside it, with which trust is measured; nil for no.
    public var opposites: Bool?
    /// The layers in the order of computation.
    public var layers: [Layer]

    /// Whether each picture has one of the opposite beside it.
    public var hasOpposites: Bool { opposites == true }

    /// How many pictures belong in the atlas.
    public var pictureCount: Int {
        layers.reduce(0) { $0 + $1.count * (hasOpposites && $1.cells == nil ? 2 * seeds : seeds) }
    }

    /// The name of the model's files in the atlas: "vit-1a2b3c4d". Other weights of the same name have another key.
    public var key: String {
        let name = String(
            model.unicodeScalars.map { scalar in
                let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
            })
        let size = inputSize.map { $0.isSquare ? "-\($0.width)px" : "-\($0.height)x\($0.width)px" } ?? ""
        let settings = modelSettings.map { "-\($0.key)" } ?? ""
        return "\(name)-\(weights.prefix(8))\(size)\(settings)"
    }
}

extension AtlasPlan {
    /// Creates a plan of a model's neurons.
    ///
    /// - Parameters:
    ///   - patterns: patterns of layers' addresses: "blocks.*.mlp".
    ///   - neurons: which neurons of each layer, as far as it has them; nil for all.
    ///   - seeds: how many pictures each neuron has.
    ///   - withOpposites: whether each has one of the opposite beside it.
    ///   - source: what the model was loaded from.
    ///   - classes: where the names of its classes came from.
    /// - Throws: ``AtlasFailure/noLayers(pattern:model:near:)``, ``AtlasFailure/noNeurons(range:most:)``;
    ///   ``EngineError`` `.invalidValue`, `.tooLarge` if the recipe is not valid for the model.
    public init(
        of model: Model, layers patterns: [String], neurons: Range<Int>? = nil, seeds: Int = 1,
        withOpposites: Bool = false, settings: Settings = Settings(), source: String, classes: String? = nil
    ) throws(EngineError) {
        guard (1...256).contains(seeds) else {
            throw .invalidValue(what: "The number of seeds", found: "\(seeds)", expected: "1 to 256")
        }
        var wanted: Set<String> = []
        for pattern in patterns { wanted.formUnion(try model.addresses(of: pattern)) }
        var layers: [Layer] = []
        var most = 0
        for (place, layer) in model.graph.layers.enumerated() where wanted.contains(layer.address) {
            let width = layer.shape.features
            most = max(most, width)
            let range = (neurons ?? 0..<width).clamped(to: 0..<width)
            guard !range.isEmpty else { continue }
            let template = try Self.template(layer.address, neuron: range.lowerBound, of: model, settings)
            let steps = template.stages.reduce(0) { $0 + $1.steps * $1.procedure.copies }
            let operations = try model.operationCount(layers: [layer.address], gradient: true)
            layers.append(
                Layer(
                    address: layer.address, place: place, words: layer.shape.words, width: width,
                    neurons: [ClosedRange(range)],
                    operations: Double(operations) * Double(steps), template: template))
        }
        guard !layers.isEmpty else { throw .atlas(.noNeurons(range: neurons ?? 0..<0, most: most)) }
        self.model = model.name
        self.source = source
        self.classes = classes
        inputSize = model.requestedSize
        modelSettings = model.settings.ifAny
        weights = model.weightsHash
        facts = model.pictureFacts
        self.settings = settings
        self.seeds = seeds
        opposites = withOpposites ? true : nil
        self.layers = layers
    }

    /// Creates a plan of the cells of an activation atlas.
    ///
    /// - Parameters:
    ///   - cells: the cells, see ``Model/activationCells(in:at:patches:side:least:cancellation:progress:)``.
    ///   - address: the layer's address.
    ///   - source: what the model was loaded from.
    ///   - classes: where the names of its classes came from.
    /// - Throws: ``EngineError`` `.unknownLayer`, `.invalidValue`, `.tooLarge` if the recipe is not valid for the model.
    public init(
        of model: Model, cells: ActivationCells, at address: String, settings: Settings = Settings(), source: String,
        classes: String? = nil
    ) throws(EngineError) {
        try self.init(
            of: model, layers: [address], neurons: 0..<1, settings: settings, source: source, classes: classes)
        layers[0].words =
            "\(cells.cells.count) cells of \(cells.patchCount) patches in \(cells.photographCount) photographs"
        layers[0].width = cells.cells.count
        layers[0].neurons = [0...cells.cells.count - 1]
        layers[0].cells = cells
    }

    private static func template(
        _ address: String, neuron: Int, of model: Model, _ settings: Settings
    ) throws(EngineError) -> Recipe {
        guard let name = RecipeName(rawValue: settings.recipe), name != .vital else {
            throw .invalidValue(
                what: "The atlas's recipe", found: settings.recipe,
                expected: RecipeName.withoutReferences.map(\.rawValue).joined(separator: ", "))
        }
        let target = Target(model: model.name, layer: address, features: .indices([neuron]))
        let recipe = try Recipe(
            name, for: [.mean(target)], in: model, seeds: [settings.seed],
            size: settings.size.map { model.inputSize.scaled(toLongerSide: $0) }, steps: settings.steps)
        try recipe.validate()
        try recipe.validate(for: model)
        return recipe
    }

    /// Returns the union of this plan and another one of the same model.
    ///
    /// - Throws: ``AtlasFailure/otherSettings(folder:model:there:wanted:)``.
    public func adding(_ other: AtlasPlan, in folder: String) throws(EngineError) -> AtlasPlan {
        guard settings == other.settings, facts == other.facts else {
            throw .atlas(
                .otherSettings(
                    folder: folder, model: model, there: settings.words, wanted: other.settings.words))
        }
        var plan = self
        plan.seeds = max(seeds, other.seeds)
        plan.opposites = hasOpposites || other.hasOpposites ? true : nil
        for layer in other.layers {
            if let place = plan.layers.firstIndex(where: { $0.address == layer.address }) {
                guard plan.layers[place].cells == layer.cells else {
                    throw .invalidValue(
                        what: "The atlas of \(layer.address) in “\(folder)”",
                        found: plan.layers[place].cells == nil ? "one of neurons" : "one of other cells",
                        expected: "the same; choose another folder, since one holds one atlas of a layer")
                }
                plan.layers[place].neurons = (plan.layers[place].neurons + layer.neurons).merged
            } else {
                plan.layers.append(layer)
            }
        }
        plan.layers.sort { ($0.place, $0.address) < ($1.place, $1.address) }
        return plan
    }
}
