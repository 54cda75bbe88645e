import Foundation
import Jupyter
import Platform
import VitrineEngine

/// A sheet in the cell's output that fills while it is computed, with a progress bar on it.
///
/// Short work shows nothing. Longer work shows at most four frames a second, in at most a tenth of the time.
final class LiveSheet {
    private let execution: Execution
    private let title: String
    /// The display's identifier at the front-end.
    let id = UUID().uuidString
    /// Whether a frame was shown.
    private(set) var isShown = false
    private let start = steadySeconds()
    private var pace: FramePace

    /// Creates a live sheet in the output of `execution`.
    ///
    /// - Parameters:
    ///   - title: the title below it.
    ///   - delay: the time before the first frame, in seconds.
    init(in execution: Execution, title: String, delay: Double = 0.5) {
        self.execution = execution
        self.title = title
        pace = FramePace(interval: 0.25, share: 0.1, delay: delay)
    }

    /// Shows the sheet so far, if a frame is due.
    ///
    /// - Parameters:
    ///   - unit: the noun for a unit of work: "photograph".
    ///   - secondsLeft: the time left; nil to estimate it by the work done.
    func update(
        done: Int, of total: Int, unit: String, secondsLeft: Double? = nil, _ sheet: () -> ContactSheet
    ) {
        guard done < total else { return }
        pace.showIfDue {
            let left =
                secondsLeft ?? (done > 0 ? (steadySeconds() - start) / Double(done) * Double(total - done) : nil)
            let image = sheet().image
            guard let jpeg = try? JPEG.encode(image, quality: 88) else { return }
            let bar = ProgressBar(done: done, of: total, unit: unit, secondsLeft: left)
            let (width, height) = SheetDisplay.size(of: image)
            let figure = Figure(alt: title + ", so far", caption: [title])
            show(
                MIMEBundle(
                    plain: bar.frame,
                    html: figure.html(jpeg, isJPEG: true, width: width, height: height, overlay: bar.overlay)))
        }
    }

    /// Shows the pictures so far, one below the other, over a progress bar, if a frame is due.
    ///
    /// - Parameters:
    ///   - words: the current work: "vit: gradients of blocks.3".
    ///   - share: the share of the work that is done, 0…1.
    func update(_ words: String, share: Double, _ pictures: () -> [Image]) {
        guard share < 1 else { return }
        pace.showIfDue {
            let left = share > 0 ? (steadySeconds() - start) / share * (1 - share) : nil
            let bar = ProgressBar(
                done: Int(share * 1000), of: 1000, words: "\(words), \(Int(share * 100)) % of all", secondsLeft: left)
            let images = pictures().compactMap { StudyDisplay.html($0, title + ", so far") }
            show(MIMEBundle(plain: bar.frame, html: (images + [bar.line]).joined(separator: "\n")))
        }
    }

    /// Replaces the live sheet by the finished one, or by a message.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    /// Does work that updates the sheet, and shows that it stopped if it fails or is interrupted.
    func during<Result>(_ work: () throws -> Result) rethrows -> Result {
        do {
            return try work()
        } catch {
            if isShown { show(MIMEBundle(plain: "\(title): stopped")) }
            throw error
        }
    }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }
}
