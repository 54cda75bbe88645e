import Images
import Models
import Platform
import Studies
import Visualization

extension Model {
    /// The mean of each feature of a target's layer over pictures of nothing.
    ///
    /// - Throws: ``EngineError`` `.tooLarge`.
    func meaninglessLevel(at target: Target) throws(EngineError) -> [Double] {
        let meaningless = try meaninglessPictures(.mean(target), ReferenceActivations())
        return featureMeans(try meanFeatures(at: target, of: meaningless))
    }

    /// How alike a neuron's pictures from several seeds are to the model, 0…1: see ``Consistency/Runs/score``.
    ///
    /// - Parameters:
    ///   - runs: the pictures of each neuron.
    ///   - target: any neuron of the layer; all its features are compared.
    ///   - level: ``meaninglessLevel(at:)`` of the target.
    /// - Returns: a score for each neuron.
    /// - Throws: ``EngineError`` `.tooLarge`, `.cancelled`.
    func agreement(
        of runs: [[Image]], at target: Target, above level: [Double], cancellation: Cancellation = Cancellation()
    ) throws(EngineError) -> [Float] {
        var scores: [Float] = []
        let all = try meanFeatures(at: target, of: runs.flatMap(\.self)).map { zip($0, level).map { $0 - $1 } }
        var first = 0
        for images in runs {
            try cancellation.check()
            let features = Array(all[first..<first + images.count])
            first += images.count
            var sum = 0.0
            var pairs = 0
            for one in features.indices {
                for other in features.indices where other > one {
                    sum += max(cosine(features[one], features[other]), 0)
                    pairs += 1
                }
            }
            scores.append(pairs > 0 ? Float(sum / Double(pairs)) : 1)
        }
        return scores
    }
}
