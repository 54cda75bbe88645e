import Models
import Platform
import Studies

extension AtlasFolder {
    /// Returns the cells of an activation atlas that were made from the same photographs before; nil if there are none.
    ///
    /// Runs on other processors would otherwise make cells that differ in their last digits.
    ///
    /// - Parameter folder: the atlas, which need not exist yet.
    public static func cells(
        in folder: String, at layer: String, of model: Model, side: Int, from source: ActivationCells.Source
    ) -> ActivationCells? {
        guard let plans = try? AtlasFolder(folder).plans() else { return nil }
        return plans.lazy.filter { $0.weights == model.weightsHash && $0.facts == model.pictureFacts }
            .flatMap(\.layers).filter { $0.address == layer }.compactMap(\.cells)
            .first { $0.side == side && $0.source == source }
    }
}
