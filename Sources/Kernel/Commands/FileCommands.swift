import Cells
import Engine
import Foundation

/// Commands that read and write pictures.
enum FileCommands {
    static let all: [Command] = [image, save]

    static let image = Command(
        Signature(
            "image",
            [
                Parameter(
                    label: nil, name: "path", .string, summary: "a PNG or JPEG file, relative to the notebook's folder",
                    completions: "files")
            ],
            result: "an image", summary: "Reads a photograph.", example: "let photo = image(\"holiday.jpg\")")
    ) { arguments, context in
        let path = try arguments.string("path")
        let image = try Image(contentsOf: (path as NSString).expandingTildeInPath)
        let (kept, isScaled) = Photograph.scaled(image)
        if isScaled {
            context.run.write(
                "\(path) has \(image.width) × \(image.height) px, more than any model sees: it was scaled to "
                    + "\(kept.width) × \(kept.height) px.\n", toStandardError: false)
        }
        return .object(ImageValue(kept, path: path))
    }

    static let save = Command(
        Signature(
            "save",
            [
                Parameter(
                    label: nil, name: "picture", .oneOf([.object("a picture"), .object("an image")]),
                    summary: "what to save"),
                Parameter(
                    label: nil, name: "path", .string, summary: "where to: a file that ends in .png",
                    completions: "files"),
            ],
            summary: "Writes a picture as a PNG that carries its recipe.",
            discussion: "`rerun(\"neuron42.png\")` makes the picture again. A file that is there is replaced.",
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
        let image: Image
        switch try arguments.object("picture") {
        case let picture as PictureValue:
            image = picture.image
            try image.write(to: target, texts: [PNG.recipeKeyword: try picture.rendering.recipe.json()])
        case let photo as ImageValue:
            image = photo.image
            try photo.image.write(to: target)
        case let other:
            throw CellError(.wrongType, "\(other.typeWords) cannot be saved as a picture.")
        }
        let bytes = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? Int ?? 0
        context.run.write(
            "Saved \(path): \(image.width) × \(image.height) px, \(byteCount(bytes)).\n", toStandardError: false)
        return .void
    }
}
