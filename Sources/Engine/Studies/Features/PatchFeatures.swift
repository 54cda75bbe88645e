import Compute
import Images
import Models
import Platform

/// A layer's features in every patch of a photograph.
public struct PatchFeatures: Sendable {
    /// The model's name.
    public let model: String
    /// The layer's address.
    public let layer: String
    /// What the model saw of the photograph, at the size at which it saw it.
    public let seen: Image
    /// How many rows of patches there are.
    public let rows: Int
    /// How many patches a row has.
    public let columns: Int
    /// `[rows · columns, features]`, patch by patch, row by row.
    public let values: Tensor
    /// How many windows the photograph went through the model in; 1 if it went as a whole.
    public let windowCount: Int

    /// Creates features, which may have been computed elsewhere.
    ///
    /// - Precondition: `values` has a row for each patch.
    public init(
        model: String, layer: String, seen: Image, rows: Int, columns: Int, values: Tensor, windowCount: Int = 1
    ) {
        precondition(
            values.shape.rank == 2 && values.shape[0] == rows * columns, "\(values.shape) for \(rows) × \(columns)")
        self.model = model
        self.layer = layer
        self.seen = seen
        self.rows = rows
        self.columns = columns
        self.values = values
        self.windowCount = windowCount
    }

    /// How many features a patch has.
    public var featureCount: Int { values.shape[1] }
    /// How many patches there are.
    public var patchCount: Int { rows * columns }

    /// The patches without the special tokens.
    package var layout: TokenLayout { TokenLayout(special: [], rows: rows, columns: columns) }

    /// The patches in words: "16 × 21 patches of 384 features".
    public var words: String {
        "\(rows) × \(columns) patches of \(featureCount) features" + (windowCount > 1 ? ", \(windowCount) windows" : "")
    }
}

extension Model {
    /// Computes a layer's features in every patch of some photographs.
    ///
    /// A whole photograph is resized to whole patches, as near to its own aspect ratio as they come, and the model's
    /// positions are resampled for that grid. Where that is too much at once, or the model takes its own size alone, it
    /// goes through the model in windows that overlap by half; where they do, their features are averaged, each with
    /// less weight the nearer it is to its window's edge, so that no seam remains.
    ///
    /// - Parameters:
    ///   - layer: the address of a layer that has patches.
    ///   - progress: is called with how many of how many parts have gone through the model.
    /// - Throws: ``EngineError/noPatches(layer:model:shape:)``,
    ///   ``EngineError/unknownLayer(address:model:near:)``, ``EngineError/invalidValue(what:found:expected:)``,
    ///   ``EngineError/tooLarge(what:neededBytes:availableBytes:)``, ``EngineError/cancelled``.
    public func patchFeatures(
        of photographs: [Image], at layer: String, _ view: PatchView = PatchView(), cancellation: Cancellation? = nil,
        progress: PictureProgress? = nil
    ) throws(EngineError) -> [PatchFeatures] {
        try view.validate()
        let shape = try self.layer(layer).shape
        guard case .tokens(let own, _) = shape, own.patchCount > 0 else {
            throw .noPatches(layer: layer, model: name, shape: shape)
        }
        var sized: [PixelSize: Model] = [:]
        var found: [PatchFeatures] = []
        for (place, photograph) in photographs.enumerated() {
            try cancellation?.check()
            let report = { (done: Int, total: Int) in
                let parts = 1000
                progress?(place * parts + done * parts / max(total, 1), photographs.count * parts)
            }
            let passage = try PatchPassage(of: photograph, through: self, at: layer, own, view, sized: &sized)
            found.append(try passage.run(cancellation: cancellation, progress: report))
        }
        return found
    }
}
