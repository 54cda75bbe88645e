import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Computes where in a photograph an objective looks.
    ///
    /// - Parameters:
    ///   - objective: an objective whose targets lie in this model.
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - references: the activations of photographs that the objective compares with; see
    ///     ``references(for:photographs:cancellation:)``.
    ///   - progress: is called with how many of how many gradients are done, and can ask for the map so far.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for settings that are out of range; the errors of
    ///   ``Model/gradient(of:at:references:cancellation:progress:)``.
    public func saliency(
        of objective: Objective, at photograph: Image, _ settings: Saliency.Settings = .init(),
        references: ReferenceActivations = ReferenceActivations(), cancellation: Cancellation? = nil,
        progress: ((_ done: Int, _ total: Int, _ soFar: () -> Saliency) -> Void)? = nil
    ) throws(EngineError) -> Saliency {
        try settings.validate()
        let seen = preprocessing.seen(of: photograph)
        let input = preprocessing.tensor(ofSeen: seen)
        let total = 1 + (settings.smoothing?.copies ?? 0)
        let plain = try gradient(of: objective, at: input, references: references, cancellation: cancellation)
        /// Returns the map of a gradient: of the photograph's own, or of the mean over `copies` noisy copies.
        func result(_ gradient: Tensor, copies: Int) -> Saliency {
            let values = settings.attribution.values(input: input, gradient: gradient).blurred(by: settings.blur)
            let scale = ColorScale(for: values.values, clipping: settings.clipping)
            let words = copies > 0 ? "\nmean of \(copies) noisy copies" : ""
            return Saliency(
                label: "\(name) \(self.words(of: objective))", value: plain.values[0],
                gradientAtPhotograph: plain.gradient, gradient: gradient, settings: settings,
                map: HeatMap(settings.attribution.words + words, values: values, over: seen, scale: scale))
        }
        progress?(1, total) { result(plain.gradient, copies: 0) }
        guard let smoothing = settings.smoothing else { return result(plain.gradient, copies: 0) }
        let gradient = try meanGradient(of: objective, at: input, smoothing, references, cancellation: cancellation) {
            done, soFar in progress?(1 + done, total) { result(soFar(), copies: done) }
        }
        return result(gradient, copies: smoothing.copies)
    }

    /// Computes the mean of the gradients at noisy copies of an input.
    private func meanGradient(
        of objective: Objective, at input: Tensor, _ smoothing: Smoothing, _ references: ReferenceActivations,
        cancellation: Cancellation?,
        progress: (_ done: Int, _ soFar: () -> Tensor) -> Void
    ) throws(EngineError) -> Tensor {
        var copies = Smoothing.Copies(of: input, smoothing)
        var sums = [Double](repeating: 0, count: input.values.count)
        var done = 0
        func mean() -> Tensor { Tensor(sums.map { Float($0 / Double(done)) }, shape: input.shape) }
        while done < smoothing.copies {
            let count = min(smoothing.copies - done, Self.copiesAtOnce)
            let piece = Tensor(copies.next(count), shape: Shape([count] + input.shape.dimensions))
            let found = try gradient(
                of: objective, at: piece, references: references, cancellation: cancellation
            ).gradient.values
            for copy in 0..<count {
                for index in sums.indices { sums[index] += Double(found[copy * sums.count + index]) }
            }
            done += count
            progress(done, mean)
        }
        return mean()
    }

    private static var copiesAtOnce: Int { 8 }
}
