import Foundation
import Images
import Platform

/// A finished picture as it is kept: its pixels, and what was measured while it was made.
public struct StoredPicture: Hashable, Sendable {
    /// The pixels.
    public let image: Image
    /// The objective's value on ``image`` as it is, undisturbed.
    public let activation: Float
    /// The objective's value on the disturbed picture at each step.
    public let history: [Float]
    /// What to know of the picture before trusting it.
    public let notes: [PictureNote]

    /// A picture with its numbers.
    public init(image: Image, activation: Float, history: [Float], notes: [PictureNote] = []) {
        self.image = image
        self.activation = activation
        self.history = history
        self.notes = notes
    }

    /// One picture of a render, with its own history.
    package init(_ index: Int, of rendering: Rendering) {
        let picture = rendering.pictures[index]
        self.init(
            image: picture.image, activation: picture.activation, history: rendering.history.map { $0[index] },
            notes: picture.notes)
    }
}

/// What a picture's file says of it beside the recipe.
struct PictureRecord: Codable {
    /// ``PictureKey/revision`` when it was made.
    var revision: Int
    /// ``PictureKey/facts``.
    var facts: String
    var activation: Float
    var history: [Float]
    /// ``StoredPicture/notes``; nil for none, as in files from before there were any.
    var notes: [PictureNote]?

    /// Where it stands in the PNG.
    static let keyword = "vitrine-record"
}

extension StoredPicture {
    /// The PNG that keeps the picture under `key`: the same picture gives the same bytes.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` where a number in it is infinite or none.
    func png(for key: PictureKey) throws(EngineError) -> [UInt8] {
        let record = PictureRecord(
            revision: PictureKey.revision, facts: key.facts, activation: activation, history: history,
            notes: notes.isEmpty ? nil : notes)
        guard let text = try? JSONEncoder.sorted.encode(record) else {
            throw .invalidValue(
                what: "The picture's activation", found: "infinite or not a number", expected: "a finite number")
        }
        return try PNG.encode(
            image,
            texts: [
                PNG.recipeKeyword: key.recipe, PictureRecord.keyword: String(decoding: text, as: UTF8.self),
            ])
    }
}

/// What lies in a picture's place.
public enum PictureState: Hashable, Sendable {
    /// Nothing.
    case missing
    /// The picture, whole.
    case whole
    /// A picture that is damaged or cut short, in words.
    case broken(String)
    /// Something else: a picture of another recipe, or none at all, in words.
    case foreign(String)
}

/// A picture's file, looked through.
struct PictureFile {
    let bytes: [UInt8]
    let texts: [String: String]
    let record: PictureRecord?
    /// The name that the file's texts ask for; nil where it does not have them.
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

    /// What the file is in the place of `name`.
    func state(as name: String) -> PictureState {
        // A file that was given its size and never its bytes, as after a power cut.
        if bytes.allSatisfy({ $0 == 0 }) {
            return .broken(bytes.isEmpty ? "it is empty" : "it holds nothing but zeros")
        }
        guard bytes.starts(with: PNGChunks.signature) else {
            return .foreign("it looks like \(ImageFormat(firstBytes: bytes).words)")
        }
        let chunks = PNGChunks(bytes)
        guard chunks.isComplete else { return .broken("it ends too early") }
        guard chunks.chunks.allSatisfy({ $0.isIntact(in: bytes) }) else { return .broken("its data are damaged") }
        guard let own = self.name else { return .foreign("it carries no recipe of Vitrine's") }
        guard own == name else { return .foreign("it is the picture of another recipe") }
        return .whole
    }

    /// The picture; nil where its pixels cannot be read.
    var picture: StoredPicture? {
        guard let record, let image = try? PNG.decode(bytes) else { return nil }
        return StoredPicture(
            image: image, activation: record.activation, history: record.history, notes: record.notes ?? [])
    }
}
