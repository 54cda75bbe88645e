import Jupyter
import Platform
import VitrineEngine

/// A picture with a caption under it, and under that a row of small links.
///
/// Front-ends show HTML where there is some, and of all that they show of a PNG alone none says what it is: so a page's
/// picture is HTML around the same file, and the PNG stands beside it for those that save or convert a notebook.
/// What a page that does not trust the notebook strips (a script, a download) is hidden there and not dead.
struct Figure {
    /// Something that opens under the caption.
    struct Detail {
        /// What is clicked: "recipe".
        let title: String
        /// What opens, as HTML.
        let html: String
    }

    /// What those are told who do not see the picture.
    var alt: String
    /// What it is, and in the lines below it what is known of it.
    var caption: [String]
    /// What to know before trusting it; in lines of their own.
    var notes: [String] = []
    /// What can be opened.
    var details: [Detail] = []
    /// What a saved copy is called, without its ending; nil where there is no copy to save.
    var fileName: String?

    /// What a finished picture is shown as.
    ///
    /// - Parameters:
    ///   - png: the picture, whose bytes are also those that are saved.
    ///   - image: its pixels.
    ///   - width: in CSS pixels, at which it is shown.
    ///   - height: in CSS pixels.
    func bundle(
        png: [UInt8], of image: Image, width: Int, height: Int, plain: String, metadata: [String: JSON] = [:]
    ) -> MIMEBundle {
        var bundle = MIMEBundle(png: png, width: width, height: height, alt: alt, plain: plain, metadata: metadata)
        // A server drops what is more than some megabytes, and the picture is in the output twice.
        let isLarge = png.count > Self.largestTwice
        let copy = isLarge ? (try? JPEG.encode(image, quality: 92)) ?? png : png
        bundle.data["text/html"] = .string(
            html(copy, isJPEG: isLarge, width: width, height: height))
        return bundle
    }

    /// How many bytes of PNG are put into an output twice: two of them in base64 are within what a Jupyter server sends in
    /// its three seconds, 3 MB, with room for the pictures before.
    static let largestTwice = 600_000

    /// The figure as HTML.
    ///
    /// - Parameter overlay: what lies over the picture, while it is made.
    func html(_ bytes: [UInt8], isJPEG: Bool, width: Int, height: Int, overlay: String? = nil) -> String {
        let isDone = overlay == nil
        let kind = isJPEG ? "jpeg" : "png"
        // The link takes its copy from the picture beside it, so that the page does not hold the picture once more.
        let reveal =
            isDone && fileName != nil
            ? " onload=\"let link=this.closest('figure').querySelector('a[hidden]');if(link){link.href=this.src;link.textContent='save';link.hidden=false}\""
            : ""
        let picture =
            "<img alt=\"\(escaped(alt))\" width=\"\(width)\" height=\"\(height)\" "
            + "style=\"display:block;max-width:100%;height:auto\" src=\"data:image/\(kind);base64,\(base64(bytes))\"\(reveal)>"
        return """
            <figure style="margin:0;max-width:100%">\
            <div style="position:relative;width:\(width)px;max-width:100%;overflow:hidden">\(picture)\(overlay ?? "")</div>\
            \(captionHTML(width: width))\(row(isDone: isDone))</figure>
            """
    }

    /// The lines below the picture. They are as high while it is made as when it is done, so that nothing moves.
    private func captionHTML(width: Int) -> String {
        let style = "display:block;font-size:13px;line-height:20px;text-align:left;max-width:\(max(width, 480))px"
        let lines =
            caption.enumerated().map { place, line in place == 0 ? "<b>\(escaped(line))</b>" : escaped(line) }
            + notes.map { "<em>\(escaped($0)).</em>" }
        return "<figcaption style=\"\(style)\">\(lines.joined(separator: "<br>"))</figcaption>"
    }

    private func row(isDone: Bool) -> String {
        guard !details.isEmpty || fileName != nil else { return "" }
        let closed = details.map { detail in
            isDone
                ? "<details style=\"\(Self.link)\"><summary style=\"cursor:pointer\">\(escaped(detail.title))</summary>"
                    + "\(detail.html)</details>"
                : "<span style=\"\(Self.link)\">\(escaped(detail.title))</span>"
        }
        let save = fileName.map { name in
            // Empty until the script has run, since some pages strip `hidden` with it; and without a display of its own,
            // which would count more than that.
            isDone ? "<a hidden download=\"\(escaped(name))\" style=\"margin:0 16px 0 0\"></a>" : ""
        }
        return "<div style=\"font-size:12px;line-height:20px;min-height:20px;text-align:left\">"
            + closed.joined() + (save ?? "") + "</div>"
    }

    private static let link = "display:inline-block;vertical-align:top;margin:0 16px 0 0"
}

extension Figure.Detail {
    /// A cell that can be copied: one click selects it.
    static func cell(_ source: String, title: String = "cell") -> Self {
        let style = "margin:4px 0;padding:4px 8px;font-size:12px;line-height:18px;overflow-x:auto;user-select:all"
        return Self(
            title: title, html: "<pre style=\"\(style)\"><code>\(escaped(source))</code></pre>")
    }

    /// A table.
    static func table(_ table: Table, title: String) -> Self {
        Self(title: title, html: table.bundle.data["text/html"]?.string ?? escaped(table.plain))
    }
}

/// Text as the name of a file: letters, digits and hyphens, of a length that every disk takes.
func fileName(of text: String) -> String {
    let words = text.lowercased().split { !($0.isLetter || $0.isNumber) }
    let name = words.joined(separator: "-").prefix(60)
    return name.isEmpty ? "picture" : String(name)
}
