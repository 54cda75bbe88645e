import Foundation
import Platform

/// The atlas in one file, `atlas.html`: it holds the site's styles and scripts, the data and the pictures.
///
/// Such a page opens where a page may read nothing that lies beside it: under Jupyter's `/files/`, whose sandbox keeps the
/// browser from saying who asks, in a viewer, in a mail.
package struct AtlasSinglePage {
    /// The file's name in the atlas.
    package static let name = "atlas.html"
    /// So many bytes of what it holds it has at most; above, there is no such page.
    static let limit = 128 << 20
    /// The pictures themselves are in it while they have fewer bytes; above, it shows the small ones of the sheets.
    static let picturesLimit = 48 << 20

    private let folder: String

    /// The page of the atlas in `folder`, whose site and data are there.
    package init(of folder: String) { self.folder = folder }

    /// Writes the page, or removes an older one where the atlas is too large for it.
    ///
    /// - Parameters:
    ///   - data: the data files and sheets that it cannot do without.
    ///   - pictures: the pictures, and small copies of photographs.
    /// - Throws: ``EngineError/fileUnwritable(path:reason:)``, ``EngineError/cancelled``.
    func write(
        data: [String], pictures: [String], cancellation: Cancellation = Cancellation()
    ) throws(EngineError) {
        let file = "\(folder)/\(Self.name)"
        guard bytes(of: data) <= Self.limit, let index = text("index.html") else {
            try? FileManager.default.removeItem(atPath: file)
            return
        }
        var held: [UInt8] = []
        for path in data + (bytes(of: pictures) <= Self.picturesLimit ? pictures : []) {
            try cancellation.check()
            guard let contents = FileManager.default.contents(atPath: "\(folder)/\(path)") else { continue }
            held += "<script type=\"text/plain\" data-file=\"\(escaped(path))\">".utf8
            held +=
                path.hasSuffix(".js")
                ? Array(Self.withoutEnd(String(decoding: contents, as: UTF8.self)).utf8)
                : Array(contents.base64EncodedData())
            held += "</script>\n".utf8
        }
        var page: [UInt8] = []
        var isHeld = false
        for line in index.split(separator: "\n", omittingEmptySubsequences: false) {
            if let name = Self.attribute("href", of: line), line.hasPrefix("<link rel=\"stylesheet\""),
                let style = text(name)
            {
                let media = Self.attribute("media", of: line).map { " media=\"\($0)\"" } ?? ""
                page += "<style\(media)>\n\(style)</style>\n".utf8
            } else if line.hasPrefix("<script src="), let name = Self.attribute("src", of: line),
                let script = text(name)
            {
                // Before the first script, which looks for what the page holds.
                if !isHeld { page += held }
                isHeld = true
                page += "<script>\n\(Self.withoutEnd(script))</script>\n".utf8
            } else {
                page += "\(line)\n".utf8
            }
        }
        try writeWholeFile(file, page)
    }

    private func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }

    private func bytes(of paths: [String]) -> Int {
        paths.reduce(0) { sum, path in
            sum + ((try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(path)"))?[.size] as? Int ?? 0)
        }
    }

    /// A script whose texts cannot end the element that it stands in.
    private static func withoutEnd(_ script: String) -> String {
        script.replacing("</", with: "<\\/").replacing("<!--", with: "<\\!--")
    }

    private static func attribute(_ name: String, of line: Substring) -> String? {
        guard let start = line.firstRange(of: "\(name)=\"")?.upperBound,
            let end = line[start...].firstIndex(of: "\"")
        else { return nil }
        return String(line[start..<end])
    }

    private func escaped(_ path: String) -> String {
        path.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
    }
}
