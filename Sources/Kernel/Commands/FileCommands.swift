import Cells
import Foundation
import VitrineEngine

/// Commands that read and write pictures.
enum FileCommands {
    static let all: [Command] = [image, sheet, save]

    static let sheet = Command(
        Signature(
            "sheet",
            [
                Parameter(
                    label: nil, name: "pictures", .list(.any),
                    summary: "pictures, photographs, heat maps, sheets, and lists of these"),
                Parameter(
                    "captions", .optional(.list(.string)), default: "nil",
                    summary: "the captions; each picture's own name if left out"),
                Parameter("title", .optional(.string), default: "nil", summary: "the title"),
                Parameter(
                    "columns", .optional(.integer), default: "nil",
                    summary: "how many in a row; chosen automatically if left out"),
            ],
            result: .object(.sheet), summary: "Shows pictures of any kind side by side.",
            discussion:
                "A list of pictures as a cell's result is shown as such a sheet automatically. `save` writes it "
                + "as it is shown; each picture keeps its own recipe.",
            example: "sheet([photo, render(vit.logit(\"church\"))], captions: [\"a church\", \"the class\"])")
    ) { arguments, _ in
        let entries = try GatheredValue.entries(of: .array(try arguments.list("pictures")))
        guard !entries.isEmpty else {
            throw arguments.complaint(about: "pictures", "The list of pictures is empty: there is nothing to show.")
        }
        let captions = arguments.optionalList("captions")?.compactMap(\.string)
        guard captions.map({ $0.count == entries.count }) ?? true else {
            throw arguments.complaint(
                about: "captions",
                "Each picture takes one caption: this is a list of \(captions?.count ?? 0) for a sheet of \(entries.count)."
            )
        }
        let columns = arguments.optionalInteger("columns")
        guard columns.map({ (1...64).contains($0) }) ?? true else {
            throw arguments.complaint(about: "columns", "`columns` must be from 1 to 64, not \(columns ?? 0).")
        }
        return .object(
            GatheredValue(
                entries, captions: captions, title: arguments.optionalString("title"), columns: columns))
    }

    static let image = Command(
        Signature(
            "image",
            [
                Parameter(
                    label: nil, name: "path", .string, summary: "a PNG or JPEG file, relative to the notebook's folder",
                    completions: "files")
            ],
            result: .object(.image), summary: "Reads a photograph.", example: "let photo = image(\"holiday.jpg\")")
    ) { arguments, context in
        let path = try arguments.string("path")
        let file = try ImageFile(contentsOf: path)
        let image = file.image
        let (kept, isScaled) = Photograph.scaled(image)
        if isScaled {
            context.run.write(
                "\(path) has \(image.width) × \(image.height) px, more than any model sees: it was scaled to "
                    + "\(kept.width) × \(kept.height) px.\n", toStandardError: false)
        }
        return .object(
            ImageValue(
                kept, path: path, png: isScaled ? nil : file.png, recipe: file.texts[PNG.recipeKeyword]))
    }

    static let save = Command(
        Signature(
            "save",
            [
                Parameter(
                    label: nil, name: "picture", .oneOf([.object(.picture), .object(.image)]),
                    summary: "what to save"),
                Parameter(
                    label: nil, name: "path", .string, summary: "where to: a file that ends in .png",
                    completions: "files"),
            ],
            summary: "Writes a picture as a PNG that carries its recipe.",
            discussion:
                "`rerun(\"neuron42.png\")` makes the picture again. A sheet of heat maps or photographs is saved "
                + "as it is shown, without a recipe. An existing file is replaced.",
            example: "save(picture, \"neuron42.png\")")
    ) { arguments, context in
        let path = try arguments.string("path")
        guard path.lowercased().hasSuffix(".png") else {
            throw arguments.complaint(
                about: "path",
                "Pictures are saved as PNG, which can carry their recipe: call it “\((path as NSString).deletingPathExtension).png”."
            )
        }
        let target = (path as NSString).expandingTildeInPath
        let picture = try arguments.object("picture")
        let image: Image
        if let picture = picture as? PictureValue {
            image = picture.image
            try image.write(to: target, texts: [PNG.recipeKeyword: try picture.rendering.recipe.json()])
        } else {
            image = try shownImage(of: picture)
            let recipe = try (picture as? any SheetValue)?.sheetRecipe?.json()
            try image.write(to: target, texts: recipe.map { [PNG.recipeKeyword: $0] } ?? [:])
        }
        say(path, image, in: context)
        return .void
    }

    /// The pixels that a value is shown as.
    private static func shownImage(of picture: any CellObject) throws -> Image {
        if let photo = picture as? ImageValue { return photo.image }
        if let sheet = (picture as? any SheetValue)?.shownSheet { return sheet.image }
        throw CellError(.wrongType, "\(picture.typeWords) cannot be saved as a picture.")
    }

    /// Writes a sheet of heat maps to a path that ends in .png, and says so.
    static func write(_ sheet: ContactSheet, to path: String, in context: any CellContext) throws {
        let image = sheet.image
        try image.write(to: (path as NSString).expandingTildeInPath)
        say(path, image, in: context)
    }

    private static func say(_ path: String, _ image: Image, in context: any CellContext) {
        let target = (path as NSString).expandingTildeInPath
        let bytes = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? Int ?? 0
        context.run.write(
            "Saved \(path): \(image.width) × \(image.height) px, \(byteCount(bytes)).\n", toStandardError: false)
    }
}
