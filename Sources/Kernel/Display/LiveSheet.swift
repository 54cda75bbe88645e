import Engine
import Foundation

/// A sheet in the cell's output that fills while it is computed, with a progress bar on it.
///
/// Work that ends soon shows nothing; then there are at most four frames a second, and no more than a tenth of the
/// time goes into them.
final class LiveSheet {
    private let execution: Execution
    /// The name under which the front-end keeps the display.
    let id = UUID().uuidString
    /// Whether there is something on show.
    private(set) var isShown = false
    private let start = steadySeconds()
    private var pace: FramePace

    /// A live sheet in `execution`'s output; work shorter than `patience`, in seconds, is not shown.
    init(in execution: Execution, patience: Double = 0.5) {
        self.execution = execution
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
            show(Self.frame(jpeg, size: SheetDisplay.size(of: image), bar: bar))
        }
    }

    /// Puts the finished sheet into the same place.
    func finish(_ bundle: MIMEBundle) { show(bundle) }

    private func show(_ bundle: MIMEBundle) {
        execution.display(bundle, id: id, update: isShown)
        isShown = true
    }

    private static func frame(_ jpeg: [UInt8], size: (width: Int, height: Int), bar: ProgressBar) -> MIMEBundle {
        let html = """
            <div style="position:relative;width:\(size.width)px;max-width:100%;overflow:hidden;\(ProgressBar.margin)">\
            <img alt="the sheet so far" width="\(size.width)" style="display:block;max-width:100%;height:auto" \
            src="data:image/jpeg;base64,\(base64(jpeg))">\(bar.overlay)</div>
            """
        return MIMEBundle(plain: bar.plain, html: html)
    }
}
