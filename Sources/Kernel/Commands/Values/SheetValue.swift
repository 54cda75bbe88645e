import Cells
import VitrineEngine

/// A value that is shown as a sheet of pictures, which `save` writes as a PNG.
protocol SheetValue: CellObject {
    /// The sheet; nil for a value that is shown without.
    var shownSheet: ContactSheet? { get }
    /// What makes the sheet's pictures again, where they were rendered by one recipe.
    var sheetRecipe: Recipe? { get }
}

extension SheetValue {
    var sheetRecipe: Recipe? { nil }
}

/// The member that every such value has: its sheet as an image.
enum SheetMember {
    /// How it is declared.
    static let declaration = MemberDeclaration.property("image", .object(.image), "the sheet as it is shown")

    /// Its value.
    static func value(_ sheet: ContactSheet, name: String) -> Value { .object(ImageValue(sheet.image, name: name)) }
}
