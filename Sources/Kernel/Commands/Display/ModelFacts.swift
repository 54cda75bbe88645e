import VitrineEngine

/// Facts about a loaded model: warnings, its license and its memory.
struct ModelFacts: Sendable {
    /// Warnings: weights that are NaN or infinite, assumptions about the architecture.
    var warnings: [String] = []
    /// The license; nil if it is not stated.
    var license: String?
    /// The bytes of weights that are mapped into memory from the file.
    var mappedBytes = 0
    /// The bytes that were copied from the file, because it had been written shortly before it was loaded.
    var copiedBytes = 0
    /// The other bytes: weights that were converted, or packed for speed.
    var privateBytes = 0

    /// The memory in words: "1.2 GB mapped from the file, shared with other kernels, 310 MB converted or packed".
    var memory: String {
        let parts =
            (mappedBytes > 0 ? ["\(byteCount(mappedBytes)) mapped from the file, shared with other kernels"] : [])
            + (copiedBytes > 0 ? ["\(byteCount(copiedBytes)) copied, as the file had just been written"] : [])
            + (privateBytes > 0 ? ["\(byteCount(privateBytes)) converted or packed"] : [])
        return parts.isEmpty ? "none of its own" : parts.joined(separator: ", ")
    }
}

extension ModelFacts {
    /// Takes the facts from a loaded model.
    init(_ model: Model) {
        self.init(
            warnings: model.warnings, license: model.license,
            mappedBytes: model.copiedBytes == 0 ? model.weightBytes : 0, copiedBytes: model.copiedBytes,
            privateBytes: model.packedBytes - model.copiedBytes)
    }
}
