import Platform

/// A message that tells all front-ends which cell is running.
package struct ExecuteInput: MessageContent {
    package static let type = "execute_input"

    /// The cell's source.
    package var code: String
    /// The number in front of the cell.
    package var executionCount: Int

    package var content: JSON { ["code": .string(code), "execution_count": .integer(executionCount)] }
}
