import Glibc
import Platform

/// Delivers SIGINT and SIGTERM to the I/O thread.
///
/// A signal handler may do very little, so it writes the signal's number into a pipe. (Blocking the signals
/// and reading them from a descriptor would not work, because libraries start threads before `main`.)
package final class Signals: Sendable {
    /// A request to the kernel.
    enum Request {
        /// Interrupt the running cell.
        case interrupt
        /// End the kernel.
        case terminate

        /// The signal's number.
        var number: Int32 {
            switch self {
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            }
        }
    }

    /// The process's signals, whose handlers are installed at the first use.
    package static let installed = Signals()

    let wakeup = Wakeup()

    private init() {
        signalDescriptor = wakeup.writeEnd
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = handleSignal
            action.sa_flags = SA_RESTART
            sigaction(number, &action, nil)
        }
        // A process inherits blocked signals from its parent.
        var ours = sigset_t()
        sigemptyset(&ours)
        sigaddset(&ours, SIGINT)
        sigaddset(&ours, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &ours, nil)
        // A closed stderr should not end the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `body` with the number of each signal, on a thread of its own, until it returns false.
    package func watch(_ body: @escaping @Sendable (Int32) -> Bool) {
        startThread(name: "signals", stackBytes: 1 << 20) {
            var poll = Poll()
            poll.add(descriptor: self.wakeup.readEnd)
            while true {
                do { try poll.wait(milliseconds: -1) } catch { return }
                for signal in self.take() where !body(signal.number) { return }
            }
        }
    }

    /// Returns the requests since the last call.
    func take() -> [Request] {
        wakeup.drain().compactMap { number in
            switch Int32(number) {
            case SIGINT: .interrupt
            case SIGTERM: .terminate
            default: nil
            }
        }
    }
}

/// The descriptor that the handler writes to, set once before the handler is installed.
nonisolated(unsafe) private var signalDescriptor: Int32 = -1

private func handleSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalDescriptor, &byte, 1)
    errno = before
}
