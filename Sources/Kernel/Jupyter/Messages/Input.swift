/// Asks the front-end for a line.
package struct InputRequest: MessageContent {
    package static let type = "input_request"

    /// What is shown in front of it.
    package var prompt: String
    /// Whether to hide what is typed.
    package var isSecret: Bool

    package var content: JSON { ["prompt": .string(prompt), "password": .bool(isSecret)] }
}

/// The line that was asked for.
package struct InputReply: RequestContent {
    package static let type = "input_reply"

    /// The line.
    package var value: String

    package init(_ content: JSON) throws(FieldError) {
        value = try content.text("value")
    }
}
