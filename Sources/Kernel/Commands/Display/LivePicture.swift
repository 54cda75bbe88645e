import Foundation
import Jupyter
import Synchronization
import VitrineEngine

/// A picture in the cell's output that is updated while it is computed, with a progress bar on it.
///
/// The first picture is shown at once. Then all renders together show at most ten frames a second, in at most a
/// thirtieth of the time. The last picture stays, also after an interrupt.
final class LivePicture {
    private static let atWork = Atomic<Int>(0)
    private let execution: Execution
    /// The display's identifier at the front-end.
    let id = UUID().uuidString
    private let labels: [String]
    private let model: String
    private let columns: Int?
    private var isShown = false
    private var pace = FramePace.picture

    /// Creates a live picture in the output of `execution`.
    ///
    /// - Parameters:
    ///   - labels: the names of the sheet's pictures.
    ///   - model: the model's name.
    ///   - columns: the number of pictures in a row; nil to choose it automatically.
    init(in execution: Execution, labels: [String], model: String, columns: Int? = nil) {
        self.execution = execution
        self.labels = labels
        self.model = model
        self.columns = columns
        Self.atWork.add(1, ordering: .relaxed)
    }

    deinit { Self.atWork.subtract(1, ordering: .relaxed) }

    /// Shows the pictures so far, if a frame is due.
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

    /// Replaces the live picture by the finished one.
    func finish(_ bundle: MIMEBundle) {
        show(bundle)
    }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }

    /// Returns a frame of the pictures so far with a progress bar. All frames have the same size, so that nothing
    /// moves.
    static func frame(_ image: Image, pictures: Int, bar: ProgressBar, _ figure: Figure) -> MIMEBundle? {
        guard let jpeg = try? JPEG.encode(image, quality: 88) else { return nil }
        let scale = PictureDisplay.scale(for: image, pictures: pictures)
        let html = figure.html(
            jpeg, isJPEG: true, width: image.width * scale, height: image.height * scale, overlay: bar.overlay)
        return MIMEBundle(plain: bar.frame, html: html)
    }
}
