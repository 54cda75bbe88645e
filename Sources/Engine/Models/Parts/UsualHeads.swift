/// How many heads a transformer's attention has, by what was published.
package enum UsualHeads {
    /// How many features a head nearly always has.
    static let width = 64

    /// The number of heads of the published models of this width; nil for a width without published models.
    ///
    /// - Parameter inner: how many hidden units the MLPs have. timm's first `vit_small` is as wide as the base model, with
    ///   MLPs of three times its width, and has 8 heads.
    package static func count(width: Int, inner: Int? = nil) -> Int? {
        width == 768 && inner == 2304 ? 8 : counts[width]
    }

    /// Those of 64 features a head, then SO400M (72), huge (80), giant of Zhai et al. (88) and gigantic (104).
    private static let counts = [
        192: 3, 256: 4, 320: 5, 384: 6, 512: 8, 640: 10, 768: 12, 832: 13, 896: 14, 1024: 16, 1536: 24,
        1152: 16, 1280: 16, 1408: 16, 1664: 16,
    ]
}
