import Platform

/// A message that replaces the displays with a `display_id`.
package struct UpdateDisplayData: MessageContent {
    package static let type = "update_display_data"

    /// The new value and the `display_id`.
    package var display: DisplayData

    package var content: JSON { display.content }
}
