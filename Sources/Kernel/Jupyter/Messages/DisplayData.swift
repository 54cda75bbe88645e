/// Shows a value.
package struct DisplayData: MessageContent {
    package static let type = "display_data"

    /// The value in its forms.
    package var bundle: MIMEBundle
    /// What the front-end should know and a notebook should not hold; `display_id` is here.
    package var transient: [String: JSON]

    package var content: JSON {
        ["data": .object(bundle.data), "metadata": .object(bundle.metadata), "transient": .object(transient)]
    }
}
