import VitrineEngine

/// A model's layers as a table: a row each, or one for all blocks that are alike where there are many.
struct LayerTable {
    /// The model's name.
    let model: String
    /// The layers in the order of computation.
    let layers: [Layer]

    /// From so many layers on, blocks that are alike share their rows.
    private static let longestList = 40

    /// The rows with their headings.
    var table: Table {
        let runs = layers.count > Self.longestList ? runs : []
        let first = layers.first { $0.address.contains(".") } ?? layers.first
        return Table(
            headings: ["address", "output for one picture", "also called"],
            rows: layers.compactMap { row($0, runs) }, codeColumns: [0, 2],
            footnote: (runs.isEmpty ? "" : "Names in the last column are those of the first block of a row. ")
                + "`\(model)[\"\(first?.address ?? "")\"]` names a layer by its address"
                + (first.flatMap { $0.frameworkNames.first }.map {
                    ", `\(model)[\"\($0)\"]` by a name of its framework's."
                }
                    ?? "."))
    }

    /// The row that begins with a layer; nil when an earlier one stands for it.
    private func row(_ layer: Layer, _ runs: [ClosedRange<Int>]) -> [String]? {
        let names = layer.frameworkNames.joined(separator: ", ")
        guard let place = BlockPlace(layer.address), let run = runs.first(where: { $0.contains(place.block) }) else {
            return [layer.address, layer.shape.words, names]
        }
        guard place.block == run.lowerBound else { return nil }
        let last = "blocks.\(run.upperBound)\(place.rest)"
        return ["\(layer.address) … \(last)", layer.shape.words, names]
    }

    /// Blocks that follow one another and have the same layers, more than one.
    private var runs: [ClosedRange<Int>] {
        var contents: [Int: [String]] = [:]
        for layer in layers {
            guard let place = BlockPlace(layer.address) else { continue }
            contents[place.block, default: []].append("\(place.rest) \(layer.shape.words)")
        }
        var runs: [ClosedRange<Int>] = []
        for block in contents.keys.sorted() {
            if let run = runs.last, run.upperBound == block - 1, contents[run.lowerBound] == contents[block] {
                runs[runs.count - 1] = run.lowerBound...block
            } else {
                runs.append(block...block)
            }
        }
        return runs.filter { $0.count > 1 }
    }
}

/// Where an address lies in a block: "blocks.5.attn.queries" is ".attn.queries" of block 5.
private struct BlockPlace {
    let block: Int
    let rest: String

    init?(_ address: String) {
        let start = "blocks."
        guard address.hasPrefix(start) else { return nil }
        let number = address.dropFirst(start.count).prefix { $0 != "." }
        guard let block = Int(number) else { return nil }
        self.block = block
        rest = String(address.dropFirst(start.count + number.count))
    }
}
