/// A distance to a photograph, with two distances to compare it with.
public struct ComparedDistance: Hashable, Sendable {
    /// The distance of the reconstruction.
    public let picture: Double
    /// The distance of the photograph with slight noise, a hardly visible difference.
    public let noisy: Double
    /// The distance of the picture before the first step, which contains nothing of the photograph.
    public let start: Double

    /// Creates a compared distance.
    public init(picture: Double, noisy: Double, start: Double) {
        self.picture = picture
        self.noisy = noisy
        self.start = start
    }

    /// The distance as a multiple of the noisy photograph's: 1 is equally close.
    public var ratio: Double { picture / noisy }

    /// The share of the start's distance that is gone: 0 at the start, 1 for the photograph itself.
    ///
    /// Below 0 if the reconstruction is further away than its start; nil if the start's distance is 0.
    public var recovered: Double? { start > 0 ? 1 - picture / start : nil }
}

/// The distances of a reconstruction to its photograph: in the given elements, in the others, and in pixels.
public struct ReconstructionMeasures<Distance: Hashable & Sendable>: Hashable, Sendable {
    /// Some elements of a layer's output.
    public struct Activations: Hashable, Sendable {
        /// The mean |a − r| over the elements.
        public let l1: Distance
        /// The mean of 1 − cos(a, r) over the tokens.
        public let cosine: Distance

        package init(l1: Distance, cosine: Distance) {
            self.l1 = l1
            self.cosine = cosine
        }
    }

    /// Some of the picture's pixels, in 0…1.
    public struct Pixels: Hashable, Sendable {
        /// The mean |a − r| over pixels and channels.
        public let l1: Distance
        /// The correlation of the reconstruction's values with the photograph's, −1…1, averaged over red, green and
        /// blue:
        /// 1 is the same up to brightness, contrast and tint; 0 if either is constant.
        public let correlation: Double

        package init(l1: Distance, correlation: Double) {
            self.l1 = l1
            self.correlation = correlation
        }
    }

    /// The distances of the given elements.
    public let inside: Activations
    /// The distances of the other elements of the layer (other patches, other features), without special tokens; nil if
    /// all were given.
    public let outside: Activations?
    /// The distances of the given patches' pixels; nil if no patches were given (logits, CLS).
    public let pixelsInside: Pixels?
    /// The distances of the other patches' pixels; nil if all were given.
    public let pixelsOutside: Pixels?

    package init(inside: Activations, outside: Activations?, pixelsInside: Pixels?, pixelsOutside: Pixels?) {
        self.inside = inside
        self.outside = outside
        self.pixelsInside = pixelsInside
        self.pixelsOutside = pixelsOutside
    }
}

/// The distances of a reconstruction to its photograph, each with two distances to compare it with.
public typealias ReconstructionErrors = ReconstructionMeasures<ComparedDistance>

/// The distances of any picture to the photograph.
package typealias PictureDistances = ReconstructionMeasures<Double>

extension ReconstructionMeasures<ComparedDistance> {
    init(picture: PictureDistances, noisy: PictureDistances, start: PictureDistances) {
        func compared(_ value: (PictureDistances) -> Double?) -> ComparedDistance {
            ComparedDistance(
                picture: value(picture) ?? 0, noisy: value(noisy) ?? 0, start: value(start) ?? 0)
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
