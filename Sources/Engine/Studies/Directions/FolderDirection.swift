import Compute
import Models
import Platform

/// A direction in a layer's features that tells the photographs of two folders apart.
public struct FolderDirection: Hashable, Sendable {
    /// How a direction is found.
    public enum Method: String, Sendable, CaseIterable {
        /// The difference of the folders' means.
        case means
        /// The weights of a logistic regression.
        case probe
    }

    /// The direction, `[features]`, from the second folder to the first.
    public let vector: Tensor
    /// The share of photographs that the direction sorts rightly, of those that it was not found with; nil if there are too few.
    public let accuracy: Double?
    /// The number of photographs in the first folder.
    public let positiveCount: Int
    /// The number of photographs in the second folder.
    public let negativeCount: Int

    /// Finds the direction between two groups of features.
    ///
    /// Every fifth photograph of either group is held out to measure the accuracy; the direction itself is then found with all.
    ///
    /// - Parameters:
    ///   - positive: `[features]` for each photograph.
    ///   - negative: likewise.
    /// - Precondition: neither is empty, and all have as many features.
    public init(from positive: [[Float]], against negative: [[Float]], by method: Method) {
        (positiveCount, negativeCount) = (positive.count, negative.count)
        func find(_ positive: [[Float]], _ negative: [[Float]]) -> LinearProbe {
            switch method {
            case .means: LinearProbe(betweenMeansOf: positive, and: negative)
            case .probe: LinearProbe(separating: positive, from: negative)
            }
        }
        func isHeldOut(_ place: Int) -> Bool { place % Self.heldOut == Self.heldOut - 1 }
        func part(_ group: [[Float]], _ isHeld: Bool) -> [[Float]] {
            group.enumerated().filter { isHeldOut($0.offset) == isHeld }.map(\.element)
        }
        vector = Tensor(find(positive, negative).weights, shape: [positive[0].count])
        if min(positive.count, negative.count) >= Self.heldOut {
            let probe = find(part(positive, false), part(negative, false))
            let (right, wrong) = (part(positive, true), part(negative, true))
            let sorted = right.count { probe.score($0) > 0 } + wrong.count { probe.score($0) <= 0 }
            accuracy = Double(sorted) / Double(right.count + wrong.count)
        } else {
            accuracy = nil
        }
    }

    private static let heldOut = 5
}

extension Model {
    /// Finds the direction of a layer that tells the photographs of one folder from those of another.
    ///
    /// A photograph is the mean of its patches, or the features of one row.
    ///
    /// - Parameter progress: is called every few files, for either folder in turn.
    /// - Throws: the errors of ``usualLevel(at:in:cancellation:progress:)``; ``EngineError/cancelled``.
    public func direction(
        from folder: String, against other: String, at address: String, by method: FolderDirection.Method,
        cancellation: Cancellation? = nil, progress: ((FolderProgress) -> Void)? = nil
    ) throws(EngineError) -> FolderDirection {
        let positive = try photographMeans(of: address, over: folder, cancellation, progress)
        let negative = try photographMeans(of: address, over: other, cancellation, progress)
        guard !positive.isEmpty, !negative.isEmpty else { throw .cancelled }
        return FolderDirection(from: positive, against: negative, by: method)
    }

    /// Computes the mean of a layer's patches for each photograph of a folder.
    private func photographMeans(
        of address: String, over folder: String, _ cancellation: Cancellation?, _ progress: ((FolderProgress) -> Void)?
    ) throws(EngineError) -> [[Float]] {
        let shape = try layer(address).shape
        if shape.isPattern { throw .noPatches(layer: address, model: name, shape: shape) }
        let width = shape.features
        var first = 0
        if case .tokens(let layout, _) = shape { first = layout.special.count }
        var found: [[Float]] = []
        let stream = try PhotographStream(of: folder, through: self, layers: [address], cancellation: cancellation)
        _ = try stream.run(progress: progress) { _, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let count = shape.extents.count
                let output = UnsafeBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                guard output.allSatisfy(\.isFinite) else { return false }
                var sums = [Double](repeating: 0, count: width)
                for row in first..<shape.rowCount {
                    for feature in 0..<width { sums[feature] += Double(output[row * width + feature]) }
                }
                found.append(sums.map { Float($0 / Double(shape.rowCount - first)) })
                return true
            }
        }
        if cancellation?.isRequested == true { throw .cancelled }
        return found
    }
}
