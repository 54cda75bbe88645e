import Compute
import Platform

/// A closure that is called after each step of work on many pictures, with how many of how many are done.
public typealias PictureProgress = (_ done: Int, _ total: Int) -> Void

/// One or several normalized inputs of a model, checked and divided into pieces that are computed together.
package struct InputBatch {
    /// How many pictures there are.
    let count: Int
    /// Whether the input has a batch axis, as results then have too.
    let hasBatchAxis: Bool
    private let values: [Float]
    private let pictureCount: Int

    /// The largest number of pictures that are computed together: more take memory and are no faster.
    private static let largestPiece = 8

    /// Checks an input of `model`.
    ///
    /// - Parameter input: `[3, height, width]`, or `[pictures, 3, height, width]`.
    /// - Throws: ``EngineError/shapeMismatch(place:expected:found:)``;
    ///   ``EngineError/invalidValue(what:found:expected:)`` for a batch without pictures.
    package init(_ input: Tensor, of model: Model) throws(EngineError) {
        let picture: Shape = [3, model.imageSize.height, model.imageSize.width]
        hasBatchAxis = input.shape.rank == 4
        count = hasBatchAxis ? input.shape[0] : 1
        let expected = hasBatchAxis ? Shape([count] + picture.dimensions) : picture
        guard input.shape == expected else {
            throw .shapeMismatch(
                place: "The input of \(model.name) (channels × rows × columns, or several of these)",
                expected: expected, found: input.shape)
        }
        guard count > 0 else {
            throw .invalidValue(what: "The number of pictures", found: "0", expected: "1 or more")
        }
        values = input.values
        pictureCount = picture.count
    }

    /// Returns the shape of a result that has `shape` for one picture.
    func resultShape(_ shape: Shape) -> Shape {
        hasBatchAxis ? Shape([count] + shape.dimensions) : shape
    }

    /// Calls `body` for the pictures, some at a time.
    ///
    /// - Parameters:
    ///   - layers: the addresses of the layers whose outputs are needed.
    ///   - gradient: whether the input gradient is needed.
    ///   - progress: is called after each piece with how many of how many pictures are done.
    ///   - body: is called with an executor whose input is filled, before the forward pass.
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` when memory does not suffice for a single
    ///   picture; the errors of `body`.
    package func forEachPiece(
        of model: Model, layers: [String], gradient: Bool, progress: PictureProgress?,
        _ body: (any Executor) throws(EngineError) -> Void
    ) throws(EngineError) {
        var executor = try Self.largestExecutor(
            of: model, layers: layers, atMost: min(count, Self.largestPiece), gradient: gradient)
        var done = 0
        while done < count {
            if count - done < executor.plan.batch {
                executor = try model.makeExecutor(layers: layers, batch: count - done, gradient: gradient)
            }
            let piece = done * pictureCount..<(done + executor.plan.batch) * pictureCount
            executor.writeInput { _ = $0.update(fromContentsOf: values[piece]) }
            try body(executor)
            done += executor.plan.batch
            progress?(done, count)
        }
    }

    /// Creates an executor for `largest` pictures at a time, or for as many as fit into memory.
    ///
    /// - Throws: ``EngineError/tooLarge(what:neededBytes:availableBytes:)`` when memory does not suffice for a single
    ///   picture.
    package static func largestExecutor(
        of model: Model, layers: [String], atMost largest: Int, gradient: Bool
    ) throws(EngineError) -> any Executor {
        var size = largest
        while true {
            do throws(EngineError) {
                return try model.makeExecutor(layers: layers, batch: size, gradient: gradient)
            } catch {
                guard case .tooLarge = error, size > 1 else { throw error }
                size /= 2
            }
        }
    }
}
