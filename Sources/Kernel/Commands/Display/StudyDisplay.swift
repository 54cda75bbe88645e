import Jupyter
import VitrineEngine

/// The output of a study: pictures over tables, and the tables as text.
struct StudyDisplay {
    /// The pictures, in the order in which they are shown. Front-ends without HTML show the first.
    let pictures: [Image]
    /// The alternative text of the pictures.
    let title: String
    /// The tables below them.
    let tables: [Table]
    /// The recipe that makes the pictures again, if there is one.
    var recipe: Recipe?

    /// The tables as text.
    var plain: String { tables.map(\.plain).joined(separator: "\n\n") }

    /// Pictures and tables as HTML, the first picture as PNG, the tables as text.
    var bundle: MIMEBundle {
        let recipe = try? recipe?.json()
        var texts: [String: String] = [:]
        if let recipe { texts[PNG.recipeKeyword] = recipe }
        var bundle = MIMEBundle(plain: plain)
        if let first = pictures.first, let png = try? PNG.encode(first, texts: texts) {
            let (width, height) = SheetDisplay.size(of: first)
            bundle = MIMEBundle(png: png, width: width, height: height, alt: title, plain: plain)
        }
        if let recipe { bundle.metadata.merge(MIMEBundle.metadata(ofRecipe: recipe)) { $1 } }
        let images = pictures.compactMap { Self.html($0, title) }
        let html = tables.compactMap { $0.bundle.data["text/html"]?.string }
        bundle.data["text/html"] = .string((images + html).joined(separator: "\n"))
        return bundle
    }

    /// Returns the HTML of a picture; nil if it cannot be encoded. Large pictures are JPEG, so that the notebook does
    /// not contain them twice at full size.
    static func html(_ image: Image, _ title: String) -> String? {
        let isLarge = image.width * image.height > 600_000
        guard let bytes = isLarge ? try? JPEG.encode(image, quality: 90) : try? PNG.encode(image) else { return nil }
        let (width, _) = SheetDisplay.size(of: image)
        return """
            <img alt="\(escaped(title))" width="\(width)" style="display:block;max-width:100%;height:auto" \
            src="data:image/\(isLarge ? "jpeg" : "png");base64,\(base64(bytes))">
            """
    }
}
