import Cells
import Foundation
import Jupyter
import VitrineEngine

/// The result of `atlas`: the folder, and what was made.
final class AtlasValue: TabledObject, Displayable {
    private let folder: String
    private let words: String
    private let isMade: Bool

    init(folder: String, words: String, isMade: Bool) {
        self.folder = folder
        self.words = words
        self.isMade = isMade
    }

    var kind: ValueKind { .atlas }
    var plainText: String { isMade ? "\(words) Open \(page) in a browser." : words }

    var bundle: MIMEBundle {
        guard isMade else { return MIMEBundle(plain: plainText) }
        return MIMEBundle(plain: plainText, html: "<div>\(escaped(words)) \(link)</div>")
    }

    /// A link, if the notebook can follow it, and the path, which can be opened from the disk.
    private var link: String {
        let shown = "<code>\(escaped(page))</code>"
        guard let single = relative(path(of: AtlasSinglePage.name)) else { return "Open \(shown) in a browser." }
        let address = single.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? single
        return "<a href=\"\(escaped(address))\" target=\"_blank\">Open the atlas</a>, or \(shown) from the disk. "
            + "JupyterLab shows it after “Trust HTML”."
    }

    /// Returns the path relative to the notebook's folder; nil unless the file exists below it, since other links are
    /// broken.
    private func relative(_ path: String) -> String? {
        let file = URL(fileURLWithPath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
        let here = URL(fileURLWithPath: ".").standardizedFileURL.path
        let start = here.hasSuffix("/") ? here : here + "/"
        guard FileManager.default.fileExists(atPath: file), file.hasPrefix(start) else { return nil }
        return String(file.dropFirst(start.count))
    }

    static let memberTable: MemberTable<AtlasValue> = [
        .property("folder", .string, "its folder") { .string($0.folder) }
    ]

    private var page: String { path(of: "index.html") }

    private func path(of name: String) -> String {
        (folder.hasSuffix("/") ? String(folder.dropLast()) : folder) + "/" + name
    }
}
