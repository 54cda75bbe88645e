import Foundation
import Images
import Platform

/// A finished picture as it is kept: its pixels, and the measurements made while rendering it.
public struct StoredPicture: Hashable, Sendable {
    /// The pixels.
    public let image: Image
    /// The objective's value on ``image`` itself, without transforms.
    public let activation: Float
    /// The objective's value on the transformed picture at each step.
    public let history: [Float]
    /// What to know about the picture before trusting it.
    public let notes: [PictureNote]
    /// How much each pixel mattered; nil where it is not kept.
    public internal(set) var mask: PictureMask?

    /// Creates a picture with its measurements.
    public init(image: Image, activation: Float, history: [Float], notes: [PictureNote] = []) {
        self.image = image
        self.activation = activation
        self.history = history
        self.notes = notes
    }

    /// Creates one picture of a render, with its own history.
    ///
    /// - Parameter withMask: whether it keeps how much each pixel mattered, too, for a fifth more bytes.
    package init(_ index: Int, of rendering: Rendering, withMask: Bool = false) {
        let picture = rendering.pictures[index]
        self.init(
            image: picture.image, activation: picture.activation, history: rendering.history.map { $0[index] },
            notes: picture.notes)
        if withMask, rendering.masks.indices.contains(index) { mask = rendering.masks[index] }
    }
}

/// The record in a picture's file, beside the recipe.
struct PictureRecord: Codable {
    /// ``PictureKey/revision`` when it was made.
    var revision: Int
    /// ``PictureKey/facts``.
    var facts: String
    var activation: Float
    var history: [Float]
    /// ``StoredPicture/notes``; nil for none, as in files from before there were any.
    var notes: [PictureNote]?

    /// Its keyword in the PNG.
    static let keyword = "vitrine-record"
}

extension StoredPicture {
    /// Returns the PNG that keeps the picture under `key`: the same picture gives the same bytes.
    ///
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` if a number in it is NaN or infinite.
    func png(for key: PictureKey) throws(EngineError) -> [UInt8] {
        let record = PictureRecord(
            revision: PictureKey.revision, facts: key.facts, activation: activation, history: history,
            notes: notes.isEmpty ? nil : notes)
        guard let text = try? JSONEncoder.sorted.encode(record) else {
            throw .invalidValue(
                what: "The picture's activation", found: "infinite or not a number", expected: "a finite number")
        }
        var texts = [PNG.recipeKeyword: key.recipe, PictureRecord.keyword: String(decoding: text, as: UTF8.self)]
        if let mask = mask?.text { texts[PictureMask.keyword] = mask }
        return try PNG.encode(image, texts: texts)
    }
}
