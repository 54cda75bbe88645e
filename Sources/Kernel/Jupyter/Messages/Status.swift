/// Tells every front-end what the kernel does.
package struct Status: MessageContent {
    package static let type = "status"

    /// What a kernel does.
    package enum State: String, Sendable {
        case starting, busy, idle
    }

    /// What it does now.
    package var state: State

    package var content: JSON { ["execution_state": .string(state.rawValue)] }
}
