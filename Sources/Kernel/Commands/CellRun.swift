import Cells
import Foundation
import Jupyter
import Platform
import Synchronization
import VitrineEngine

/// One run of a cell, as commands see it: where output goes, whether to stop, what is already on show.
final class CellRun: CellContext {
    /// The cell's side of the channels.
    let execution: Execution
    /// The cell's text.
    let source: String
    /// Up when the cell was interrupted.
    let cancellation = Cancellation()
    private let shown = Mutex<[ObjectIdentifier: Place]>([:])
    private let asked = Mutex<[JSON]>([])

    /// Where a value is on show.
    private struct Place {
        /// The display's name at the front-end.
        let id: String
        /// Whether `display` has answered with it.
        var isTaken = false
    }

    /// A run of `source` whose output goes to `execution`.
    init(_ source: String, _ execution: Execution) {
        self.source = source
        self.execution = execution
        execution.onInterrupt { [cancellation] in cancellation.request() }
    }

    /// Whether the cell was interrupted.
    var isCancelled: Bool { cancellation.isRequested }

    /// What the cell asked of its front-end, see ``Payload``.
    var payload: [JSON] { asked.withLock { $0 } }

    /// Asks something of the front-end, which it does when the cell has ended.
    func ask(_ payload: JSON) { asked.withLock { $0.append(payload) } }

    /// Shows text as `print` writes it.
    func write(_ text: String, toStandardError: Bool) {
        execution.write(text, to: toStandardError ? .standardError : .standardOutput)
    }

    /// Notes that this cell has put `object` on show under `id`, so that it need not be shown again.
    func didShow(_ object: AnyObject, id: String) {
        shown.withLock { $0[ObjectIdentifier(object)] = Place(id: id) }
    }

    /// Whether this cell has put `value` on show.
    func hasShown(_ value: Value) -> Bool { place(of: value) { $0 != nil } }

    /// Where this cell has put `value` on show of itself; nil when it has not, or this was asked before.
    ///
    /// `display(render(…))` shows one picture: the display is the place where it was rendered.
    func takePlace(of value: Value) -> String? {
        place(of: value) { place in
            guard let id = place?.id, place?.isTaken == false else { return nil }
            place?.isTaken = true
            return id
        }
    }

    private func place<Result: Sendable>(of value: Value, _ body: (inout Place?) -> Result) -> Result {
        var none: Place?
        guard let object = value.object as? any CellObject & AnyObject else { return body(&none) }
        return shown.withLock { body(&$0[ObjectIdentifier(object)]) }
    }

    /// Waits, and throws when the cell is interrupted.
    ///
    /// - Parameter seconds: how long; not negative.
    func sleep(_ seconds: Double) throws {
        // By a clock that is never set. A duration holds fewer seconds than a number may have; thirty years do.
        let end = ContinuousClock.now + .seconds(min(seconds, 1e9))
        while true {
            if isCancelled { throw CellError(.interrupted, "Interrupted.") }
            let rest = (end - .now).inSeconds
            if rest <= 0 { return }
            Thread.sleep(forTimeInterval: min(rest, 0.02))
        }
    }
}
