import Compute
import Platform

/// What a model computes, as numbers that can be compared with another framework's.
///
/// Inputs are normalized: ``Preprocessing/tensor(of:)`` makes one of a photograph. They are `[3, height, width]`,
/// or `[pictures, 3, height, width]`; then results have the same first axis. All functions throw
/// ``EngineError/shapeMismatch(place:expected:found:)`` for an input of another size,
/// ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` and ``EngineError/cancelled``.
extension Model {
    /// The output of a layer.
    ///
    /// - Parameters:
    ///   - address: its address, or its name in the weights' framework.
    ///   - progress: is told how many of how many pictures are done.
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

    /// What the framework's own forward pass returns: the logits, or where there is no head what it hands on, the pooled
    /// features as a rule and all tokens in Hugging Face's models.
    ///
    /// - Returns: as ``activations(at:of:cancellation:progress:)``.
    public func output(
        of input: Tensor, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        let address = ["output", "logits"].first { graph.layer($0) != nil } ?? "norm"
        return try activations(at: address, of: input, cancellation: cancellation, progress: progress)
    }

    /// The logits.
    ///
    /// - Returns: `[classes]`.
    /// - Throws: ``EngineError/noLogits(model:)``.
    public func logits(
        of input: Tensor, cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Tensor {
        guard graph.layer("logits") != nil else { throw .noLogits(model: name) }
        return try activations(at: "logits", of: input, cancellation: cancellation, progress: progress)
    }

    /// The features that stand for the whole picture: what the head would be given.
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

/// Numbers that are gathered piece by piece, in memory that is known to be there.
package struct FloatList {
    package private(set) var floats: [Float] = []

    /// Room for `capacity` numbers.
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
