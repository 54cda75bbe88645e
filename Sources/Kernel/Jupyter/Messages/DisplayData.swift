import Platform

/// A message that shows a value.
package struct DisplayData: MessageContent {
    package static let type = "display_data"

    /// The value's representations.
    package var bundle: MIMEBundle
    /// Metadata for the front-end that is not saved in the notebook, such as `display_id`.
    package var transient: [String: JSON]

    package var content: JSON {
        ["data": .object(bundle.data), "metadata": .object(bundle.metadata), "transient": .object(transient)]
    }
}
