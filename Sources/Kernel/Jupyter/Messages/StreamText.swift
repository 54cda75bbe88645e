/// Text that a cell wrote.
package struct StreamText: MessageContent {
    package static let type = "stream"

    /// Where it was written.
    package var stream: OutputStream
    /// The text.
    package var text: String

    package var content: JSON { ["name": .string(stream.rawValue), "text": .string(text)] }
}
