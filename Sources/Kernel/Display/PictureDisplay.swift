import Engine

/// A finished picture or sheet as a front-end shows it, with its recipe in the output's metadata.
struct PictureDisplay {
    /// The pixels on show: the picture, or the labelled sheet.
    let image: Image
    private let plain: String
    private let recipe: String

    /// The display of one picture, or of several as a sheet.
    init(_ pictures: [Picture], recipe: Recipe, plain: String) throws(EngineError) {
        image = Self.sheet(pictures.map(\.image), labels: pictures.map(\.label), model: recipe.model)
        self.recipe = try recipe.json()
        self.plain = plain
    }

    /// The PNG at its own size, small ones enlarged so that a person sees something. It carries the recipe too.
    ///
    /// Encoded when it is shown: a part of a sheet that is only asked for its activation never is.
    var bundle: MIMEBundle {
        guard let png = try? PNG.encode(image, texts: [PNG.recipeKeyword: recipe]) else {
            return MIMEBundle(plain: plain)
        }
        let scale = Self.scale(for: image)
        return MIMEBundle(
            png: png, width: image.width * scale, height: image.height * scale, plain: plain,
            metadata: ["vitrine": ["recipe": (try? JSON(parsing: Array(recipe.utf8))) ?? .string(recipe)]])
    }

    /// One picture as it is; several with their labels in a sheet.
    static func sheet(_ images: [Image], labels: [String], model: String) -> Image {
        guard images.count > 1 else { return images.first ?? Image(width: 1, height: 1, pixels: [255, 255, 255]) }
        let (title, captions) = split(labels)
        let entries = zip(images, captions).map { ContactSheet.Entry($0, caption: $1) }
        return ContactSheet(entries, title: title.map { "\(model) \($0)" } ?? model).image
    }

    /// What all labels begin with, word by word, becomes the sheet's title; the rest the captions.
    private static func split(_ labels: [String]) -> (title: String?, captions: [String]) {
        let words = labels.map { $0.split(separator: " ") }
        var shared = 0
        while let word = words.first?.dropFirst(shared).first,
            words.allSatisfy({ $0.count > shared + 2 && $0[shared] == word })
        {
            shared += 1
        }
        guard shared > 0 else { return (nil, labels) }
        return (
            words[0].prefix(shared).joined(separator: " "),
            words.map { $0.dropFirst(shared).joined(separator: " ") }
        )
    }

    /// The size at which a picture of a running render is shown: that of the finished one, whatever the stage's, so that
    /// nothing jumps when the next stage begins.
    static func shownSize(of image: Image, _ progress: RenderProgress) -> (width: Int, height: Int) {
        guard progress.activations.count == 1 else {
            let scale = scale(for: image)
            return (image.width * scale, image.height * scale)
        }
        let scale = max(progress.width, progress.height) <= smallSide ? 2 : 1
        return (progress.width * scale, progress.height * scale)
    }

    /// Pictures up to this side are enlarged.
    private static let smallSide = 160

    /// By how much a picture is enlarged on the screen: a 128 px picture is a stamp on today's displays.
    static func scale(for image: Image) -> Int { max(image.width, image.height) <= smallSide ? 2 : 1 }
}
