import Compute
import Images
import Models
import Platform
import Visualization

extension Importance {
    /// The effects as pictures: maps over the photograph for patches, otherwise a matrix of blocks by heads, or of kinds by
    /// blocks.
    public func pictures(of model: Model) -> [Image] {
        if let maps = patchMaps(of: model) { return [maps.sheet.image] }
        return effects.isEmpty ? [] : [matrix.image]
    }

    /// The effects of single patches as maps over the photograph, one for each layer; nil if the parts are others.
    public func patchMaps(of model: Model) -> HeatMaps? {
        var values: [(layer: String, tokens: [Float])] = []
        var layout: TokenLayout?
        for effect in effects {
            guard case .target(let target) = effect.part, target.features == .all,
                case .tokens(let own, _) = try? model.layer(target.layer).shape,
                let rows = try? target.tokenIndices(in: .tokens(own, features: 1)), rows.count == 1,
                layout == nil || layout == own
            else { return nil }
            layout = own
            if values.last?.layer != target.layer {
                values.append((target.layer, [Float](repeating: .nan, count: own.count)))
            }
            values[values.count - 1].tokens[rows[0]] = effect.loss
        }
        guard let layout, !values.isEmpty else { return nil }
        let maps = values.map { layout.map($0.layer, $0.tokens, over: photograph) }
        let title = "\(model.name): loss of \(label) without a patch"
        return values.count > 1
            ? HeatMaps(title, maps: maps, of: photograph).withSharedScale : HeatMaps(title, maps: maps, of: photograph)
    }

    /// The effects in a matrix.
    private var matrix: MatrixPlot {
        let places = effects.map { place(of: $0.part) }
        var (rows, columns): ([String], [Int]) = ([], [])
        for place in places where !rows.contains(place.row) { rows.append(place.row) }
        columns = Set(places.map(\.column)).sorted()
        var values = Tensor(repeating: .nan, shape: [rows.count, columns.count])
        for (effect, place) in zip(effects, places) {
            guard let row = rows.firstIndex(of: place.row), let column = columns.firstIndex(of: place.column) else {
                continue
            }
            values.values[row * columns.count + column] = effect.loss
        }
        return MatrixPlot(
            values, rows: rows, columns: columns.map(String.init),
            title: "\(model): loss of \(label) without a part", xLabel: places.first?.noun ?? "")
    }

    /// Returns the row and the column of a part: heads and neurons by layer, whole layers by block.
    private func place(of part: Part) -> (row: String, column: Int, noun: String) {
        let names = part.layer.split(separator: ".").map(String.init)
        let block = names.count > 1 && names[0] == "blocks" ? Int(names[1]) : nil
        if case .target(let target) = part {
            switch target.features {
            case .head(let head, _): return (block.map { "block \($0)" } ?? part.layer, head, "head")
            case .indices(let indices) where indices.count == 1: return (part.layer, indices[0], "neuron")
            default: break
            }
        }
        guard let block else { return (part.layer, 0, "") }
        return (names.count == 2 ? "block" : names.dropFirst(2).joined(separator: "."), block, "block")
    }
}

extension Importance.Part {
    /// Returns every token of a layer as a part, the special ones first.
    ///
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/noPatches(layer:model:shape:)``.
    public static func tokens(of address: String, in model: Model) throws(EngineError) -> [Importance.Part] {
        let layer = try model.layer(address)
        guard case .tokens(let layout, _) = layer.shape else {
            throw .noPatches(layer: address, model: model.name, shape: layer.shape)
        }
        let tokens =
            layout.special.map { TokenSelection.special($0) }
            + (0..<layout.patchCount).map { .indices([$0]) }
        return tokens.map { .target(Target(model: model.name, layer: layer.address, tokens: $0)) }
    }
}

extension Model {
    /// Every attention head, from the first block to the last.
    public var headTargets: [Target] {
        (0..<blockCount).flatMap { block -> [Target] in
            let address = "blocks.\(block).attn.heads"
            guard let layer = graph.layer(address), let count = headCount(at: address) else { return [] }
            return (0..<count).map {
                Target(model: name, layer: layer.address, features: .head($0, of: count), tokens: .all)
            }
        }
    }

    /// The MLPs of all blocks, from the first.
    public var mlpLayers: [Layer] {
        layers.filter { layer in
            let names = layer.address.split(separator: ".")
            return names.count == 3 && names[0] == "blocks" && names[2].hasPrefix("mlp")
        }
    }
}
