import Foundation
import Jupyter
import Platform
import VitrineEngine

/// A sheet of several renders in the cell's output: what is done, what sharpens, and gray for what is to come.
final class LiveSeries {
    private let execution: Execution
    /// The name under which the front-end keeps the display.
    let id = UUID().uuidString
    private let series: RenderSeries
    private let steps: [Int]
    /// What each render takes, in steps of the model's size.
    private let costs: [Double]
    private let start = steadySeconds()
    private var isShown = false
    private var pace = FramePace.picture

    /// A live sheet of a series in `execution`'s output.
    init(in execution: Execution, _ series: RenderSeries) {
        self.execution = execution
        self.series = series
        steps = series.orders.map(\.recipe.totalSteps)
        costs = series.orders.map { $0.recipe.cost(for: series.model.inputSize) }
    }

    /// Shows the pictures so far, if it is time.
    ///
    /// - Parameter done: the renders that are finished.
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
                zip(PictureSheet.fitted(images + blank), series.captions).enumerated().map { place, entry in
                    .init(entry.0, caption: "\(entry.1)\n\(place < facts.count ? facts[place] : "to come")")
                }, title: series.title, columns: series.columns
            ).image
            guard let frame = frame(sheet, bar(progress, after: done)) else { return }
            show(frame)
        }
    }

    /// Puts the finished sheet into the same place.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }

    /// All steps, and the time that they take if each kind goes on as it went.
    private func bar(_ progress: RenderProgress, after done: [Rendering]) -> ProgressBar {
        let place = done.count
        let share = Double(progress.step) / Double(max(progress.steps, 1)) * costs[place]
        let made = costs.enumerated().filter { $0.offset < place && !done[$0.offset].isKept }.reduce(0) { $0 + $1.1 }
        let left = costs.suffix(from: place).reduce(0, +) - share
        let pace = (steadySeconds() - start) / max(made + share, 1e-9)
        return ProgressBar(
            done: steps.prefix(place).reduce(0, +) + progress.step, of: steps.reduce(0, +), unit: "step",
            secondsLeft: pace * left)
    }

    private func frame(_ sheet: Image, _ bar: ProgressBar) -> MIMEBundle? {
        guard let jpeg = try? JPEG.encode(sheet, quality: 88) else { return nil }
        let (width, height) = SheetDisplay.size(of: sheet)
        let figure = Figure(
            alt: series.title + ", so far", caption: [series.title, "\(series.orders.count) renders"],
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
