import Foundation
import Jupyter
import Synchronization
import VitrineEngine

/// A picture in the cell's output that sharpens while it is computed, with a progress bar on it.
///
/// The first picture is shown at once; then all renders together show at most ten a second, and no more than a thirtieth of
/// the time goes into showing them. Interrupted or not, the last one stays.
final class LivePicture {
    private static let atWork = Atomic<Int>(0)
    private let execution: Execution
    /// The name under which the front-end keeps the display.
    let id = UUID().uuidString
    private let labels: [String]
    private let model: String
    private let columns: Int?
    private var isShown = false
    private var pace = FramePace.picture

    /// A live picture in `execution`'s output. `labels` name the pictures of a sheet, `model` the whole;
    /// `columns` is how many stand in a row, nil for as many as suit.
    init(in execution: Execution, labels: [String], model: String, columns: Int? = nil) {
        self.execution = execution
        self.labels = labels
        self.model = model
        self.columns = columns
        Self.atWork.add(1, ordering: .relaxed)
    }

    deinit { Self.atWork.subtract(1, ordering: .relaxed) }

    /// Shows the pictures so far, if it is time.
    func update(_ progress: RenderProgress) {
        guard progress.step < progress.steps else { return }
        pace.showIfDue(sharedBy: Self.atWork.load(ordering: .relaxed)) {
            let image = PictureDisplay.sheet(
                progress.snapshot(), captions: progress.activations.map { Double($0).formatted(digits: 2) },
                labels: labels, model: model, columns: columns)
            let bar = ProgressBar(
                done: progress.step, of: progress.steps, unit: "step", secondsLeft: progress.secondsLeft)
            let figure = PictureCaption(labels: labels, model: model).soFar(progress.activations)
            guard let frame = Self.frame(image, pictures: labels.count, bar: bar, figure) else { return }
            show(frame)
        }
    }

    /// Puts the finished picture into the same place.
    func finish(_ bundle: MIMEBundle) {
        show(bundle)
    }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }

    /// The pictures so far with their progress on them. Sizes are fixed, so that nothing jumps from frame to frame.
    static func frame(_ image: Image, pictures: Int, bar: ProgressBar, _ figure: Figure) -> MIMEBundle? {
        guard let jpeg = try? JPEG.encode(image, quality: 88) else { return nil }
        let scale = PictureDisplay.scale(for: image, pictures: pictures)
        let html = figure.html(
            jpeg, isJPEG: true, width: image.width * scale, height: image.height * scale, overlay: bar.overlay)
        return MIMEBundle(plain: bar.frame, html: html)
    }
}
