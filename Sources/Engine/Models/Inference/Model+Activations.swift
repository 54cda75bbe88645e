import Compute
import Platform

/// A model's outputs as numbers that can be compared with another framework's.
///
/// Inputs are normalized: ``Preprocessing/tensor(of:)`` makes one from a photograph. They are `[3, height, width]`,
/// or `[pictures, 3, height, width]`; then results have the same first axis. All functions throw
/// ``EngineError/shapeMismatch(place:expected:found:)`` for an input of another size,
/// ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` and ``EngineError/cancelled``.
extension Model {
    /// Computes the output of a layer.
    ///
    /// - Parameters:
    ///   - address: the layer's address, or its name in the weights' framework.
    ///   - progress: is called with how many of how many pictures are done.
    /// - Returns: `[tokens, features]` or `[features]`, as the layer's ``LayerShape/extents`` say.
    /// - Throws: ``EngineError/unknownLayer(address:model:near:)``.
    public func activations(
        at address: String, of input: Tensor, cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        let layer = try layer(address)
        let batch = try InputBatch(input, of: self)
        let shape = batch.resultShape(layer.shape.extents)
        var values = try FloatList(capacity: shape.count, what: "The output of \(address)")
        try batch.forEachPiece(of: self, layers: [address], gradient: false, progress: progress) {
            executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            executor.readOutput(of: LayerIndex(0)) { values.append($0) }
        }
        return Tensor(values.floats, shape: shape)
    }

    /// Computes what the framework's forward pass returns: the logits, or without a head usually the pooled features,
    /// and all tokens in Hugging Face's models.
    ///
    /// - Returns: a tensor as from ``activations(at:of:cancellation:progress:)``.
    public func output(
        of input: Tensor, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        let address = ["output", "logits"].first { graph.layer($0) != nil } ?? "norm"
        return try activations(at: address, of: input, cancellation: cancellation, progress: progress)
    }

    /// Computes the logits.
    ///
    /// - Returns: `[classes]`.
    /// - Throws: ``EngineError/noLogits(model:)``.
    public func logits(
        of input: Tensor, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        guard graph.layer("logits") != nil else { throw .noLogits(model: name) }
        return try activations(at: "logits", of: input, cancellation: cancellation, progress: progress)
    }

    /// Computes the features of the whole picture, which are the head's input.
    ///
    /// - Returns: `[features]`.
    /// - Throws: ``EngineError/noEmbedding(model:)``.
    public func embedding(
        of input: Tensor, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        guard graph.layer("embedding") != nil else { throw .noEmbedding(model: name) }
        return try activations(at: "embedding", of: input, cancellation: cancellation, progress: progress)
    }
}

/// A list of numbers that is filled piece by piece, in memory that was checked to be available.
package struct FloatList {
    package private(set) var floats: [Float] = []

    /// Reserves room for `capacity` numbers.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)``.
    package init(capacity: Int, what: String) throws(EngineError) {
        let bytes = capacity * MemoryLayout<Float>.stride
        let available = Workspace.availableBytes
        guard bytes <= available else {
            throw .tooLarge(what: what, neededBytes: bytes, availableBytes: available)
        }
        floats.reserveCapacity(capacity)
    }

    package mutating func append(_ more: UnsafeBufferPointer<Float>) { floats.append(contentsOf: more) }
}
