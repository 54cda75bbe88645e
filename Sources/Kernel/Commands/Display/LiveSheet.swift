import Foundation
import Jupyter
import Platform
import VitrineEngine

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
    /// - Parameters:
    ///   - unit: what is counted: "photograph".
    ///   - secondsLeft: how long the rest takes, where that is known better than by what is done.
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

    /// Shows pictures so far one below the other over a progress bar, if it is time.
    ///
    /// - Parameters:
    ///   - words: what is being done: "vit: gradients of blocks.3".
    ///   - share: how much is done, 0…1.
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

    /// Puts the finished sheet, or what is to be said instead, into the same place.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    /// Does work that shows what it has, and says so where it fails or is interrupted.
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
