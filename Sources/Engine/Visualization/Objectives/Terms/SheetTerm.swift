/// A summand of an objective that compares a picture with the other pictures of its sheet, in one layer.
///
/// Each picture is summarized in a few numbers, so that sheets can be compared whose pictures do not fit into memory
/// together: first all are summarized, then each is compared with the others' summaries. The gradient is that of the
/// picture's own value with respect to its own output; the others are constant. Evaluating a term allocates nothing.
protocol SheetTerm: Sendable {
    /// The number of floats in a picture's summary.
    var summaryCount: Int { get }
    /// The number of floats that ``evaluate(place:of:output:summaries:weight:gradient:scratch:)`` and
    /// ``summarize(output:into:scratch:)`` may use as scratch memory.
    var scratchCount: Int { get }

    /// Summarizes one picture.
    ///
    /// - Parameters:
    ///   - output: `[rows, features]` of the picture.
    ///   - summary: ``summaryCount`` floats, overwritten.
    ///   - scratch: ``scratchCount`` floats, overwritten.
    func summarize(
        output: UnsafePointer<Float>, into summary: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>)

    /// Returns the term's value for one picture, and adds its gradient if that is needed.
    ///
    /// - Parameters:
    ///   - place: the picture's place in the sheet.
    ///   - pictures: the number of pictures in the sheet, at least two.
    ///   - output: `[rows, features]` of the picture, from which the summary was made.
    ///   - summaries: `[pictures, summaryCount]`.
    ///   - weight: the factor of the term in the objective.
    ///   - gradient: `[rows, features]`; `weight` · ∂value/∂output is **added** to it.
    ///   - scratch: ``scratchCount`` floats, overwritten.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        place: Int, of pictures: Int, output: UnsafePointer<Float>, summaries: UnsafePointer<Float>, weight: Float,
        gradient: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) -> Float
}
