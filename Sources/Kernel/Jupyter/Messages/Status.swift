import Platform

/// A message that tells all front-ends the kernel's state.
package struct Status: MessageContent {
    package static let type = "status"

    /// A state of the kernel.
    package enum State: String, Sendable {
        case starting, busy, idle
    }

    /// The kernel's state.
    package var state: State

    package var content: JSON { ["execution_state": .string(state.rawValue)] }
}
