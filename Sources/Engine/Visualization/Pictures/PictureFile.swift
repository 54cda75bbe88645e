import Foundation
import Images
import Platform

/// The state of the file at a picture's path.
public enum PictureState: Hashable, Sendable {
    /// There is no file.
    case missing
    /// The complete picture.
    case whole
    /// A picture that is damaged or truncated; the text says how.
    case broken(String)
    /// Something else: a picture of another recipe, or another file; the text says what.
    case foreign(String)
}

/// A picture's file, with its texts parsed.
struct PictureFile {
    let bytes: [UInt8]
    let texts: [String: String]
    let record: PictureRecord?
    /// The name that follows from the file's texts; nil if it does not have them.
    let name: String?

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        texts = PNG.texts(in: bytes)
        record = texts[PictureRecord.keyword].flatMap {
            try? JSONDecoder().decode(PictureRecord.self, from: Data($0.utf8))
        }
        if let recipe = texts[PNG.recipeKeyword], let record {
            name = PictureKey.name(ofFile: recipe, facts: record.facts, revision: record.revision)
        } else {
            name = nil
        }
    }

    /// Returns the state of the file as the picture `name`.
    func state(as name: String) -> PictureState {
        // A file that got its size but not its content, as after a power failure.
        if bytes.allSatisfy({ $0 == 0 }) {
            return .broken(bytes.isEmpty ? "it is empty" : "it holds nothing but zeros")
        }
        guard bytes.starts(with: PNGChunks.signature) else {
            return .foreign("it looks like \(ImageFormat(firstBytes: bytes).words)")
        }
        let chunks = PNGChunks(bytes)
        guard chunks.isComplete else { return .broken("it ends too early") }
        guard chunks.chunks.allSatisfy({ $0.isIntact(in: bytes) }) else { return .broken("its data are damaged") }
        guard let own = self.name else { return .foreign("it carries no Vitrine recipe") }
        guard own == name else { return .foreign("it is the picture of another recipe") }
        return .whole
    }

    /// The picture; nil if its pixels cannot be decoded.
    var picture: StoredPicture? {
        guard let record, let image = try? PNG.decode(bytes) else { return nil }
        var picture = StoredPicture(
            image: image, activation: record.activation, history: record.history, notes: record.notes ?? [])
        picture.mask = texts[PictureMask.keyword].flatMap(PictureMask.init(text:))
        return picture
    }
}
