import Compute
import Images
import Models
import Platform
import Visualization

extension Model {
    /// Where in a photograph an objective looks.
    ///
    /// - Parameters:
    ///   - objective: whose targets lie in this model.
    ///   - photograph: of any size; the model's own preprocessing prepares it.
    ///   - progress: is told how many of how many gradients are done.
    /// - Throws: ``EngineError/invalidValue(what:found:expected:)`` for settings that make no sense; as
    ///   ``Model/gradient(of:at:references:cancellation:progress:)``.
    public func saliency(
        of objective: Objective, at photograph: Image, _ settings: Saliency.Settings = .init(),
        cancellation: Cancellation? = nil, progress: PictureProgress? = nil
    ) throws(EngineError) -> Saliency {
        try settings.validate()
        let seen = preprocessing.seen(of: photograph)
        let input = preprocessing.tensor(ofSeen: seen)
        let total = 1 + (settings.smoothing?.copies ?? 0)
        let plain = try gradient(of: objective, at: input, cancellation: cancellation)
        progress?(1, total)
        var gradient = plain.gradient
        if let smoothing = settings.smoothing {
            gradient = try meanGradient(of: objective, at: input, smoothing, cancellation: cancellation) {
                progress?(1 + $0, total)
            }
        }
        let values = settings.attribution.values(input: input, gradient: gradient).blurred(by: settings.blur)
        let scale = ColourScale(for: values.values, clipping: settings.clipping)
        let copies = settings.smoothing.map { "\nmean of \($0.copies) noisy copies" } ?? ""
        return Saliency(
            label: "\(name) \(words(of: objective))", value: plain.values[0], gradientAtPhotograph: plain.gradient,
            gradient: gradient,
            settings: settings,
            map: HeatMap(settings.attribution.words + copies, values: values, over: seen, scale: scale))
    }

    /// The mean of the gradients at disturbed copies of an input.
    private func meanGradient(
        of objective: Objective, at input: Tensor, _ smoothing: Smoothing, cancellation: Cancellation?,
        progress: (Int) -> Void
    ) throws(EngineError) -> Tensor {
        var copies = Smoothing.Copies(of: input, smoothing)
        var sums = [Double](repeating: 0, count: input.values.count)
        var done = 0
        while done < smoothing.copies {
            let count = min(smoothing.copies - done, Self.copiesAtOnce)
            let piece = Tensor(copies.next(count), shape: Shape([count] + input.shape.dimensions))
            let found = try gradient(of: objective, at: piece, cancellation: cancellation).gradient.values
            for copy in 0..<count {
                for index in sums.indices { sums[index] += Double(found[copy * sums.count + index]) }
            }
            done += count
            progress(done)
        }
        return Tensor(sums.map { Float($0 / Double(smoothing.copies)) }, shape: input.shape)
    }

    private static var copiesAtOnce: Int { 8 }
}
