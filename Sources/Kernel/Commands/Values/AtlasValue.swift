import Cells
import Foundation

/// What `atlas` returns: where it is, and what was made.
final class AtlasValue: CellObject, Displayable {
    private let folder: String
    private let words: String
    private let isMade: Bool

    init(folder: String, words: String, isMade: Bool) {
        self.folder = folder
        self.words = words
        self.isMade = isMade
    }

    var typeWords: String { "an atlas" }
    var plainText: String { isMade ? "\(words) Open \(page) in a browser." : words }

    var bundle: MIMEBundle {
        guard isMade else { return MIMEBundle(plain: plainText) }
        let address = page.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? page
        return MIMEBundle(
            plain: plainText,
            html: "<div>\(escaped(words)) <a href=\"\(escaped(address))\" target=\"_blank\">Open the atlas</a></div>")
    }

    var members: [MemberDeclaration] { [.property("folder", "text", "the folder that it lies in")] }

    func member(_ name: String) throws -> Value? { name == "folder" ? .string(folder) : nil }

    private var page: String { (folder.hasSuffix("/") ? String(folder.dropLast()) : folder) + "/index.html" }
}
