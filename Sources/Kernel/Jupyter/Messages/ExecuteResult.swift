import Platform

/// A message with the value of a cell.
package struct ExecuteResult: MessageContent {
    package static let type = "execute_result"

    /// The value's representations.
    package var bundle: MIMEBundle
    /// The number in front of the cell.
    package var executionCount: Int

    package var content: JSON {
        [
            "data": .object(bundle.data), "metadata": .object(bundle.metadata),
            "execution_count": .integer(executionCount), "transient": [:],
        ]
    }
}
