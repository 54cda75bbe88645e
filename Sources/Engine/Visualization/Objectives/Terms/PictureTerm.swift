import Images

/// One summand of an objective that is read from the picture itself, before any transform, and not from a layer.
///
/// One kind a file. Nothing is allocated when it is evaluated.
protocol PictureTerm: Sendable {
    /// The term's value on a picture, and its gradient where that is wanted.
    ///
    /// - Parameters:
    ///   - picture: `[3, height, width]`, in 0…1 where the parameterization keeps it there.
    ///   - size: its width and height in pixels.
    ///   - weight: what the term is multiplied with in the objective.
    ///   - gradient: `[3, height, width]`; `weight` · ∂value/∂picture is **added** to it.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        picture: UnsafePointer<Float>, size: PixelSize, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float
}
