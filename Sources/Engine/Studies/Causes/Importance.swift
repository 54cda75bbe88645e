import Compute
import Images
import Models
import Platform
import Visualization

/// How much an objective changes when one part of a model after another is taken out, or replaced by what it computes from
/// another photograph.
///
/// Source: Michel et al. 2019, arXiv:1905.10650 (heads); Meng et al. 2022, arXiv:2202.05262 (patching between two inputs).
public struct Importance: Sendable {
    /// A part of the model.
    public enum Part: Hashable, Sendable {
        /// Some elements of a layer; where no token is chosen, in every token.
        case target(Target)
        /// A block, by its address: without it, its input goes on.
        case block(String)

        /// The layer's address.
        public var layer: String {
            switch self {
            case .target(let target): target.layer
            case .block(let address): address
            }
        }
    }

    /// What takes the place of a part.
    public enum Replacement: Sendable {
        /// A number; for a whole block, its input.
        case value(Float)
        /// The part's mean over photographs, see ``LayerMean``.
        case means([LayerMean])
        /// What the model computes there from another photograph.
        case photograph(Image, name: String)
    }

    /// A part and what its replacement does.
    public struct Effect: Sendable {
        /// The part.
        public let part: Part
        /// The part in words: "blocks.5.attn.heads head 2".
        public let words: String
        /// The objective's value with the part replaced.
        public let value: Float
        /// How much smaller that is: what the part adds to the objective. A negative part works against it.
        public let loss: Float
    }

    /// The model's name.
    public let model: String
    /// The objective in words.
    public let label: String
    /// What takes the parts' place, in words: "0".
    public let replacement: String
    /// The objective's value on the photograph.
    public let value: Float
    /// The objective's value on the other photograph, if parts were replaced from one.
    public let otherValue: Float?
    /// The effects, in the parts' order; those so far if the sweep was interrupted.
    public let effects: [Effect]
    /// How many parts there are.
    public let total: Int
    /// The part of the photograph that the model sees.
    public let photograph: Image

    /// Whether the sweep was interrupted.
    public var wasInterrupted: Bool { effects.count < total }

    /// The effects, the part that the objective needs most first.
    public var strongest: [Effect] { effects.sorted { $0.loss > $1.loss } }
}

/// The mean of a layer's output over photographs.
public struct LayerMean: Hashable, Sendable {
    /// The layer's address.
    public let layer: String
    /// The folder of photographs.
    public let folder: String
    /// `[rows, features]`: a row for each special token and one for all patches together; one for a layer without tokens, and
    /// one for each hidden unit of a layer that mixes tokens.
    public let values: Tensor
    /// What was read.
    public let reading: FolderReading

    /// Creates a mean that was measured.
    public init(layer: String, folder: String, values: Tensor, reading: FolderReading) {
        self.layer = layer
        self.folder = folder
        self.values = values
        self.reading = reading
    }

    /// Returns the mean of some features, `[rows, features]`, as ``Intervention/Change/mean(values:of:)`` takes it.
    public func values(of features: [Int]) -> [Float] {
        let width = values.shape[1]
        return (0..<values.shape[0]).flatMap { row in features.map { values.values[row * width + $0] } }
    }
}

extension Model {
    /// Computes the mean of a layer's output over the photographs of a folder.
    ///
    /// - Parameter progress: is called every few files.
    /// - Returns: the mean over all photographs, or over those that were read before an interrupt.
    /// - Throws: the errors of ``usualLevel(at:in:cancellation:progress:)``.
    public func mean(
        of address: String, over folder: String, cancellation: Cancellation? = nil,
        progress: ((FolderProgress) -> Void)? = nil
    ) throws(EngineError) -> LayerMean {
        let shape = try layer(address).shape
        guard !shape.isPattern else { throw .noPatches(layer: address, model: name, shape: shape) }
        let width = shape.features
        var rowOf = Array(0..<shape.rowCount)
        if case .tokens(let layout, _) = shape { rowOf = rowOf.map { min($0, layout.special.count) } }
        let rows = (rowOf.max() ?? 0) + 1
        var sums = [Double](repeating: 0, count: rows * width)
        let stream = try PhotographStream(of: folder, through: self, layers: [address], cancellation: cancellation)
        let reading = try stream.run(progress: progress) { _, executor, place in
            executor.readOutput(of: LayerIndex(0)) { batch in
                let count = shape.extents.count
                let output = UnsafeBufferPointer(rebasing: batch[place * count..<(place + 1) * count])
                guard output.allSatisfy(\.isFinite) else { return false }
                for (row, target) in rowOf.enumerated() {
                    for feature in 0..<width { sums[target * width + feature] += Double(output[row * width + feature]) }
                }
                return true
            }
        }
        let means = (0..<rows * width).map { place in
            let perPicture = rowOf.count { $0 == place / width }
            return Float(sums[place] / Double(perPicture * reading.photographCount))
        }
        return LayerMean(
            layer: address, folder: folder, values: Tensor(means, shape: [rows, width]), reading: reading)
    }
}
