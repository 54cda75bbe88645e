import Cells
import Foundation
import Jupyter
import Platform
import Synchronization
import VitrineEngine

/// One run of a cell, as commands see it: its output, whether it was interrupted, and the values it has displayed.
final class CellRun: CellContext {
    /// The execution whose output the cell writes.
    let execution: Execution
    /// The cell's text.
    let source: String
    /// Requested when the cell is interrupted.
    let cancellation = Cancellation()
    private let shown = Mutex<[ObjectIdentifier: Display]>([:])
    private let payloads = Mutex<[JSON]>([])

    /// The display of a value.
    private struct Display {
        /// The display's identifier at the front-end.
        let id: String
        /// Whether `display` has returned it.
        var isClaimed = false
    }

    /// Creates a run of `source` whose output goes to `execution`.
    init(_ source: String, _ execution: Execution) {
        self.source = source
        self.execution = execution
        execution.onInterrupt { [cancellation] in cancellation.request() }
    }

    /// Whether the cell was interrupted.
    var isCancelled: Bool { cancellation.isRequested }

    /// The cell's requests to its front-end, see ``Payload``.
    var payload: [JSON] { payloads.withLock { $0 } }

    /// Adds a request that the front-end carries out when the cell has ended.
    func ask(_ payload: JSON) { payloads.withLock { $0.append(payload) } }

    /// Writes text to standard output or standard error.
    func write(_ text: String, toStandardError: Bool) {
        execution.write(text, to: toStandardError ? .standardError : .standardOutput)
    }

    /// Records that this cell has displayed `object` under `id`, so that it is not shown again.
    func didShow(_ object: AnyObject, id: String) {
        shown.withLock { $0[ObjectIdentifier(object)] = Display(id: id) }
    }

    /// Returns whether this cell has displayed `value`.
    func hasShown(_ value: Value) -> Bool { display(of: value) { $0 != nil } }

    /// Returns the identifier of the display in which a command of this cell has shown `value`; nil if there is none,
    /// or if it was already claimed.
    ///
    /// `display(render(…))` shows one picture: it returns the display in which the picture was rendered.
    func claimDisplay(of value: Value) -> String? {
        display(of: value) { display in
            guard let id = display?.id, display?.isClaimed == false else { return nil }
            display?.isClaimed = true
            return id
        }
    }

    private func display<Result: Sendable>(of value: Value, _ body: (inout Display?) -> Result) -> Result {
        var none: Display?
        guard let object = value.object as? any CellObject & AnyObject else { return body(&none) }
        return shown.withLock { body(&$0[ObjectIdentifier(object)]) }
    }

    /// Waits. Throws if the cell is interrupted.
    ///
    /// - Parameter seconds: the time to wait; not negative.
    func sleep(_ seconds: Double) throws {
        // A monotonic clock. A duration holds fewer seconds than a number may have; thirty years do.
        let end = ContinuousClock.now + .seconds(min(seconds, 1e9))
        while true {
            if isCancelled { throw CellError(.interrupted, "Interrupted.") }
            let rest = (end - .now).inSeconds
            if rest <= 0 { return }
            Thread.sleep(forTimeInterval: min(rest, 0.02))
        }
    }
}
