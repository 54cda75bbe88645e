import Jupyter
import VitrineEngine

/// A study as a front-end shows it: pictures over tables, and all of it in words.
struct StudyDisplay {
    /// The pictures, in the order in which they are shown; the first is that of front-ends without HTML.
    let pictures: [Image]
    /// What they are, for those who do not see them.
    let title: String
    /// The tables below them.
    let tables: [Table]
    /// The recipe that makes the pictures again, where one does.
    var recipe: Recipe?

    /// The tables in words.
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

    /// A picture inside a page: sheets of photographs as JPEG, so that a notebook does not hold them twice at full size.
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

/// A number of a study with as many digits as it deserves: "0.042", "12.3".
func brief(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let size = value.magnitude
    let digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.0995 || size == 0 ? 2 : size >= 0.00995 ? 3 : 4
    return value.formatted(digits: digits).replacing("-", with: "−")
}

/// A share as people read it: "37 %".
func percent(_ share: Double) -> String {
    share.isFinite
        ? "\((share * 100).formatted(digits: share.magnitude < 0.1 ? 1 : 0).replacing("-", with: "−")) %" : "–"
}
