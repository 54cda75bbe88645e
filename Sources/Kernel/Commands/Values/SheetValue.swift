import Cells
import VitrineEngine

/// A value that is shown as a sheet of pictures, which `save` writes as a PNG.
protocol SheetValue: CellObject {
    /// The sheet; nil for a value that is shown without one.
    var shownSheet: ContactSheet? { get }
    /// The recipe that makes the sheet's pictures again; nil if they were not rendered with one recipe.
    var sheetRecipe: Recipe? { get }
}

extension SheetValue {
    var sheetRecipe: Recipe? { nil }
}

extension Member where Owner: SheetValue {
    /// Creates the member that every such value has: its sheet as an image with a name.
    static func sheetImage(named name: @escaping @Sendable (Owner) -> String) -> Member {
        .property("image", .object(.image), "the sheet as it is shown") { owner in
            owner.shownSheet.map { .object(ImageValue($0.image, name: name(owner))) }
        }
    }
}
