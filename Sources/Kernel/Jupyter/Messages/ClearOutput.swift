import Platform

/// Clears a cell's output.
package struct ClearOutput: MessageContent {
    package static let type = "clear_output"

    /// Whether to wait until the next output arrives.
    package var waits: Bool

    package var content: JSON { ["wait": .bool(waits)] }
}
