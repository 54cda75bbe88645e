import Images
import Visualization

/// The neurons that a photograph drives most relative to their usual level.
public struct StrongestNeurons: Sendable {
    /// A neuron and the patch in which it responds most.
    public struct Finding: Hashable, Sendable {
        /// The neuron's index among the layer's features.
        public let neuron: Int
        /// The patch; nil if the layer has no patches.
        public let patch: PatchPosition?
        /// The neuron's activation there.
        public let value: Float
        /// How many standard deviations the activation lies above the neuron's mean.
        public let zScore: Float
        /// The neuron's usual mean.
        public let usualMean: Float
        /// The neuron's usual standard deviation.
        public let usualDeviation: Float
        /// The neuron over all patches, ready to render.
        public let neuronTarget: Target
        /// The neuron in this patch alone, ready to render.
        public let target: Target
    }

    /// The usual level that they are compared with.
    public let usual: UsualLevel
    /// The neurons, the most unusual first.
    public let findings: [Finding]
    /// The part of the photograph that the model sees.
    public let photograph: Image
    /// A map for each finding: the neuron's z-score in every patch, with the finding's patch framed; empty if the layer
    /// has no patches.
    public let maps: [HeatMap]

    /// The photograph and the maps.
    public var sheet: ContactSheet {
        let title = "\(usual.model) \(usual.layer): deviations from the mean over \(usual.words)"
        let image = HeatMap.enlarged(photograph)
        guard !maps.isEmpty else {
            return ContactSheet(
                [.init(image, caption: findings.map { "\($0.neuron): z \($0.zWords)" }.joined(separator: ", "))],
                title: title)
        }
        let seen = ContactSheet.Entry(image, caption: "what the model sees")
        return ContactSheet([seen] + maps.map(\.entry), title: title)
    }
}

extension StrongestNeurons.Finding {
    /// The z-score in words: "5.31".
    var zWords: String { ColorScale.words(zScore, of: zScore) }

    /// Returns the caption of a map: "neuron 42, patch 27\n3.10, z 5.31".
    func caption(noun: String) -> String {
        let place = patch.map { ", patch \($0.index)" } ?? ""
        return "\(noun) \(neuron)\(place)\n\(ColorScale.words(value, of: value)), z \(zWords)"
    }
}
