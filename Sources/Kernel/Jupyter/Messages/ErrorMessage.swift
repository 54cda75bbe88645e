import Platform

/// A message that shows a cell's error.
package struct ErrorMessage: MessageContent {
    package static let type = "error"

    /// The error.
    package var failure: CellFailure

    package var content: JSON { .object(failure.members) }
}
