import Cells
import Foundation
import Jupyter
import VitrineEngine

/// A photograph in a cell: `image("holiday.jpg")`.
final class ImageValue: TabledObject, Displayable {
    /// The pixels.
    let image: Image
    /// The path as the cell gave it, which recipes refer to.
    let path: String
    /// The last component of the path.
    let name: String
    /// The file as it was read; nil if the pixels have to be encoded.
    private let png: [UInt8]?
    /// The recipe in the file, as text.
    private let recipe: String?

    init(_ image: Image, path: String, png: [UInt8]? = nil, recipe: String? = nil) {
        self.image = image
        self.path = path
        self.png = png
        self.recipe = recipe
        name = path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Creates the value for a picture without a file.
    convenience init(_ image: Image, name: String) { self.init(image, path: name) }

    var kind: ValueKind { .image }
    var plainText: String { "\(name): \(image.width) × \(image.height) px" }

    var bundle: MIMEBundle {
        guard let png = try? png ?? PNG.encode(image) else { return MIMEBundle(plain: plainText) }
        // A large photograph is shown at the width of a column.
        let width = min(image.width, 480)
        let height = max(1, image.height * width / max(image.width, 1))
        return Figure(alt: name, caption: [plainText], details: details).bundle(
            png: png, of: image, width: width, height: height, plain: plainText)
    }

    /// The recipe as a table, if the file contains a valid one.
    private var details: [Figure.Detail] {
        (try? recipeValue()).map { [.table($0.table, title: "recipe")] } ?? []
    }

    private func recipeValue() throws -> RecipeValue {
        guard let text = recipe else {
            throw CellError(
                .command,
                "“\(name)” carries no recipe: Vitrine did not render it, or another program saved it "
                    + "again.")
        }
        let recipe = try Recipe(json: text)
        return RecipeValue(recipe, objectives: recipe.objectives.map { "\($0)" })
    }

    static let memberTable: MemberTable<ImageValue> = [
        .property("width", .integer, "pixels in a row") { .integer($0.image.width) },
        .property("height", .integer, "rows of pixels") { .integer($0.image.height) },
        .property("recipe", .object(.recipe), "its recipe, if the file is a picture that Vitrine saved") {
            .object(try $0.recipeValue())
        },
    ]
}
