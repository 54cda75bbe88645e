import Platform

/// A message with text that a cell wrote.
package struct StreamText: MessageContent {
    package static let type = "stream"

    /// The stream to which it was written.
    package var stream: OutputStream
    /// The text.
    package var text: String

    package var content: JSON { ["name": .string(stream.rawValue), "text": .string(text)] }
}
