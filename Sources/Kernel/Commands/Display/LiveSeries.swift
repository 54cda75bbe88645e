import Foundation
import Jupyter
import Platform
import VitrineEngine

/// A sheet of several renders in the cell's output: finished pictures, the current ones, and gray for those to come.
final class LiveSeries {
    private let execution: Execution
    /// The display's identifier at the front-end.
    let id = UUID().uuidString
    private let series: RenderSeries
    private let steps: [Int]
    /// The cost of each render, in steps at the size of the model's input.
    private let costs: [Double]
    private let start = steadySeconds()
    private var isShown = false
    private var pace = FramePace.picture

    /// Creates a live sheet of a series in the output of `execution`.
    init(in execution: Execution, _ series: RenderSeries) {
        self.execution = execution
        self.series = series
        steps = series.jobs.map(\.recipe.totalSteps)
        costs = series.jobs.map { $0.recipe.cost(for: series.model.inputSize) }
    }

    /// Shows the pictures so far, if a frame is due.
    ///
    /// - Parameter done: the finished renders.
    func update(_ progress: RenderProgress, after done: [Rendering]) {
        pace.showIfDue {
            let current = progress.snapshot()
            let images = done.flatMap { $0.pictures.map(\.image) } + current
            let facts =
                done.flatMap { rendering in
                    rendering.pictures.map { "\($0.sheetCaption), \(rendering.timeInWords)" }
                } + current.map { _ in "step \(progress.step) of \(progress.steps)" }
            let count = series.captions.count
            let blank = (images.count..<max(count, images.count)).map { _ in Self.blank(like: images[0]) }
            let sheet = ContactSheet(
                zip(PictureSheet.fitted(images + blank), series.captions).enumerated().map { index, entry in
                    .init(entry.0, caption: "\(entry.1)\n\(index < facts.count ? facts[index] : "to come")")
                }, title: series.title, columns: series.columns
            ).image
            guard let frame = frame(sheet, bar(progress, after: done)) else { return }
            show(frame)
        }
    }

    /// Replaces the live sheet by the finished one.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }

    /// Returns the progress bar over the steps of all renders, with the time left at the speed so far.
    private func bar(_ progress: RenderProgress, after done: [Rendering]) -> ProgressBar {
        let index = done.count
        let share = Double(progress.step) / Double(max(progress.steps, 1)) * costs[index]
        let made = costs.enumerated().filter { $0.offset < index && !done[$0.offset].isKept }.reduce(0) { $0 + $1.1 }
        let left = costs.suffix(from: index).reduce(0, +) - share
        let pace = (steadySeconds() - start) / max(made + share, 1e-9)
        return ProgressBar(
            done: steps.prefix(index).reduce(0, +) + progress.step, of: steps.reduce(0, +), unit: "step",
            secondsLeft: pace * left)
    }

    private func frame(_ sheet: Image, _ bar: ProgressBar) -> MIMEBundle? {
        guard let jpeg = try? JPEG.encode(sheet, quality: 88) else { return nil }
        let (width, height) = SheetDisplay.size(of: sheet)
        let figure = Figure(
            alt: series.title + ", so far", caption: [series.title, "\(series.jobs.count) renders"],
            details: [.init(title: "cell", html: "")])
        return MIMEBundle(
            plain: bar.frame,
            html: figure.html(jpeg, isJPEG: true, width: width, height: height, overlay: bar.overlay))
    }

    private static func blank(like image: Image) -> Image {
        Image(
            width: image.width, height: image.height,
            pixels: [UInt8](repeating: 200, count: image.width * image.height * 3))
    }
}
