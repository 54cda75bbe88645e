import Images

/// A photograph that an objective compares with, as a recipe names it.
///
/// A recipe does not contain activations, only what is needed to compute them again. A photograph is identified by the
/// SHA-256 of its pixels, regardless of its file; the model is identified by the hash of its weights, which is in the
/// recipe too. ``Model/references(for:photographs:cancellation:)`` computes the activations, which are given to the
/// ``Renderer`` beside the recipe, like a photograph to start from.
public struct PhotographReference: Codable, Hashable, Sendable {
    /// The name of the photograph's file, or another name that people know.
    public var name: String
    /// The SHA-256 of its pixels, see ``Image/sha256``.
    public var sha256: String
    /// Whether the photograph fills the whole picture, as it does where a picture starts from it; nil if it is resized and
    /// cropped as the model's preprocessing says.
    public var fillsPicture: Bool?

    /// Creates a reference with this name and hash.
    public init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }

    /// Creates a reference to `photograph` with a name.
    public init(name: String, of photograph: Image) {
        self.init(name: name, sha256: photograph.sha256)
    }
}
