import Cells
import Foundation
import VitrineEngine

/// Commands that read and write pictures.
enum FileCommands {
    static let all: [Command] = [image, sheet, save]

    private static let pictures = Argument<[Value]>(
        "pictures", label: nil, summary: "pictures, photographs, heat maps, sheets, and lists of these")
    private static let captions = Argument<[String]?>(
        "captions", default: nil, summary: "the captions; each picture's own name if left out")
    private static let title = Argument<String?>("title", default: nil, summary: "the title")
    private static let columns = Argument<Int?>(
        "columns", default: nil, summary: "how many in a row; chosen automatically if left out")

    static let sheet = Command(
        Signature(
            "sheet", [pictures, captions, title, columns],
            result: .object(.sheet), summary: "Shows pictures of any kind side by side.",
            discussion:
                "A list of pictures as a cell's result is shown as such a sheet automatically. `save` writes it "
                + "as it is shown; each picture keeps its own recipe.",
            example: "sheet([photo, render(vit.logit(\"church\"))], captions: [\"a church\", \"the class\"])")
    ) { arguments in
        let entries = try ContactSheetValue.entries(of: .array(arguments[pictures]))
        guard !entries.isEmpty else {
            throw arguments.complaint(about: pictures, "The list of pictures is empty: there is nothing to show.")
        }
        let written = arguments[captions]
        guard written.map({ $0.count == entries.count }) ?? true else {
            throw arguments.complaint(
                about: captions,
                "Each picture takes one caption: this is a list of \(written?.count ?? 0) for a sheet of \(entries.count)."
            )
        }
        let count = arguments[columns]
        guard count.map({ (1...64).contains($0) }) ?? true else {
            throw arguments.complaint(about: columns, "`columns` must be from 1 to 64, not \(count ?? 0).")
        }
        return .object(
            ContactSheetValue(
                entries, captions: written, title: arguments[title], columns: count))
    }

    private static let file = Argument<String>(
        "path", label: nil, summary: "a PNG or JPEG file, relative to the notebook's folder",
        completes: PathSource.file)

    static let image = Command(
        Signature(
            "image", [file],
            result: .object(.image), summary: "Reads a photograph.", example: "let photo = image(\"holiday.jpg\")")
    ) { arguments, run in
        let path = arguments[file]
        let file = try ImageFile(contentsOf: path)
        let image = file.image
        let (kept, isScaled) = Photograph.scaled(image)
        if isScaled {
            run.write(
                "\(path) has \(image.width) × \(image.height) px, more than any model sees: it was scaled to "
                    + "\(kept.width) × \(kept.height) px.\n", toStandardError: false)
        }
        return .object(
            ImageValue(
                kept, path: path, png: isScaled ? nil : file.png, recipe: file.texts[PNG.recipeKeyword]))
    }

    private static let picture = Argument<any CellObject>(
        "picture", label: nil, .oneOf([.object(.picture), .object(.image)]), summary: "what to save",
        reading: \.object)
    private static let destination = Argument<String>(
        "path", label: nil, summary: "where to: a file that ends in .png", completes: PathSource.destination)

    static let save = Command(
        Signature(
            "save", [picture, destination],
            summary: "Writes a picture as a PNG that carries its recipe.",
            discussion:
                "`rerun(\"neuron42.png\")` makes the picture again. A sheet of heat maps or photographs is saved "
                + "as it is shown, without a recipe. An existing file is replaced.",
            example: "save(picture, \"neuron42.png\")")
    ) { arguments, run in
        let path = arguments[destination]
        guard path.lowercased().hasSuffix(".png") else {
            throw arguments.complaint(
                about: destination,
                "Pictures are saved as PNG, which can carry their recipe: call it “\((path as NSString).deletingPathExtension).png”."
            )
        }
        let target = (path as NSString).expandingTildeInPath
        let shown = arguments[picture]
        let image: Image
        if let picture = shown as? PictureValue {
            image = picture.image
            try image.write(to: target, texts: [PNG.recipeKeyword: try picture.rendering.recipe.json()])
        } else if let mask = shown as? MaskValue {
            image = mask.picture.image
            try image.write(
                to: target, alpha: mask.mask.alpha, texts: [PNG.recipeKeyword: try mask.recipe.json()])
        } else {
            image = try shownImage(of: shown)
            let recipe = try (shown as? any SheetValue)?.sheetRecipe?.json()
            try image.write(to: target, texts: recipe.map { [PNG.recipeKeyword: $0] } ?? [:])
        }
        reportSaved(path, image, in: run)
        return .void
    }

    /// Returns the image that a value is shown as.
    private static func shownImage(of picture: any CellObject) throws -> Image {
        if let photo = picture as? ImageValue { return photo.image }
        if let sheet = (picture as? any SheetValue)?.shownSheet { return sheet.image }
        throw CellError(.wrongType, "\(picture.typeWords) cannot be saved as a picture.")
    }

    /// Writes a sheet of heat maps to a path that ends in .png, and reports it.
    static func write(_ sheet: ContactSheet, to path: String, in run: CellRun) throws {
        let image = sheet.image
        try image.write(to: (path as NSString).expandingTildeInPath)
        reportSaved(path, image, in: run)
    }

    private static func reportSaved(_ path: String, _ image: Image, in run: CellRun) {
        let target = (path as NSString).expandingTildeInPath
        let bytes = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? Int ?? 0
        run.write(
            "Saved \(path): \(image.width) × \(image.height) px, \(byteCount(bytes)).\n", toStandardError: false)
    }
}
