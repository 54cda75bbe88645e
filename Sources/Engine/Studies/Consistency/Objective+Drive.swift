import Compute
import Images
import Models
import Platform
import Visualization

extension Objective {
    /// The objective without what is read from the picture itself, compares pictures or imitates a set of photographs:
    /// what layers of the model answer to one picture alone; nil where nothing is left.
    public var drive: Objective? {
        switch self {
        case .summand(let summand): return summand.isDrive ? self : nil
        case .weighted(let weight, let objective): return objective.drive.map { .weighted(weight, $0) }
        case .named(let name, let objective): return objective.drive.map { .named(name, $0) }
        case .plus(let objectives):
            let kept = objectives.compactMap(\.drive)
            return kept.isEmpty ? nil : kept.count == 1 ? kept[0] : .plus(kept)
        }
    }
}

extension LayerShape {
    /// The mean of each feature over some rows of a picture.
    ///
    /// - Parameter output: the layer's, of a batch of pictures.
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
    /// How strongly pictures drive objectives, undisturbed.
    ///
    /// - Parameters:
    ///   - objectives: whose targets lie in this model; of each only its ``Objective/drive``.
    ///   - images: resized to the model's input where they have another size, and normalized.
    ///   - references: the activations of photographs that objectives compare with.
    /// - Returns: `[objectives][images]`.
    /// - Throws: ``EngineError`` `.invalidObjective`, `.invalidValue`, `.outOfRange`, `.unknownLayer`, `.tooLarge`,
    ///   `.cancelled`.
    public func drives(
        of objectives: [Objective], on images: [Image], references: ReferenceActivations = ReferenceActivations(),
        cancellation: Cancellation? = nil
    ) throws(EngineError) -> [[Float]] {
        let layers = Set(objectives.flatMap { $0.drive?.layers ?? [] }).sorted()
        var evaluations: [ObjectiveEvaluation] = []
        for objective in objectives {
            guard let drive = objective.drive else {
                throw .invalidObjective(
                    reason:
                        "“\(objective)” contains nothing of \(name) that can be measured on one picture: add a target.")
            }
            evaluations.append(
                try ObjectiveEvaluation(drive, model: name, references: references) {
                    address throws(EngineError) in try layerShape(address)
                })
        }
        var drives = objectives.map { _ in [Float]() }
        guard !images.isEmpty, !objectives.isEmpty else { return drives }
        try InputBatch(inputs(images), of: self).forEachPiece(
            of: self, layers: layers, gradient: false, progress: nil
        ) { executor throws(EngineError) in
            try executor.forward(cancellation: cancellation)
            for picture in 0..<executor.plan.batch {
                for (index, evaluation) in evaluations.enumerated() {
                    drives[index].append(evaluation.evaluate(on: executor, picture: picture, seedsGradient: false))
                }
            }
        }
        return drives
    }

    /// The mean over a target's tokens of all features that its layer computes of pictures.
    ///
    /// - Returns: `[images][features]`.
    /// - Throws: as ``drives(of:on:references:cancellation:)``.
    package func meanFeatures(at target: Target, of images: [Image]) throws(EngineError) -> [[Double]] {
        let shape = try layerShape(target.layer)
        let rows = try target.tokenIndices(in: shape)
        let output = try activations(at: target.layer, of: inputs(images)).values
        return output.withUnsafeBufferPointer { output in
            images.indices.map { shape.means(of: rows, in: output, picture: $0) }
        }
    }

    /// `[images, 3, height, width]`, normalized.
    private func inputs(_ images: [Image]) -> Tensor {
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
