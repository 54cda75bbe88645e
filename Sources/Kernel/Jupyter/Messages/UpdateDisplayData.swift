/// Replaces what is shown under a `display_id`.
package struct UpdateDisplayData: MessageContent {
    package static let type = "update_display_data"

    /// What to show instead, and under which `display_id`.
    package var display: DisplayData

    package var content: JSON { display.content }
}
