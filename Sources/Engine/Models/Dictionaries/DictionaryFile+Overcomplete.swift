import Compute
import Foundation
import Platform

// Dictionaries of overcomplete, and those of visaebench, which are trained with it.
extension DictionaryFile {
    /// Reads an encoder of one linear layer, whose batch norm is folded in, or one that is tied to the dictionary.
    ///
    /// The file of overcomplete alone does not say which latents are kept; visaebench writes that into “config.json”.
    ///
    /// - Source: overcomplete `sae/modules.py`, `sae/dictionary.py`; visaebench `hub/sae_wrapper.py`.
    func overcomplete() throws(EngineError) -> Parts {
        if let block = checkpoint.names.first(where: { $0.hasPrefix("encoder.mlp_blocks.") }) {
            throw unsupported("The encoder", "several layers (“\(block)”)", "one linear layer")
        }
        let isBenchmark = kind != nil
        let decoder = try dictionaryRows(isNormalized: !isBenchmark)
        let (count, width) = (decoder.shape[0], decoder.shape[1])
        var (encoder, bias): (Parameter, Parameter)
        if let name = ["encoder.final_block.0", "encoder"].first(where: { has("\($0).weight") }) {
            encoder = try numbers("\(name).weight", [count, width])
            bias = try self.bias("\(name).bias", count)
            if name != "encoder", has("encoder.final_block.1.weight") {
                (encoder, bias) = try folded("encoder.final_block.1", encoder, bias)
            }
        } else if has("encoder.tied_to._weights") {
            (encoder, bias) = (decoder, try self.bias("encoder.bias", count))
        } else {
            throw unsupported(
                "The encoder", "of another kind than a linear layer",
                "a linear layer with or without a batch norm, or one tied to the dictionary")
        }
        return Parts(
            format: isBenchmark ? "visaebench" : "overcomplete", gate: try gate(count), encoder: encoder, bias: bias,
            decoder: decoder, decoderBias: has("decoder.bias") ? try numbers("decoder.bias", [width]) : nil)
    }

    /// The kind of gate that the configuration names; nil if none does.
    private var kind: String? {
        (settings?.string("activation") ?? settings?.string("sae_type") ?? settings?.string("architecture"))?
            .lowercased()
    }

    private func bias(_ name: String, _ count: Int) throws(EngineError) -> Parameter {
        has(name)
            ? try numbers(name, [count]) : Parameter(Tensor([Float](repeating: 0, count: count), shape: [count]))
    }

    /// Returns the dictionary: rows of unit length, which overcomplete normalizes when it loads them, times a factor.
    private func dictionaryRows(isNormalized: Bool) throws(EngineError) -> Parameter {
        guard has("dictionary._weights") else { return try matrix("decoder.weight") }
        let rows = try matrix("dictionary._weights")
        let factor =
            has("dictionary.multiplier") ? exp(try numbers("dictionary.multiplier").tensor.values.first ?? 0) : 1
        let (count, width) = (rows.shape[0], rows.shape[1])
        return Parameter(shape: rows.shape) { values in
            for row in 0..<count {
                var squares = 0.0
                for index in row * width..<(row + 1) * width {
                    squares += Double(rows.values[index]) * Double(rows.values[index])
                }
                let scale = isNormalized && squares > 0 ? factor / Float(squares.squareRoot()) : factor
                for index in row * width..<(row + 1) * width { values[index] = rows.values[index] * scale }
            }
        }
    }

    /// Returns the linear layer that a batch norm with its running statistics makes of one.
    private func folded(
        _ name: String, _ weight: Parameter, _ bias: Parameter
    ) throws(EngineError) -> (Parameter, Parameter) {
        let (count, width) = (weight.shape[0], weight.shape[1])
        guard has("\(name).running_mean"), has("\(name).running_var") else {
            throw unsupported("The encoder's norm", "one without running statistics", "a batch norm, or none")
        }
        let scale = try numbers("\(name).weight", [count])
        let shift = try numbers("\(name).bias", [count])
        let mean = try numbers("\(name).running_mean", [count])
        let variance = try numbers("\(name).running_var", [count])
        let factors = (0..<count).map { row in
            Double(scale.values[row]) / (Double(variance.values[row]) + 1e-5).squareRoot()
        }
        let folded = Parameter(shape: weight.shape) { values in
            for index in 0..<count * width {
                values[index] = Float(Double(weight.values[index]) * factors[index / width])
            }
        }
        let moved = Parameter(shape: [count]) { values in
            for row in 0..<count {
                let centered = Double(bias.values[row]) - Double(mean.values[row])
                values[row] = Float(centered * factors[row] + Double(shift.values[row]))
            }
        }
        return (folded, moved)
    }

    /// Returns the gate: that of the arguments of `load`, of the configuration, or of the thresholds in the file.
    private func gate(_ count: Int) throws(EngineError) -> DictionaryGate {
        if let kept = reference.topK { return .largest(count: min(kept, count), isRectified: true) }
        if let threshold = reference.threshold { return Self.shared(Float(threshold), count, includesEqual: true) }
        switch kind {
        case "topk":
            guard let kept = settings?.integer("k"), kept > 0 else {
                throw missing("The number of latents that are kept", "`load(…, on: …, topK: 64)`")
            }
            return .largest(count: min(kept, count), isRectified: true)
        case "batchtopk":
            var threshold = settings?.number("threshold").map { Float($0) }
            if threshold == nil, let name = ["_running_threshold", "running_threshold"].first(where: has) {
                threshold = try numbers(name).tensor.values.first
            }
            return Self.shared(threshold ?? 0, count, includesEqual: true)
        case "jumprelu":
            let name = ["jump_thresholds", "thresholds"].first(where: has)
            let thresholds = try name.map { name throws(EngineError) in try numbers(name, [count]).tensor.values }
            return jump(thresholds ?? [Float](repeating: 0.01, count: count), includesEqual: false)
        case nil:
            // JumpReLU learns the logarithms.
            if has("thresholds") {
                return jump(try numbers("thresholds", [count]).tensor.values.map { exp($0) }, includesEqual: true)
            }
            throw missing(
                "The gate",
                "`load(…, on: …, topK: 64)` for a TopK, the `running_threshold` of a BatchTopK as `threshold:`, "
                    + "`threshold: 0` for a ReLU")
        case let other?: throw unsupported("The activation", other, "topk, batchtopk or jumprelu")
        }
    }

    private func jump(_ thresholds: [Float], includesEqual: Bool) -> DictionaryGate {
        .above(
            thresholds: Parameter(Tensor(thresholds.map { max($0, 0) }, shape: [thresholds.count])),
            includesEqual: includesEqual, isShared: false)
    }
}
