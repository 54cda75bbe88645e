/// A framework's names for a model's parts.
///
/// Families are written once, with timm's names ("blocks.3.mlp.fc1"); a table has each part's name in another framework
/// ("encoder.layers.encoder_layer_3.mlp.0"). The same table finds the tensors in a checkpoint and gives the layers
/// their names in the framework. `#` stands for a block's number.
///
///     TensorNames(
///         ["patch_embed.proj": ["conv_proj"], "norm": ["encoder.ln"], "head": ["heads.head"]],
///         block: "encoder.layers.encoder_layer_#", ["norm1": ["ln_1"], "mlp.fc1": ["mlp.0", "mlp.linear_1"]])
struct TensorNames: Sendable {
    private var table: [String: [String]] = [:]
    /// Whether a name that is not in the table is the same as timm's.
    private var keepsOthers = false
    /// The prefix of names that are not in the table.
    private var prefix = ""

    /// The names of timm and of the projects that timm took its names from.
    static let timm = {
        var names = TensorNames()
        names.keepsOthers = true
        names.table = [
            "reg_token": ["reg_token", "register_tokens", "storage_tokens"],
            // RoPE-ViT's authors.
            "rope.freqs": ["rope.freqs", "freqs"],
            // EVA's authors and timm.
            "blocks.#.attn.q": ["blocks.#.attn.q", "blocks.#.attn.q_proj"],
            "blocks.#.attn.k": ["blocks.#.attn.k", "blocks.#.attn.k_proj"],
            "blocks.#.attn.v": ["blocks.#.attn.v", "blocks.#.attn.v_proj"],
            "blocks.#.attn.q.bias": ["blocks.#.attn.q.bias", "blocks.#.attn.q_proj.bias", "blocks.#.attn.q_bias"],
            "blocks.#.attn.v.bias": ["blocks.#.attn.v.bias", "blocks.#.attn.v_proj.bias", "blocks.#.attn.v_bias"],
            "blocks.#.attn.norm": ["blocks.#.attn.norm", "blocks.#.attn.inner_attn_ln"],
            "blocks.#.mlp.w1": ["blocks.#.mlp.w1", "blocks.#.mlp.fc1_g"],
            "blocks.#.mlp.w2": ["blocks.#.mlp.w2", "blocks.#.mlp.fc1_x"],
            "blocks.#.mlp.norm": ["blocks.#.mlp.norm", "blocks.#.mlp.ffn_ln"],
            "blocks.#.ls1.gamma": ["blocks.#.ls1.gamma", "blocks.#.gamma_1"],
            "blocks.#.ls2.gamma": ["blocks.#.ls2.gamma", "blocks.#.gamma_2"],
            "blocks.#": ["blocks.#"],
        ]
        return names
    }()

    /// The number of blocks of each stage, in a model that numbers its blocks anew in every stage; empty in others.
    private(set) var depths: [Int] = []

    private init() {}

    /// Creates a table of names.
    ///
    /// - Parameters:
    ///   - parts: the names of each part outside the blocks, the most common first.
    ///   - bare: the same for parts whose names have no prefix, such as a classifier beside the model itself.
    ///   - blocks: the names of a block, with `#` for its number; several if there are several spellings.
    ///   - inside: the names of each part of a block, relative to the block.
    ///   - prefix: the prefix of every name except the bare ones.
    ///   - separator: the text between a block and its part.
    init(
        _ parts: [String: [String]], bare: [String: [String]] = [:], blocks: [String],
        _ inside: [String: [String]], prefix: String = "", separator: String = "."
    ) {
        table = parts.mapValues { $0.map { prefix + $0 } }.merging(bare) { part, _ in part }
        table["blocks.#"] = blocks.map { prefix + $0 }
        for (part, names) in inside {
            table["blocks.#." + part] = blocks.flatMap { block in
                names.map { prefix + block + separator + $0 }
            }
        }
    }

    /// Creates a table of names of a model in stages, with as many stages and blocks as a checkpoint has.
    ///
    /// Its blocks are numbered through here: "blocks.3.attn" can be "layers.1.blocks.1.attn" in the framework.
    /// "stages.1" is the output of a stage, "stages.1.merging" what joins patches before it.
    ///
    /// - Parameters:
    ///   - names: the checkpoint's names.
    ///   - block: returns the name of a stage's block.
    ///   - inside: the names of each part of a block, relative to the block.
    ///   - stage: returns the names of a stage, of so many.
    ///   - merging: returns the names of what joins patches before a stage; the first has its norm and its matrix.
    ///   - mergingParts: the names of its norm and of its matrix, relative to it.
    init(
        _ parts: [String: [String]], bare: [String: [String]] = [:], among names: [String],
        block: (_ stage: Int, _ index: Int) -> String, _ inside: [String: [String]],
        stage: (_ stage: Int, _ count: Int) -> [String], merging: (_ stage: Int) -> [String],
        mergingParts: [String: String] = ["norm": "norm", "reduction": "reduction"], prefix: String = ""
    ) {
        depths = Self.depths(among: names) { prefix + block($0, $1) + "." }
        table = parts.mapValues { $0.map { prefix + $0 } }.merging(bare) { part, _ in part }
        var number = 0
        for (place, depth) in depths.enumerated() {
            table["stages.\(place)"] = stage(place, depths.count).map { prefix + $0 }
            if place > 0 {
                let names = merging(place).map { prefix + $0 }
                table["stages.\(place).merging"] = names
                for (part, name) in mergingParts {
                    table["stages.\(place).merging.\(part)"] = names.prefix(1).map { "\($0).\(name)" }
                }
            }
            for index in 0..<depth {
                let name = prefix + block(place, index)
                table["blocks.\(number)"] = [name]
                for (part, names) in inside { table["blocks.\(number).\(part)"] = names.map { "\(name).\($0)" } }
                number += 1
            }
        }
    }

    /// Returns the number of blocks of each stage whose tensors' names begin with what `start` returns.
    private static func depths(
        among names: [String], start: (_ stage: Int, _ index: Int) -> String
    ) -> [Int] {
        func has(_ stage: Int, _ index: Int) -> Bool {
            let start = start(stage, index)
            return names.contains { $0.hasPrefix(start) }
        }
        var depths: [Int] = []
        while has(depths.count, 0) {
            let stage = depths.count
            depths.append((0...).first { !has(stage, $0) } ?? 0)
        }
        return depths
    }

    /// Returns these names, each with a prefix.
    func prefixed(by prefix: String) -> TensorNames {
        var names = self
        names.prefix = prefix + self.prefix
        names.table = table.mapValues { $0.map { prefix + $0 } }
        return names
    }

    /// Returns these names, each followed by those that it has in another table.
    func merging(_ other: TensorNames) -> TensorNames {
        var names = self
        names.table.merge(other.table) { own, others in own + others.filter { !own.contains($0) } }
        return names
    }

    /// Adds the names of parts, or replaces them.
    mutating func add(_ parts: [String: [String]]) { table.merge(parts) { _, new in new } }

    /// Returns these names with others for some parts.
    func replacing(_ parts: [String: [String]]) -> TensorNames {
        var names = self
        names.table.merge(parts) { $1 }
        return names
    }

    /// Returns these names with others for some parts of each block, relative to the block's name.
    func replacing(_ parts: [String: [String]], inBlocks block: String) -> TensorNames {
        var names = self
        for (part, spellings) in parts { names.table["blocks.#.\(part)"] = spellings.map { "\(block).\($0)" } }
        return names
    }

    /// Returns the names that `name`, in timm's spelling, can have in the framework, the most common first.
    ///
    /// A tensor's name is that of its part, followed by the rest: "head.weight" becomes "heads.head.weight".
    ///
    /// - Returns: an empty list for a part that has no name in the framework.
    func spellings(of name: String) -> [String] {
        guard depths.isEmpty else { return spellingsInStages(of: name) }
        var components = name.split(separator: ".").map(String.init)
        var number: String?
        if components.count > 1, components[0] == "blocks" {
            number = components[1]
            components[1] = "#"
        }
        if let names = table[components.joined(separator: ".")] {
            return names.map { numbered($0, number) }
        }
        // A tensor is named after its part. A part of a part has its own entry.
        let part = components.dropLast().joined(separator: ".")
        guard let names = table[part], part != "blocks.#", let last = components.last else {
            return keepsOthers ? [prefix + name] : []
        }
        return names.map { numbered($0, number) + "." + last }
    }

    /// Returns the names in a model in stages, whose table has an entry for each part of each block.
    private func spellingsInStages(of name: String) -> [String] {
        if let names = table[name] { return names }
        let components = name.split(separator: ".")
        let part = components.dropLast().joined(separator: ".")
        // A tensor is named after its part, but a part not after its block.
        let isOfBlock = components.count == 3 && ["blocks", "stages"].contains(components[0])
        guard !isOfBlock, let names = table[part], let last = components.last else { return [] }
        return names.map { "\($0).\(last)" }
    }

    /// Returns the number of blocks among `names` that are numbered from 0 without a gap.
    func blockCount(among names: [String]) -> Int {
        guard depths.isEmpty else { return depths.reduce(0, +) }
        let numbers = Set(blocks(among: names).keys)
        return (0...).first { !numbers.contains($0) } ?? 0
    }

    /// Returns the names of the missing tensors of blocks in a gap of the numbers, following those of the first block.
    func missingFromGaps(among names: [String]) -> [String] {
        let blocks = blocks(among: names)
        // Numbers far beyond the others do not belong to blocks of this model.
        guard let last = blocks.keys.max(), last < 2 * blocks.count else { return [] }
        return (0...last).filter { blocks[$0] == nil }.flatMap { gap in
            (blocks[0] ?? []).map { $0.start + "\(gap)" + $0.rest }
        }
    }

    /// Returns the names that belong to blocks by the block's number, split before and after it.
    private func blocks(among names: [String]) -> [Int: [(start: Substring, rest: Substring)]] {
        var found: [Int: [(start: Substring, rest: Substring)]] = [:]
        for block in table["blocks.#"] ?? [] {
            let start = block.prefix { $0 != "#" }
            for name in names where name.hasPrefix(start) {
                let rest = name.dropFirst(start.count)
                let digits = rest.prefix(while: \.isNumber)
                guard rest.count > digits.count, let number = Int(digits) else { continue }
                found[number, default: []].append((start, rest.dropFirst(digits.count)))
            }
        }
        return found
    }

    private func numbered(_ name: String, _ number: String?) -> String {
        name.replacing("#", with: number ?? "#", maxReplacements: 1)
    }
}
