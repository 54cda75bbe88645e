/// One summand of an objective that compares a picture with the other pictures of its sheet, in one layer.
///
/// Each picture is summed up in a few numbers, so that a sheet whose pictures do not fit into the memory together can
/// be compared all the same: first all are summed up, then each is compared with the others' numbers. The gradient is
/// that of the picture's own value by its own output; the others stand still for it. One kind a file. Nothing is
/// allocated when a term is evaluated.
protocol SheetTerm: Sendable {
    /// How many floats sum up one picture.
    var summaryCount: Int { get }
    /// How many floats ``evaluate(place:of:output:summaries:weight:gradient:scratch:)`` and
    /// ``summarize(output:into:scratch:)`` may use for themselves.
    var scratchCount: Int { get }

    /// Sums one picture up.
    ///
    /// - Parameters:
    ///   - output: `[rows, features]` of the picture.
    ///   - summary: ``summaryCount`` floats, overwritten.
    ///   - scratch: ``scratchCount`` floats, overwritten.
    func summarize(
        output: UnsafePointer<Float>, into summary: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>)

    /// The term's value for one picture, and its gradient where that is wanted.
    ///
    /// - Parameters:
    ///   - place: the picture's place in the sheet.
    ///   - pictures: how many the sheet has, at least two.
    ///   - output: `[rows, features]` of the picture, of which the summary was made.
    ///   - summaries: `[pictures, summaryCount]`.
    ///   - weight: what the term is multiplied with in the objective.
    ///   - gradient: `[rows, features]`; `weight` · ∂value/∂output is **added** to it.
    ///   - scratch: ``scratchCount`` floats, overwritten.
    /// - Returns: the value, not multiplied with `weight`.
    func evaluate(
        place: Int, of pictures: Int, output: UnsafePointer<Float>, summaries: UnsafePointer<Float>, weight: Float,
        gradient: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
    ) -> Float
}
