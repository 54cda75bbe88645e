import Jupyter
import VitrineEngine

/// The output of a finished picture or sheet, with its recipe in the metadata.
struct PictureDisplay {
    /// The image: the picture, or the labeled sheet.
    let image: Image
    private let plain: String
    private let recipe: String
    private let figure: Figure
    private let scale: Int

    /// Creates the display of one picture, or of several as a sheet, at the last stage's size even if an earlier stage
    /// was interrupted.
    ///
    /// - Parameter cell: the cell that made them; nil if unknown.
    init(_ pictures: [Picture], of rendering: Rendering, cell: String?, plain: String) throws(EngineError) {
        let recipe = rendering.recipe
        let labels = pictures.map(\.label)
        let size = recipe.lastStage.size
        image = Self.sheet(
            pictures.map { $0.image.resized(width: size.width, height: size.height) },
            captions: pictures.map(\.sheetCaption), labels: labels, model: recipe.model,
            columns: Self.columns(for: pictures.map { recipe.objectives[$0.index] }))
        self.recipe = try recipe.json()
        self.plain = plain
        scale = Self.scale(for: image, pictures: pictures.count)
        figure = PictureCaption(labels: labels, model: recipe.model).figure(pictures, of: rendering, cell: cell)
    }

    /// The output: HTML, and a PNG that contains the recipe. Small pictures are shown enlarged.
    ///
    /// It is encoded on demand: a part of a sheet of which only the activation is used is never encoded.
    var bundle: MIMEBundle {
        guard let png = try? PNG.encode(image, texts: [PNG.recipeKeyword: recipe]) else {
            return MIMEBundle(plain: plain)
        }
        return figure.bundle(
            png: png, of: image, width: image.width * scale, height: image.height * scale, plain: plain,
            metadata: MIMEBundle.metadata(ofRecipe: recipe))
    }

    /// Returns a single picture as it is, and several as a sheet with their labels and facts below them.
    static func sheet(
        _ images: [Image], captions facts: [String], labels: [String], model: String, columns: Int?
    ) -> Image {
        guard images.count > 1 else { return images.first ?? Image(width: 1, height: 1, pixels: [255, 255, 255]) }
        let (title, captions) = split(labels)
        let entries = images.indices.map { index in
            ContactSheet.Entry(images[index], caption: "\(captions[index])\n\(facts[index])")
        }
        return ContactSheet(entries, title: title.map { "\(model) \($0)" } ?? model, columns: columns).image
    }

    /// Returns the number of columns with which each layer has rows of its own; nil if there is none.
    static func columns(for objectives: [Objective]) -> Int? {
        var runs: [(layers: [String], count: Int)] = []
        for layers in objectives.map(\.layers) {
            if runs.last?.layers == layers { runs[runs.count - 1].count += 1 } else { runs.append((layers, 1)) }
        }
        guard runs.count > 1, let count = runs.first?.count, (2...12).contains(count),
            runs.allSatisfy({ $0.count == count })
        else { return nil }
        return count
    }

    /// Splits labels into the words that all begin with, as a sheet's title, and the rests, as captions.
    static func split(_ labels: [String]) -> (title: String?, captions: [String]) {
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

    /// The longest side of pictures that are enlarged.
    private static let smallSide = 160

    /// Returns the factor by which a picture is enlarged on the screen, since 128 px are tiny on today's displays. A
    /// sheet has already enlarged its small pictures.
    static func scale(for image: Image, pictures: Int) -> Int {
        pictures == 1 && max(image.width, image.height) <= smallSide ? 2 : 1
    }
}

extension Picture {
    /// The line below the picture's label in a sheet: "3.21", "0.00, hardly changed".
    var sheetCaption: String {
        ([Double(activation).formatted(digits: 2)] + notes.map(\.brief)).joined(separator: ", ")
    }
}
