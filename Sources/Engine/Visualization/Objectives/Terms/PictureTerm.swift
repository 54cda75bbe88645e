import Images

/// A summand of an objective that is read from the picture itself, before any transform, and not from a layer.
///
/// Evaluating it allocates nothing.
protocol PictureTerm: Sendable {
    /// Returns the term's value on a picture, and adds its gradient if that is needed.
    ///
    /// - Parameters:
    ///   - picture: `[3, height, width]`, in 0…1 if the parameterization keeps it there.
    ///   - size: its width and height in pixels.
    ///   - weight: the factor of the term in the objective.
    ///   - gradient: `[3, height, width]`; `weight` · ∂value/∂picture is **added** to it.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        picture: UnsafePointer<Float>, size: PixelSize, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float
}
