import Checkpoints
import Compute
import Platform

/// A view of a checkpoint of JAX arrays as PyTorch's tensors: outputs first, heads side by side.
///
/// "a/b/kernel" becomes "a/b.weight", transposed; "a/b/scale" becomes "a/b.weight".
///
/// Source: timm `vision_transformer.py`, `_load_weights`.
struct JAXArrays: Checkpoint {
    private let base: any Checkpoint
    /// The arrays' names in the file, by their names here.
    private let original: [String: String]

    /// The prefixes that optimizers and trainers put before every name.
    private static let prefixes = ["opt/target/", "params/img/", "params/"]

    init(_ base: any Checkpoint) {
        self.base = base
        let prefix = Self.prefixes.first { prefix in base.names.contains { $0.hasPrefix(prefix) } } ?? ""
        var original: [String: String] = [:]
        for name in base.names where name.hasPrefix(prefix) {
            original[Self.renamed(String(name.dropFirst(prefix.count)))] = name
        }
        self.original = original
    }

    var path: String { base.path }
    var metadata: [String: String] { base.metadata }
    var names: [String] { original.keys.sorted() }
    var sha256: String { base.sha256 }
    var tensorBytes: Int { base.tensorBytes }
    var sources: [SourceFile] { base.sources }
    var ownBytes: Int { base.ownBytes }

    func check() throws(EngineError) { try base.check() }

    /// The number of heads, which is an axis in JAX.
    var headCount: Int? {
        original.values.first { $0.hasSuffix("/query/kernel") }.flatMap(base.shape)
            .flatMap { $0.rank == 3 ? $0[1] : nil }
    }

    func originalName(of name: String) -> String { original[name].map(base.originalName(of:)) ?? name }

    func shape(_ name: String) -> Shape? {
        original[name].flatMap { name in base.shape(name).map { Layout(name, $0).shape } }
    }

    func holdsIntegers(_ name: String) -> Bool { original[name].map(base.holdsIntegers) ?? false }

    func parameter(_ name: String) throws(EngineError) -> Parameter {
        guard let stored = original[name] else {
            throw .missingTensors(path: path, names: [name], count: 1)
        }
        let parameter = try base.parameter(stored)
        return Layout(stored, parameter.shape).apply(to: parameter)
    }

    private static func renamed(_ name: String) -> String {
        guard let slash = name.lastIndex(of: "/") else { return name }
        switch name[name.index(after: slash)...] {
        case "kernel", "scale": return "\(name[..<slash]).weight"
        case "bias": return "\(name[..<slash]).bias"
        default: return name
        }
    }

    /// The layout of an array, and how it is transposed.
    private struct Layout {
        /// The shape in PyTorch.
        let shape: Shape
        /// The shape of the matrix to transpose; nil if there is none.
        private let matrix: Shape?

        init(_ name: String, _ stored: Shape) {
            let isKernel = name.hasSuffix("/kernel")
            switch (isKernel, stored.rank) {
            case (true, 4):
                shape = [stored[3], stored[2], stored[0], stored[1]]
                matrix = nil
            case (true, 3):
                // [width, heads, width of a head], or [heads, width of a head, width] after the heads.
                let inputs = name.hasSuffix("/out/kernel") ? stored[0] * stored[1] : stored[0]
                matrix = [inputs, stored.count / max(inputs, 1)]
                shape = [stored.count / max(inputs, 1), inputs]
            case (true, 2):
                matrix = stored
                shape = [stored[1], stored[0]]
            case (false, 2) where name.hasSuffix("/bias"):
                matrix = nil
                shape = [stored.count]
            default:
                matrix = nil
                shape = stored
            }
        }

        func apply(to parameter: Parameter) -> Parameter {
            if let matrix { return parameter.reshaped(matrix).transposed().reshaped(shape) }
            guard parameter.shape.rank == 4 else { return parameter.reshaped(shape) }
            // [height, width, inputs, outputs] to [outputs, inputs, height, width].
            let (pixels, channels) = (parameter.shape[0] * parameter.shape[1], parameter.shape[2])
            let outputs = parameter.shape[3]
            return Parameter(shape: shape) { values in
                for output in 0..<outputs {
                    for channel in 0..<channels {
                        for pixel in 0..<pixels {
                            values[(output * channels + channel) * pixels + pixel] =
                                parameter.values[(pixel * channels + channel) * outputs + output]
                        }
                    }
                }
            }
        }
    }
}
