import VitrineEngine

/// A table of a model's layers: a row for each, or, for many layers, a row for each run of equal blocks.
struct LayerTable {
    /// The model's name.
    let model: String
    /// The layers in the order of computation.
    let layers: [Layer]

    /// The largest number of layers that are listed one by one.
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

    /// Returns the row that begins with a layer; nil if an earlier row includes it.
    private func row(_ layer: Layer, _ runs: [ClosedRange<Int>]) -> [String]? {
        let names = layer.frameworkNames.joined(separator: ", ")
        guard let address = BlockAddress(layer.address), let run = runs.first(where: { $0.contains(address.block) })
        else {
            return [layer.address, layer.shape.words, names]
        }
        guard address.block == run.lowerBound else { return nil }
        let last = "blocks.\(run.upperBound)\(address.rest)"
        return ["\(layer.address) … \(last)", layer.shape.words, names]
    }

    /// Runs of two or more consecutive blocks with the same layers.
    private var runs: [ClosedRange<Int>] {
        var contents: [Int: [String]] = [:]
        for layer in layers {
            guard let address = BlockAddress(layer.address) else { continue }
            contents[address.block, default: []].append("\(address.rest) \(layer.shape.words)")
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

/// An address split into a block and the rest: "blocks.5.attn.queries" is ".attn.queries" of block 5.
private struct BlockAddress {
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
