import Jupyter
import VitrineEngine

/// The output of a sheet of pictures or a plot, with its numbers as text.
struct SheetDisplay {
    /// The sheet.
    let image: Image
    /// The sheet as text.
    let plain: String
    private let figure: Figure

    /// Creates the display of a sheet or a plot.
    ///
    /// - Parameters:
    ///   - title: the title, which is also the alternative text.
    ///   - facts: further lines of the caption.
    init(_ image: Image, title: String, facts: [String] = [], plain: String) {
        self.image = image
        self.plain = plain
        figure = Figure(alt: title, caption: [title] + facts, fileName: fileName(of: title) + ".png")
    }

    /// The sheet as HTML, PNG and text.
    var bundle: MIMEBundle {
        guard let png = try? PNG.encode(image) else { return MIMEBundle(plain: plain) }
        let (width, height) = Self.size(of: image)
        return figure.bundle(png: png, of: image, width: width, height: height, plain: plain)
    }

    /// Returns the size in CSS pixels: the image's own, or less if it is wider than a notebook's column.
    static func size(of image: Image) -> (width: Int, height: Int) {
        let width = min(image.width, 1000)
        return (width, max(1, image.height * width / max(image.width, 1)))
    }
}
