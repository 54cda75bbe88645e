import Platform
import Glibc

/// SIGINT and SIGTERM, brought to the I/O thread.
///
/// A handler may do next to nothing, so it writes the signal's number into a pipe. (Blocking the signals
/// and reading them from a descriptor would not do: libraries start threads before `main`.)
package final class Signals: Sendable {
    /// What is asked of the kernel.
    enum Request {
        /// Stop the running cell.
        case interrupt
        /// End.
        case terminate

        /// The signal's number.
        var number: Int32 {
            switch self {
            case .interrupt: SIGINT
            case .terminate: SIGTERM
            }
        }
    }

    /// The process's signals; taken over at the first use.
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
        // A process may be born with signals blocked, by whoever started it.
        var ours = sigset_t()
        sigemptyset(&ours)
        sigaddset(&ours, SIGINT)
        sigaddset(&ours, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &ours, nil)
        // A closed stderr is no reason to die.
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

    /// What was asked since the last call.
    func take() -> [Request] {
        wakeup.answer().compactMap { number in
            switch Int32(number) {
            case SIGINT: .interrupt
            case SIGTERM: .terminate
            default: nil
            }
        }
    }
}

/// Where the handler writes.
///
/// Set once, before the handler is installed.
nonisolated(unsafe) private var signalDescriptor: Int32 = -1

private func handleSignal(_ number: Int32) {
    let before = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(signalDescriptor, &byte, 1)
    errno = before
}
