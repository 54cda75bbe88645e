import Compute
import Images
import Visualization

/// Reconstructions of a photograph from parts of a model's activations, and their errors.
///
/// Several reconstructions of one photograph by one model are made together, one picture each.
public struct Reconstruction: Sendable {
    /// The source of a reconstruction: some activations, and how they are compared.
    public struct Source: Hashable, Sendable {
        /// The elements that are given.
        public var target: Target
        /// How activations are compared with the photograph's.
        public var likeness: Likeness

        /// Creates a source.
        public init(_ target: Target, by likeness: Likeness) {
            self.target = target
            self.likeness = likeness
        }
    }

    /// One reconstruction.
    public struct Part: Sendable {
        /// The source of the picture.
        public let source: Source
        /// The picture, with the recipe that makes it again.
        public let picture: Picture
        /// The picture's distances to the photograph.
        public let errors: ReconstructionErrors
        /// The given patches and the layout of all patches; nil if none were given.
        let given: (patches: Set<Int>, layout: TokenLayout)?
    }

    /// The model's name.
    public let model: String
    /// The part of the photograph that the model sees.
    public let photograph: Image
    /// The photograph as recipes name it.
    public let reference: PhotographReference
    /// The pictures, in the order of the sources.
    public let parts: [Part]
    /// The renderer's result: steps, history, and why it ended.
    public let rendering: Rendering
}
