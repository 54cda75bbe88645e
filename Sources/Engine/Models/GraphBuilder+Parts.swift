// What several families have in common.

extension GraphBuilder {
    /// The two layers that work on each row alone, with a GELU between them.
    ///
    /// - Parameters:
    ///   - weights: the scope of `fc1` and `fc2`.
    ///   - address: what the output is called here; `hidden` is named below it. No names without it.
    ///   - framework: what the part is called in the weights' framework, if otherwise.
    ///   - alias: a second address.
    mutating func mlp(
        _ x: Result, _ weights: WeightReader, at address: String?, framework: String? = nil,
        alias: String? = nil
    ) throws(EngineError) -> Result {
        // Where one of the tensors is missing, another tells the width, so that only the missing one is named.
        let width =
            weights["fc1"].shape("weight")?.dimensions.first ?? weights["fc1"].shape("bias")?.dimensions.first
            ?? weights["fc2"].shape("weight")?.dimensions.last ?? 0
        let first = try linear(x, weights["fc1"], width)
        let hidden = try gelu(first)
        let output = try linear(hidden, weights["fc2"], x.shape[-1])
        if let address {
            let inside = framework ?? address
            name(first, "\(inside).fc1", listed: false)
            name(
                hidden, "\(address).hidden", also: ["\(inside).act"] + (alias.map { ["\($0).hidden"] } ?? []))
            name(
                output, address,
                also: ["\(inside).fc2"] + (inside == address ? [] : [inside]) + (alias.map { [$0] } ?? []))
        }
        return output
    }

    /// The same over the tokens: every feature's row of tokens goes through the two layers.
    ///
    /// - Returns: the output, features × tokens turned back into tokens × features.
    mutating func tokenMLP(
        _ transposed: Result, _ weights: WeightReader, at address: String, also: [String]
    ) throws(EngineError) -> Result {
        let output = try transpose(mlp(transposed, weights, at: nil))
        name(output, address, also: also)
        return output
    }
}

extension AssembleTokens {
    /// A class token before the patches; `positions` holds the class token's first.
    ///
    /// - Parameters:
    ///   - classToken: `[1, 1, width]`.
    ///   - positions: `[1, 1 + patches, width]`.
    init(classToken: Parameter, positions: Parameter, width: Int) {
        let patches = positions.shape[1] - 1
        guard classToken.count > 0, positions.count > 0 else {
            // One of them is missing; the reader has noted it and the graph will not be used.
            self.init(
                special: Parameter(missing: [1, width]), positions: Parameter(missing: [patches, width]))
            return
        }
        let special = Parameter(shape: [1, width]) { values in
            for index in 0..<width { values[index] = classToken.values[index] + positions.values[index] }
        }
        let rest = Parameter(shape: [patches, width]) { values in
            for index in values.indices { values[index] = positions.values[width + index] }
        }
        self.init(special: special, positions: rest)
    }
}
