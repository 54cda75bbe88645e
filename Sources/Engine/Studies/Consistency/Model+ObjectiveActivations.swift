import Compute
import Images
import Models
import Platform
import Visualization

extension Objective {
    /// The part of the objective that depends only on the model's activations for one picture; nil if there is none.
    ///
    /// It lacks the terms that read the picture itself, compare pictures, or imitate a set of photographs.
    public var activationPart: Objective? {
        switch self {
        case .summand(let summand): return summand.isActivationPart ? self : nil
        case .weighted(let weight, let objective): return objective.activationPart.map { .weighted(weight, $0) }
        case .named(let name, let objective): return objective.activationPart.map { .named(name, $0) }
        case .plus(let objectives):
            let kept = objectives.compactMap(\.activationPart)
            return kept.isEmpty ? nil : kept.count == 1 ? kept[0] : .plus(kept)
        }
    }
}

extension LayerShape {
    /// Returns the mean of each feature over some rows of a picture.
    ///
    /// - Parameter output: the layer's output for a batch of pictures.
    package func means(of rows: [Int], in output: UnsafeBufferPointer<Float>, picture: Int) -> [Double] {
        let (features, count) = (features, extents.count)
        var sums = [Double](repeating: 0, count: features)
        for row in rows {
            let start = picture * count + row * features
            for feature in 0..<features { sums[feature] += Double(output[start + feature]) }
        }
        return sums.map { $0 / Double(rows.count) }
    }
}

extension Model {
    /// Returns how strongly pictures drive objectives.
    ///
    /// - Parameters:
    ///   - objectives: objectives whose targets lie in this model.
    ///   - images: pictures of any size; they are resized to the model's input and normalized.
    ///   - references: the activations of photographs that objectives compare with.
    /// - Returns: the value of each objective's ``Objective/activationPart``, `[objectives][images]`.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`, `.outOfRange`, `.unknownLayer`, `.tooLarge`,
    ///   `.cancelled`.
    public func activations(
        of objectives: [Objective], on images: [Image], references: ReferenceActivations = ReferenceActivations(),
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> [[Float]] {
        var layers = WantedLayers()
        var evaluations: [ObjectiveEvaluation] = []
        for objective in objectives {
            guard let part = objective.activationPart else {
                throw .invalidObjective(
                    reason:
                        "No part of “\(objective)” can be measured on one picture alone: add a target in \(name).")
            }
            evaluations.append(
                try ObjectiveEvaluation(part, model: name, references: references, layers: &layers) {
                    address throws(EngineError) in try layerShape(address)
                })
        }
        var values = objectives.map { _ in [Float]() }
        guard !images.isEmpty, !objectives.isEmpty else { return values }
        try InputBatch(inputs(images), of: self).forEachPiece(
            of: self, layers: layers.addresses, gradient: false, progress: nil
        ) { executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            for picture in 0..<executor.plan.batch {
                for (index, evaluation) in evaluations.enumerated() {
                    values[index].append(evaluation.evaluate(on: executor, picture: picture, seedsGradient: false))
                }
            }
        }
        return values
    }

    /// Returns all features of a target's layer for pictures, averaged over the target's tokens.
    ///
    /// - Returns: `[images][features]`.
    /// - Throws: the errors of ``activations(of:on:references:cancellation:)``.
    package func meanFeatures(at target: Target, of images: [Image]) throws(EngineError) -> [[Double]] {
        let shape = try layerShape(target.layer)
        let rows = try target.tokenIndices(in: shape)
        let output = try activations(at: target.layer, of: inputs(images)).values
        return output.withUnsafeBufferPointer { output in
            images.indices.map { shape.means(of: rows, in: output, picture: $0) }
        }
    }

    /// Returns pictures as the model's input, `[images, 3, height, width]`, normalized.
    package func inputs(_ images: [Image]) -> Tensor {
        let (height, width) = imageSize
        var values: [Float] = []
        values.reserveCapacity(images.count * 3 * height * width)
        for image in images {
            let fits = image.width == width && image.height == height
            var planes = (fits ? image : image.resized(width: width, height: height, by: .lanczos)).planes.values
            planes.withUnsafeMutableBufferPointer { planes in
                guard let start = planes.baseAddress else { return }
                preprocessing.normalize(start, into: start, pictures: 1, plane: height * width)
            }
            values += planes
        }
        return Tensor(values, shape: [images.count, 3, height, width])
    }
}
