/// A distance to a photograph, with what it can be compared with.
public struct ComparedDistance: Hashable, Sendable {
    /// Of the reconstruction.
    public let picture: Double
    /// Of the photograph after a slight disturbance: what can hardly be seen as different.
    public let disturbed: Double
    /// Of the picture before the first step: what is known without the photograph.
    public let start: Double

    /// A distance and its two marks.
    public init(picture: Double, disturbed: Double, start: Double) {
        self.picture = picture
        self.disturbed = disturbed
        self.start = start
    }

    /// How many times as far as the slightly disturbed photograph: 1 is as near.
    public var ratio: Double { picture / disturbed }

    /// Which share of the start's distance is gone: 0 is where nothing was known, 1 is the photograph itself.
    ///
    /// Below 0 where the reconstruction is further away than its start; nil where the start was no distance away.
    public var recovered: Double? { start > 0 ? 1 - picture / start : nil }
}

/// How far a reconstruction is from its photograph: in the elements it was made from, in the others, and in pixels.
///
/// Each distance by itself, or with what it can be compared with.
public struct ReconstructionMeasures<Distance: Hashable & Sendable>: Hashable, Sendable {
    /// Some elements of a layer's output.
    public struct Activations: Hashable, Sendable {
        /// |a − r|, averaged over the elements.
        public let l1: Distance
        /// 1 − cos(a, r) of each token, averaged over the tokens.
        public let cosine: Distance

        package init(l1: Distance, cosine: Distance) {
            self.l1 = l1
            self.cosine = cosine
        }
    }

    /// Some part of the picture, in 0…1.
    public struct Pixels: Hashable, Sendable {
        /// |a − r|, averaged over pixels and channels.
        public let l1: Distance
        /// The correlation of the reconstruction's values with the photograph's, −1…1, averaged over red, green and blue:
        /// 1 is the same up to brightness, contrast and tint; 0 where either is even.
        public let correlation: Double

        package init(l1: Distance, correlation: Double) {
            self.l1 = l1
            self.correlation = correlation
        }
    }

    /// The target's elements, which the reconstruction was made from.
    public let inside: Activations
    /// The elements of the layer that were not given: other patches, other features. Special tokens are left out.
    ///
    /// Nil where all were given.
    public let outside: Activations?
    /// The pixels of the given patches; nil where no patches were given (logits, CLS).
    public let pixelsInside: Pixels?
    /// The pixels of the other patches; nil where all were given.
    public let pixelsOutside: Pixels?

    package init(inside: Activations, outside: Activations?, pixelsInside: Pixels?, pixelsOutside: Pixels?) {
        self.inside = inside
        self.outside = outside
        self.pixelsInside = pixelsInside
        self.pixelsOutside = pixelsOutside
    }
}

/// How far a reconstruction is from its photograph, each distance with what it can be compared with.
public typealias ReconstructionErrors = ReconstructionMeasures<ComparedDistance>

/// How far any picture is from the photograph.
package typealias PictureDistances = ReconstructionMeasures<Double>

extension ReconstructionMeasures<ComparedDistance> {
    init(picture: PictureDistances, disturbed: PictureDistances, start: PictureDistances) {
        func compared(_ value: (PictureDistances) -> Double?) -> ComparedDistance {
            ComparedDistance(
                picture: value(picture) ?? 0, disturbed: value(disturbed) ?? 0, start: value(start) ?? 0)
        }
        func activations(_ part: (PictureDistances) -> PictureDistances.Activations?) -> Activations? {
            guard part(picture) != nil else { return nil }
            return Activations(l1: compared { part($0)?.l1 }, cosine: compared { part($0)?.cosine })
        }
        func pixels(_ part: (PictureDistances) -> PictureDistances.Pixels?) -> Pixels? {
            part(picture).map { Pixels(l1: compared { part($0)?.l1 }, correlation: $0.correlation) }
        }
        self.init(
            inside: Activations(l1: compared { $0.inside.l1 }, cosine: compared { $0.inside.cosine }),
            outside: activations(\.outside), pixelsInside: pixels(\.pixelsInside),
            pixelsOutside: pixels(\.pixelsOutside))
    }
}
