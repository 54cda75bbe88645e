import Foundation
import Jupyter

/// A kernel's server on a thread of its own, which ends with this at the latest.
final class ServingThread: Sendable {
    private let server: KernelServer
    private let ended = DispatchSemaphore(value: 0)

    /// Starts to serve; why it could not goes to `log`.
    init(_ server: KernelServer, log: Log) {
        self.server = server
        let thread = Thread { [ended] in
            do { try server.run() } catch { log.add("\(error)") }
            ended.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { stop() }

    /// Has the server end, and waits for it.
    func stop() {
        server.stop()
        _ = ends(within: 10)
    }

    /// Whether the server ends by itself.
    func ends(within seconds: Double = FrontEnd.patience) -> Bool {
        guard ended.wait(timeout: .now() + seconds) == .success else { return false }
        ended.signal()
        return true
    }
}
