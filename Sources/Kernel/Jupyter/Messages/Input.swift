import Platform

/// A request to the front-end for a line of input.
struct InputRequest: MessageContent {
    package static let type = "input_request"

    /// The prompt.
    package var prompt: String
    /// Whether the front-end hides what is typed.
    package var isSecret: Bool

    package var content: JSON { ["prompt": .string(prompt), "password": .bool(isSecret)] }
}

/// A reply with the line of input.
struct InputReply: RequestContent {
    package static let type = "input_reply"

    /// The line.
    package var value: String

    package init(_ content: JSON) throws(FieldError) {
        value = try content.text("value")
    }
}
