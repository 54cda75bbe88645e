import Compute
import Platform

/// A checkpoint whose low-rank adapters (LoRA) are merged into the layers that they change.
///
///     W ← W + s · B · A          s = α / r, or α / √r if it is stabilized for the rank r
///
/// The adapters lie beside the weights in one file, or in a file of their own. Layers that PEFT keeps a trained copy of
/// (`modules_to_save`) are replaced by it.
///
/// Source: Hu et al. 2021, arXiv:2106.09685, eq. 3; Kalajdzievski 2023, arXiv:2312.03732; PEFT `tuners/lora/layer.py`.
package struct AdaptedCheckpoint: Checkpoint {
    /// How strongly adapters change the weights, which only PEFT's `adapter_config.json` says.
    package struct Strength: Sendable {
        /// PEFT's `lora_alpha`.
        package let alpha: Double
        /// PEFT's `use_rslora`.
        package let isRankStabilized: Bool

        package init(alpha: Double, isRankStabilized: Bool) {
            self.alpha = alpha
            self.isRankStabilized = isRankStabilized
        }

        fileprivate func scale(rank: Int) -> Float {
            Float(alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank)))
        }
    }

    package let names: [String]

    private let base: any Checkpoint
    private let adapters: any Checkpoint
    private let isOneFile: Bool
    private let strength: Strength
    private let entries: [String: Entry]

    /// The place of a tensor: its name in the file of the weights or of the adapters, and what is added to it.
    private struct Entry {
        var stored: String
        var isWithAdapters: Bool
        /// The names of A and B.
        var added: (a: String, b: String)?
    }

    /// Returns whether a file holds the weights that its adapters change, and not the adapters alone.
    package static func holdsWeights(_ checkpoint: any Checkpoint) -> Bool {
        let names = Set(checkpoint.names.map { AdapterName($0) }.filter { $0.part == .weight }.map(\.text))
        return checkpoint.names.lazy.map { AdapterName($0) }.filter { $0.part == .a }.allSatisfy {
            names.contains($0.text)
        }
    }

    /// Merges adapters into weights.
    ///
    /// - Parameters:
    ///   - adapters: the file with the adapters.
    ///   - base: the weights that they change; nil if they are in the same file.
    /// - Throws: ``EngineError/missingTensors(path:names:count:)`` if an adapter changes a layer that is not there, or lacks one
    ///   of its matrices; ``EngineError/invalidValue(what:found:expected:)`` for several adapters or adapters of another
    ///   kind.
    package init(_ adapters: any Checkpoint, base: (any Checkpoint)? = nil, strength: Strength) throws(EngineError) {
        self.adapters = adapters
        self.base = base ?? adapters
        self.strength = strength
        isOneFile = base == nil
        var entries: [String: Entry] = [:]
        for name in base?.names ?? [] { entries[name] = Entry(stored: name, isWithAdapters: false) }
        let parsed = adapters.names.map { (stored: $0, name: AdapterName($0)) }
        if let other = parsed.first(where: { $0.name.part == .other }) {
            throw .invalidValue(
                what: "The adapter “\(other.stored)” of “\(adapters.path)”", found: "of a kind that cannot be merged",
                expected: "LoRA's `lora_A` and `lora_B`: merge it in Python with `merge_and_unload()`")
        }
        let kinds = Set(parsed.compactMap(\.name.adapter))
        guard kinds.count < 2 else {
            throw .invalidValue(
                what: "The adapters of “\(adapters.path)”",
                found: "\(kinds.count): \(kinds.sorted().joined(separator: ", "))",
                expected: "one")
        }
        func place(_ text: String) -> String {
            if base == nil || entries[text] != nil { return text }
            // The weights may have a prefix that the adapters lack, or the other way around.
            let longer = entries.keys.filter { $0.hasSuffix("." + text) }
            if longer.count == 1 { return longer[0] }
            let shorter = entries.keys.filter { text.hasSuffix("." + $0) }.max { $0.count < $1.count }
            return shorter ?? text
        }
        for (stored, name) in parsed where name.part == .weight {
            entries[place(name.text)] = Entry(stored: stored, isWithAdapters: true)
        }
        for (stored, name) in parsed where name.part == .copy {
            entries[place(name.text)] = Entry(stored: stored, isWithAdapters: true)
        }
        var missing: [String] = []
        for (stored, name) in parsed where name.part == .a {
            let text = place(name.text)
            guard entries[text] != nil else {
                missing.append(name.text)
                continue
            }
            guard let b = parsed.first(where: { $0.name.part == .b && $0.name.text == name.text }) else {
                missing.append(stored.replacing("lora_A", with: "lora_B"))
                continue
            }
            entries[text]?.added = (stored, b.stored)
        }
        guard missing.isEmpty else {
            throw .missingTensors(
                path: (base ?? adapters).path, names: Array(missing.prefix(5)), count: missing.count)
        }
        self.entries = entries
        names = entries.keys.sorted()
    }

    package var path: String { adapters.path }
    package var metadata: [String: String] { base.metadata }
    package var sha256: String {
        ContentHash.sha256(
            of: "\(base.sha256) \(adapters.sha256) \(strength.alpha) \(strength.isRankStabilized)")
    }
    package var tensorBytes: Int { base.tensorBytes + (isOneFile ? 0 : adapters.tensorBytes) }
    package var sources: [SourceFile] { base.sources + (isOneFile ? [] : adapters.sources) }
    package var ownBytes: Int { base.ownBytes + (isOneFile ? 0 : adapters.ownBytes) }
    package var notes: [String] {
        let count = entries.values.count { $0.added != nil }
        return base.notes + ["Low-rank adapters are merged into \(count) \(count == 1 ? "layer" : "layers")."]
    }

    package func check() throws(EngineError) {
        try base.check()
        if !isOneFile { try adapters.check() }
    }

    package func shape(_ name: String) -> Shape? {
        entries[name].flatMap { file(of: $0).shape($0.stored) }
    }

    package func holdsIntegers(_ name: String) -> Bool {
        entries[name].map { file(of: $0).holdsIntegers($0.stored) } ?? false
    }

    package func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let entry = entries[name] else { throw .missingTensors(path: path, names: [name], count: 1) }
        let weight = try file(of: entry).parameter(entry.stored)
        guard let added = entry.added else { return weight }
        let (a, b) = (try adapters.parameter(added.a), try adapters.parameter(added.b))
        let (outputs, rank) = (weight.shape[0], a.shape[0])
        let inputs = weight.count / max(outputs, 1)
        guard rank > 0, a.count == rank * inputs, b.count == outputs * rank else {
            throw .shapeMismatch(
                place: "The adapter “\(added.a)” of “\(adapters.path)”", expected: [max(rank, 1), inputs],
                found: a.shape)
        }
        return Parameter(shape: weight.shape) { result in
            guard let start = result.baseAddress else { return }
            start.update(from: weight.values, count: weight.count)
            MatrixProduct.multiply(
                rows: outputs, columns: inputs, inner: rank, scale: strength.scale(rank: rank),
                b.values, stride: rank, a.values, stride: inputs, into: start, stride: inputs, from: .result)
        }
    }

    private func file(of entry: Entry) -> any Checkpoint { entry.isWithAdapters ? adapters : base }
}
