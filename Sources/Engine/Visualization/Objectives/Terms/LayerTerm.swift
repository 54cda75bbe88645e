/// A summand of an objective that is read from a layer's output, picture by picture.
///
/// It has a value, and a gradient with respect to the layer's output. Evaluating it allocates nothing.
protocol LayerTerm: Sendable {
    /// Returns the term's value on one picture's output, and adds its gradient if that is needed.
    ///
    /// - Parameters:
    ///   - output: `[rows, features]` of one picture.
    ///   - weight: the factor of the term in the objective.
    ///   - gradient: `[rows, features]`; `weight` · ∂value/∂output is **added** to it.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        output: UnsafePointer<Float>, weight: Float, gradient: UnsafeMutablePointer<Float>?
    ) -> Float
}
