import Foundation
import VitrineEngine

/// A request for the cells of an activation atlas from a cell or a shell.
struct ActivationMapRequest {
    /// The folder of photographs.
    var photographs: String
    /// How many cells the map has along each side.
    var side = 8
    /// How many patches are taken, at most.
    var patches = 20_000
    /// How many patches a cell needs.
    var least = 3

    /// Returns the cells of a layer: those that the atlas in `folder` has of these photographs, or new ones.
    func cells(
        at layer: String, of model: Model, in folder: String, _ cancellation: Cancellation,
        progress: @escaping (FolderProgress) -> Void
    ) throws(EngineError) -> ActivationCells {
        let photographs = (photographs as NSString).expandingTildeInPath
        let source = try ActivationCells.Source(photographs, patches: patches, least: least, cancellation: cancellation)
        func known() -> ActivationCells? {
            AtlasFolder.cells(in: folder, at: layer, of: model, side: side, from: source)
        }
        if let known = known() { return known }
        var cells = try model.activationCells(
            in: photographs, at: layer, patches: patches, side: side, least: least, cancellation: cancellation,
            progress: progress)
        cells.source = source
        // Another part may have been faster.
        return known() ?? cells
    }
}
