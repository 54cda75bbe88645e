import VitrineEngine

/// The layers of a model grouped for browsing: parts from the first to the last, and the sublayers of each.
struct ModelParts: Sendable {
    /// A block, or a layer outside the blocks.
    struct Part: Sendable {
        /// “block 5”, “logits”.
        let name: String
        /// The sublayers in the order of computation; a block's own output is the last.
        fileprivate(set) var sublayers: [Sublayer]

        /// The index of the block; nil for a layer outside the blocks.
        var block: Int? { name.hasPrefix("block ") ? Int(name.dropFirst("block ".count)) : nil }
    }

    /// A layer of a part.
    struct Sublayer: Sendable {
        /// “mlp.hidden”; “output” for the part's own.
        let name: String
        let layer: Layer
    }

    /// The parts in the order of computation.
    private(set) var all: [Part] = []

    /// The name of the sublayer that is the part's own output.
    static let output = "output"

    /// Groups the layers of a model that have neurons; attention patterns have none.
    init(_ model: Model) {
        for layer in model.layers {
            guard !layer.shape.isPattern else { continue }
            let names = layer.address.split(separator: ".", maxSplits: 2).map(String.init)
            let isInBlock = names.count > 1 && names[0] == "blocks"
            let part = isInBlock ? "block \(names[1])" : layer.address
            let sublayer = Sublayer(name: isInBlock && names.count > 2 ? names[2] : Self.output, layer: layer)
            if let index = all.firstIndex(where: { $0.name == part }) {
                all[index].sublayers.append(sublayer)
            } else {
                all.append(Part(name: part, sublayers: [sublayer]))
            }
        }
    }

    /// Returns the indices of a layer's part and sublayer; nil if it is in no part.
    func position(of address: String) -> (part: Int, sublayer: Int)? {
        for (part, entry) in all.enumerated() {
            if let sublayer = entry.sublayers.firstIndex(where: { $0.layer.address == address }) {
                return (part, sublayer)
            }
        }
        return nil
    }

    /// The layer to start with: the MLP over features in the middle block.
    var middle: (part: Int, sublayer: Int) {
        let blocks = all.indices.filter { all[$0].name.hasPrefix("block ") }
        let part = blocks.isEmpty ? all.count / 2 : blocks[blocks.count / 2]
        return (part, sublayer(["mlp", "mlp2"], in: part))
    }

    /// Returns the sublayer with the first of these names that the part has, or the part's own output.
    func sublayer(_ names: [String], in part: Int) -> Int {
        let sublayers = all[part].sublayers
        for name in names {
            if let index = sublayers.firstIndex(where: { $0.name == name }) { return index }
        }
        return sublayers.count - 1
    }
}

extension LayerShape {
    /// The choices of rows; the first is all of them.
    var rowChoices: [TokenSelection] {
        switch self {
        case .vector, .heads, .windows, .pooling: [.patches]
        case .tokenMixing(let hidden, _): [.patches] + (0..<hidden).map { .hiddenUnits([$0]) }
        case .tokens(let layout, _):
            [.patches] + layout.special.map { .special($0) } + (0..<layout.patchCount).map { .indices([$0]) }
        }
    }

    /// Describes a choice of rows: “all patches”, “CLS”, “row 3, column 4”.
    func words(for rows: TokenSelection) -> String {
        switch (self, rows) {
        case (.vector, _), (.heads, _), (.windows, _), (.pooling, _): "–"
        case (.tokenMixing, .hiddenUnits(let units)): "hidden unit \(units[0])"
        case (.tokenMixing, _): "all hidden units"
        case (.tokens(let layout, _), .indices(let patches)):
            "row \(patches[0] / layout.columns), column \(patches[0] % layout.columns)"
        case (_, .special(let name)): name
        default: "all patches"
        }
    }
}
