import Compute
import Platform

/// Words for the neurons of a layer, found on photographs.
public struct NeuronLabels: Sendable {
    /// A word and how well it fits.
    public struct Candidate: Hashable, Sendable {
        /// The word.
        public let word: String
        /// Its ``SoftWPMI``; larger fits better, and scores of different layers or lists do not compare.
        public let score: Float
    }

    /// The words for one neuron.
    public struct Entry: Hashable, Sendable {
        /// The neuron's index.
        public let neuron: Int
        /// The words that fit best, the best first.
        public let candidates: [Candidate]
        /// The paths of the photographs that drive it most, the strongest first.
        public let photographs: [String]

        /// The word that fits best.
        public var word: String { candidates.first?.word ?? "" }
    }

    /// Which rows of a layer's output a neuron's activation on a photograph is read from.
    public enum Reading: String, CaseIterable, Hashable, Sendable {
        /// The mean over the patches, as everywhere here.
        case patches
        /// The class token, as CLIP-Dissect reads vision transformers.
        case cls
        /// The strongest patch.
        case strongestPatch
    }

    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// The name of the model that read the words and the photographs.
    public let reader: String
    /// How many words were compared.
    public let wordCount: Int
    /// How many photographs of each neuron were used.
    public let photographsPerNeuron: Int
    /// The neurons, in their order.
    public let entries: [Entry]
    /// The result of reading the folder.
    public let reading: FolderReading
    /// How many of the words were longer than the reader takes, and cut off.
    public let cutOffCount: Int

    /// The best word of each neuron, by its index.
    public var words: [Int: String] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0.neuron, $0.word) })
    }
}
