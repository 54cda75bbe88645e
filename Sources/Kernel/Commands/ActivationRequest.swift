import Cells
import VitrineEngine

/// The activations that a cell asks for: of a whole layer, of a target, or of several of these.
struct ActivationRequest {
    /// One layer or target.
    private struct Part {
        let target: Target
        /// Whether this is a whole layer, whose output includes its special tokens.
        let isWholeLayer: Bool
    }

    private let model: Model
    private let parts: [Part]
    /// Whether a list was asked for, whose length is the result's first axis.
    private let isList: Bool
    /// How a map summarizes all features of a layer.
    var summary = FeatureSummary.norm
    /// Whether all maps share one scale.
    var hasSameScale = false

    /// Asks for the whole output of a layer.
    init(_ layer: LayerValue) {
        model = layer.model
        parts = [Part(target: layer.target, isWholeLayer: true)]
        isList = false
    }

    /// Reads the argument `at` of a call.
    ///
    /// - Parameter address: returns the layer at an address.
    init(_ arguments: Arguments, address: (String) throws -> LayerValue) throws {
        let (found, isList) = try Self.parts(of: arguments[Self.place], arguments, address)
        guard let model = found.first?.model else {
            throw arguments.complaint(about: Self.place, "The list is empty: there is nothing to show.")
        }
        if let other = found.first(where: { $0.model !== model }) {
            throw arguments.complaint(
                about: Self.place,
                "Activations must be of one model, but these are of \(model.name) and \(other.model.name).")
        }
        self.model = model
        parts = found.map(\.part)
        self.isList = isList
    }

    /// Throws unless everything is part of this model.
    func check(_ arguments: Arguments, isOf owner: Model) throws {
        guard model === owner else {
            let what = parts[0].isWholeLayer && !isList ? "layer" : "target"
            throw arguments.complaint(
                about: Self.place, "The \(what) belongs to \(model.name), not to \(owner.name).")
        }
    }

    private static let place = HeatMapCommands.ActivationArguments.place

    private static func parts(
        of value: Value, _ arguments: Arguments, _ address: (String) throws -> LayerValue
    ) throws -> (parts: [(model: Model, part: Part)], isList: Bool) {
        if let text = value.string {
            let layer = try address(text)
            return ([(layer.model, Part(target: layer.target, isWholeLayer: true))], false)
        }
        if let layer = value.object as? LayerValue {
            return ([(layer.model, Part(target: layer.target, isWholeLayer: true))], false)
        }
        if let target = value.object as? TargetValue {
            return ([(target.model, Part(target: target.target, isWholeLayer: false))], false)
        }
        if let list = TargetListValue(value) {
            return (list.targets.map { (list.model, Part(target: $0, isWholeLayer: false)) }, true)
        }
        guard let list = value.array else {
            throw arguments.complaint(
                about: Self.place,
                "`at` must hold layers and targets, but this is \(value.descriptiveWords).")
        }
        return (try list.flatMap { try parts(of: $0, arguments, address).parts }, true)
    }

    /// Computes the numbers, and for a photograph the heat maps of the parts that have patches.
    func value(of input: ModelInput, in run: CellRun) throws -> TensorValue {
        let tensor = try input.tensor(for: model)
        let outputs = try self.outputs(of: tensor, in: run)
        let numbers = try parts.map { try self.numbers(of: $0, in: outputs[$0.target.layer], input: tensor) }
        guard let first = numbers.first, numbers.allSatisfy({ $0.shape == first.shape }) else {
            throw CellError(
                .wrongArgument,
                "The parts of this list have different shapes, \(numbers[0].shape) and "
                    + "\(numbers.first { $0.shape != numbers[0].shape }?.shape ?? []). Ask for them one by one.")
        }
        return TensorValue(
            isList ? Self.stacked(numbers, pictures: tensor.shape.rank == 4) : first, title: title,
            shapeWords: ModelInput.words(try shapeWords, for: tensor),
            maps: try input.photograph.map { try maps(of: $0.image, outputs) } ?? nil)
    }

    /// Computes the whole output of every layer that is asked for.
    private func outputs(of input: Tensor, in run: CellRun) throws -> [String: Tensor] {
        var outputs: [String: Tensor] = [:]
        for part in parts where outputs[part.target.layer] == nil {
            let layer = part.target.layer
            try part.target.validate(in: model.layer(layer).shape, orWhole: part.isWholeLayer)
            outputs[layer] = try ProgressLine.during(layer, in: run.execution) { line in
                try model.activations(at: layer, of: input, cancellation: run.cancellation) {
                    line.update(done: $0, of: $1, .things("picture"))
                }
            }
        }
        return outputs
    }
}

// The numbers.
extension ActivationRequest {
    /// Returns a target's rows and features in each picture's output, without the axes of extent 1.
    private func numbers(of part: Part, in output: Tensor?, input: Tensor) throws -> Tensor {
        guard let output, !part.isWholeLayer else { return output ?? Tensor([], shape: [0]) }
        let shape = try model.layer(part.target.layer).shape
        let rows = try part.target.tokenIndices(in: shape)
        let features = try part.target.featureIndices(in: shape)
        let pictures = input.shape.rank == 4 ? input.shape[0] : 1
        var values: [Float] = []
        values.reserveCapacity(pictures * rows.count * features.count)
        for picture in 0..<pictures {
            for row in rows {
                let start = picture * shape.extents.count + row * shape.features
                for feature in features { values.append(output.values[start + feature]) }
            }
        }
        let axes = (rows.count > 1 ? [rows.count] : []) + (features.count > 1 ? [features.count] : [])
        return Tensor(values, shape: Shape((input.shape.rank == 4 ? [pictures] : []) + axes))
    }

    /// Stacks tensors of one shape along a new first axis, or a new second one if the first counts pictures.
    private static func stacked(_ tensors: [Tensor], pictures hasPictures: Bool) -> Tensor {
        let shape = tensors[0].shape.dimensions
        guard hasPictures else {
            return Tensor(tensors.flatMap(\.values), shape: Shape([tensors.count] + shape))
        }
        let part = tensors[0].values.count / max(shape[0], 1)
        let values = (0..<shape[0]).flatMap { picture in
            tensors.flatMap { $0.values[picture * part..<(picture + 1) * part] }
        }
        return Tensor(values, shape: Shape([shape[0], tensors.count] + shape.dropFirst()))
    }
}

// The words.
extension ActivationRequest {
    /// The result's title: "blocks.5.mlp of vit", "neuron 42 of 128 in all 64 patches, blocks.5.mlp of vit".
    private var title: String {
        guard isList else {
            let part = parts[0]
            return part.isWholeLayer ? "\(part.target.layer) of \(model.name)" : part.target.sentence(in: model)
        }
        let layers = Set(parts.map(\.target.layer))
        let what = "\(parts.count) \(noun)"
        return "\(what) of \(layers.count == 1 ? "\(parts[0].target.layer) of \(model.name)" : model.name)"
    }

    private var shapeWords: String {
        get throws {
            let part = parts[0]
            let shape = try model.layer(part.target.layer).shape
            let words: String
            if part.isWholeLayer {
                words = shape.words
            } else {
                let rows = try part.target.tokenIndices(in: shape).count
                let features = try part.target.featureIndices(in: shape).count
                let axes =
                    (rows > 1 ? ["\(rows) \(rowNoun(shape, part.target))"] : [])
                    + (features > 1 ? ["\(features) features"] : [])
                words = axes.isEmpty ? "one number" : axes.joined(separator: " × ")
            }
            return isList ? "\(parts.count) \(noun) × \(words)" : words
        }
    }

    /// What the parts of a list are: "neurons", "layers".
    private var noun: String {
        let areNeurons = parts.allSatisfy {
            if case .indices(let indices) = $0.target.features { indices.count == 1 } else { false }
        }
        let word = areNeurons ? "neuron" : parts.allSatisfy(\.isWholeLayer) ? "layer" : "target"
        return parts.count == 1 ? word : word + "s"
    }

    private func rowNoun(_ shape: LayerShape, _ target: Target) -> String {
        switch (shape, target.tokens) {
        case (.tokenMixing, _): "hidden token-mixing units"
        case (_, .all): "tokens"
        default: "patches"
        }
    }
}

// The maps.
extension ActivationRequest {
    /// Makes heat maps over a photograph of the parts that have patches; returns nil if none has.
    private func maps(of photograph: Image, _ outputs: [String: Tensor]) throws -> TensorMaps? {
        let mapped = try parts.filter { try hasPatches($0.target) }
        guard !mapped.isEmpty else { return nil }
        let layers = Set(mapped.map(\.target.layer))
        let found = try mapped.map { part in
            try model.activationMaps(
                ofOutput: outputs[part.target.layer] ?? Tensor([], shape: [0]), for: photograph, at: part.target,
                by: summary)
        }
        let maps = found.flatMap { maps in
            maps.maps.map {
                layers.count == 1 ? $0 : $0.with(label: "\(maps.title.dropFirst(model.name.count + 1))\n\($0.label)")
            }
        }
        guard maps.allSatisfy({ $0.values.shape == maps[0].values.shape }) else { return nil }
        let all = HeatMaps(layers.count == 1 ? found[0].title : model.name, maps: maps, of: found[0].photograph)
        return TensorMaps(maps: hasSameScale ? all.withSharedScale : all.withSharedColorMap)
    }

    /// Returns whether a target has several patches.
    private func hasPatches(_ target: Target) throws -> Bool {
        guard case .tokens(let layout, _) = try model.layer(target.layer).shape, layout.patchCount > 1 else {
            return false
        }
        return switch target.tokens {
        case .patches, .all: true
        case .indices(let patches): patches.count > 1
        case .special, .hiddenUnits: false
        }
    }
}

extension Target {
    /// Throws if the layer does not have what the target names. A whole layer is always valid.
    fileprivate func validate(in shape: LayerShape, orWhole isWhole: Bool) throws(EngineError) {
        if !isWhole { try validate(in: shape) }
    }
}
