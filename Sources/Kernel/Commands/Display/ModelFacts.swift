import VitrineEngine

/// What a card says of a model besides its sizes.
struct ModelFacts: Sendable {
    /// What its user should know: weights that are no numbers, what was assumed.
    var warnings: [String] = []
    /// Under which conditions it may be used; nil where it is not stated.
    var license: String?
    /// How many bytes of its weights lie in its file, mapped into memory.
    var mappedBytes = 0
    /// How many bytes are a copy of its file, which was written shortly before it was loaded.
    var copiedBytes = 0
    /// How many bytes it holds besides: weights that were unpacked or packed for speed.
    var privateBytes = 0

    /// The memory in words: "weights 1.2 GB mapped from the file, 310 MB packed".
    var memory: String {
        let parts =
            (mappedBytes > 0 ? ["\(byteCount(mappedBytes)) mapped from the file, shared with other kernels"] : [])
            + (copiedBytes > 0 ? ["\(byteCount(copiedBytes)) copied, as the file had just been written"] : [])
            + (privateBytes > 0 ? ["\(byteCount(privateBytes)) converted or packed"] : [])
        return parts.isEmpty ? "none of its own" : parts.joined(separator: ", ")
    }
}

extension ModelFacts {
    /// What a loaded model says of itself.
    init(_ model: Model) {
        self.init(
            warnings: model.warnings, license: model.license,
            mappedBytes: model.copiedBytes == 0 ? model.weightBytes : 0, copiedBytes: model.copiedBytes,
            privateBytes: model.packedBytes - model.copiedBytes)
    }
}
