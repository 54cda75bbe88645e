import Compute
import Images
import Visualization

/// A photograph made again from a part of what a layer computes of it, and how far that got.
///
/// Several reconstructions of one photograph by one model are made together, a picture each.
public struct Reconstruction: Sendable {
    /// What a picture is made from, and how.
    public struct Source: Hashable, Sendable {
        /// The elements that are given.
        public var target: Target
        /// How activations are compared with the photograph's.
        public var likeness: Likeness

        /// A source.
        public init(_ target: Target, by likeness: Likeness) {
            self.target = target
            self.likeness = likeness
        }
    }

    /// One picture.
    public struct Part: Sendable {
        /// What it is made from.
        public let source: Source
        /// The picture, with the recipe that makes it again.
        public let picture: Picture
        /// How far it is from the photograph.
        public let errors: ReconstructionErrors
        /// The given patches, and how all patches lie; nil where none were given.
        let given: (patches: Set<Int>, layout: TokenLayout)?
    }

    /// The model's name.
    public let model: String
    /// What the model sees of the photograph.
    public let photograph: Image
    /// The photograph as recipes name it.
    public let reference: PhotographReference
    /// The pictures, in the order of the sources.
    public let parts: [Part]
    /// What the renderer handed back: steps, history, why it ended.
    public let rendering: Rendering
}
