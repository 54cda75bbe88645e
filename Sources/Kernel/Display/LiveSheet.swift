import Engine
import Foundation

/// A sheet in the cell's output that fills while it is computed, with a progress bar on it.
///
/// Work that ends soon shows nothing; then there are at most four frames a second, and no more than a tenth of the
/// time goes into them.
final class LiveSheet {
    private let execution: Execution
    private let title: String
    /// The name under which the front-end keeps the display.
    let id = UUID().uuidString
    /// Whether there is something on show.
    private(set) var isShown = false
    private let start = steadySeconds()
    private var pace: FramePace

    /// A live sheet in `execution`'s output.
    ///
    /// - Parameters:
    ///   - title: what it is, which stands under it.
    ///   - patience: work shorter than this, in seconds, is not shown.
    init(in execution: Execution, title: String, patience: Double = 0.5) {
        self.execution = execution
        self.title = title
        pace = FramePace(interval: 0.25, share: 0.1, patience: patience)
    }

    /// Shows the sheet so far, if it is time.
    ///
    /// - Parameter unit: what is counted: "photograph".
    func update(done: Int, of total: Int, unit: String, _ sheet: () -> ContactSheet) {
        guard done < total else { return }
        pace.showIfDue {
            let left = done > 0 ? (steadySeconds() - start) / Double(done) * Double(total - done) : nil
            let image = sheet().image
            guard let jpeg = try? JPEG.encode(image, quality: 88) else { return }
            let bar = ProgressBar(done: done, of: total, unit: unit, secondsLeft: left)
            let (width, height) = SheetDisplay.size(of: image)
            let figure = Figure(alt: title + ", so far", caption: [title])
            show(
                MIMEBundle(
                    plain: bar.plain,
                    html: figure.html(jpeg, isJPEG: true, width: width, height: height, overlay: bar.overlay)))
        }
    }

    /// Puts the finished sheet into the same place.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }
}
