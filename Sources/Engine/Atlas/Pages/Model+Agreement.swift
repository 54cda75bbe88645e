import Images
import Models
import Platform
import Studies
import Visualization

extension Model {
    /// Returns the mean of each feature of a target's layer over baseline pictures.
    ///
    /// - Throws: ``EngineError`` `.tooLarge`.
    func baselineFeatures(at target: Target) throws(EngineError) -> [Double] {
        let baseline = try baselinePictures(.mean(target), ReferenceActivations())
        return featureMeans(try meanFeatures(at: target, of: baseline))
    }

    /// Returns how similar a neuron's pictures from several seeds are to the model, 0…1: see
    /// ``Consistency/Runs/score``.
    ///
    /// - Parameters:
    ///   - runs: the pictures of each neuron.
    ///   - target: any neuron of the layer; all its features are compared.
    ///   - baseline: ``baselineFeatures(at:)`` of the target.
    /// - Returns: a score for each neuron.
    /// - Throws: ``EngineError`` `.tooLarge`, `.cancelled`.
    func agreement(
        of runs: [[Image]], at target: Target, above baseline: [Double], cancellation: Cancellation = Cancellation()
    ) throws(EngineError) -> [Float] {
        var scores: [Float] = []
        let all = try meanFeatures(at: target, of: runs.flatMap(\.self)).map { zip($0, baseline).map { $0 - $1 } }
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
