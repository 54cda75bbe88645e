/// The numbers of attention heads of published transformers.
package enum PublishedHeadCounts {
    /// The number of features that a head nearly always has.
    static let width = 64

    /// Returns the number of heads of the published models with this width; nil if there are none.
    ///
    /// - Parameter inner: the number of the MLPs' hidden units. timm's first `vit_small` is as wide as the base model,
    ///   with MLPs of three times its width, and has 8 heads.
    package static func count(width: Int, inner: Int? = nil) -> Int? {
        width == 768 && inner == 2304 ? 8 : counts[width]
    }

    /// The models with 64 features per head, then SO400M (72), huge (80), giant of Zhai et al. (88) and gigantic (104).
    private static let counts = [
        192: 3, 256: 4, 320: 5, 384: 6, 512: 8, 640: 10, 768: 12, 832: 13, 896: 14, 1024: 16, 1536: 24,
        1152: 16, 1280: 16, 1408: 16, 1664: 16,
    ]
}
